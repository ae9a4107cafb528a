import fc from 'fast-check'
import { expect, it } from 'vitest'
import { titleOf } from './title.ts'

it.each([
  ['why is billing slow?', 'Why is billing slow?'],
  ['  what is\n\nbroken ... ', 'What is broken'],
  ['\u202Eevil\u0000 name\u200b', 'Evil name'],
  ['...', 'New conversation'],
  [
    'please tell me everything that you know about the payments service and its databases',
    'Please tell me everything that you know about the payments…',
  ],
])('%j is called %j', (question, title) => {
  expect(titleOf(question)).toBe(title)
})

it('is one line of whole characters, and not long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (question) => {
      const title = titleOf(question)
      expect(title.length).toBeLessThanOrEqual(64)
      expect(title).not.toMatch(/[\n\r\p{Cc}]/u)
      if (question.isWellFormed()) expect(title.isWellFormed()).toBe(true)
      expect(titleOf(question)).toBe(title)
    }),
  )
})
