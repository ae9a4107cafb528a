import { expect, it } from 'vitest'
import { joinDocuments } from './join-documents.ts'

it('files become documents of one text, whether or not they begin with a mark of their own', () => {
  expect(joinDocuments(['a: 1\n', '\n', '---\nb: 2\n', '\uFEFFc: 3'])).toBe('a: 1\n---\nb: 2\n---\nc: 3')
  expect(joinDocuments([])).toBe('')
})
