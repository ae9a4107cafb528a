import { expect, it } from 'vitest'
import { piecesOf } from './highlight.ts'

const shown = (highlights: { from: number; to: number }[]): string =>
  piecesOf({ text: 'the pool is empty', highlights })
    .map(({ text, marked }) => (marked ? `[${text}]` : text))
    .join('')

it('marks words where they stand, and loses none of the text', () => {
  expect(
    shown([
      { from: 4, to: 8 },
      { from: 12, to: 17 },
    ]),
  ).toBe('the [pool] is [empty]')
  expect(shown([])).toBe('the pool is empty')
})

it('leaves out ranges that lie over another, turned round or beyond the end', () => {
  expect(
    shown([
      { from: 4, to: 8 },
      { from: 6, to: 10 },
      { from: 12, to: 12 },
      { from: 12, to: 99 },
    ]),
  ).toBe('the [pool] is empty')
})
