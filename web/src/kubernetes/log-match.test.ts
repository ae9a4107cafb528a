import { expect, it } from 'vitest'
import { logPieces } from './log-match.ts'

it('finds words whatever their case and leaves the line as it is', () => {
  const line = 'Error: no error here'
  expect(logPieces(line, 'ERROR').filter(({ found }) => found)).toHaveLength(2)
  for (const words of ['error', 'x', '', line, 'e'])
    expect(
      logPieces(line, words)
        .map(({ text }) => text)
        .join(''),
    ).toBe(line)
  expect(logPieces('', '')).toEqual([{ text: '', found: false }])
})
