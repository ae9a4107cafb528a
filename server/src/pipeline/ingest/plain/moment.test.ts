import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseMoment } from './moment.ts'

const at = Date.parse('2024-02-29T12:30:15.250Z')

it.each([
  ['2024-02-29T12:30:15.250Z', at],
  ['2024-02-29T13:30:15.250+01:00', at],
  ['2024-02-29T12:30:15.250', at],
  ['2024-02-29 12:30:15,250', at],
  ['2024-02-29T12:30:15.250999999Z', at],
  ['2024-02-29', Date.parse('2024-02-29T00:00:00Z')],
  [at, at],
  [at / 1_000, at],
  [at * 1_000, at],
  [`${at}999999`, at],
  [String(at), at],
  [0, 0],
])('%s is a moment', (value, ms) => {
  expect(parseMoment(value)).toBe(ms)
})

it.each([
  '',
  'now',
  '2024-02-30T12:00:00Z',
  '2024-13-01',
  '1e5',
  'Feb 29 2024',
  -1,
  Number.NaN,
  1e300,
  null,
  {},
  true,
])('%s is none', (value) => {
  expect(parseMoment(value)).toBeNaN()
})

it('seconds, milliseconds, microseconds and nanoseconds of this century are told apart', () => {
  fc.assert(
    fc.property(fc.integer({ min: Date.parse('2001-01-01'), max: Date.parse('2100-01-01') }), (ms) => {
      expect(parseMoment(Math.floor(ms / 1_000))).toBe(Math.floor(ms / 1_000) * 1_000)
      expect(parseMoment(ms)).toBe(ms)
      expect(parseMoment(ms * 1_000)).toBe(ms)
      expect(parseMoment(`${ms}123456`)).toBe(ms)
    }),
  )
})
