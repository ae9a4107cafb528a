import { InvalidArgumentError } from 'commander'
import { expect, it } from 'vitest'
import { durationOf, pastTimeOf, timeOf } from './time-option.ts'

it('reads a moment with its zone, and how long ago only where the past is asked for', () => {
  expect(timeOf('2026-10-13T00:00:00+02:00')).toBe('2026-10-12T22:00:00.000Z')
  expect(pastTimeOf('2026-10-12T22:00:00Z')).toBe('2026-10-12T22:00:00.000Z')
  const agoMs = Date.now() - Date.parse(pastTimeOf('1h30m'))
  expect(Math.abs(agoMs - 5_400_000)).toBeLessThan(60_000)
  expect(() => timeOf('1h')).toThrow(InvalidArgumentError)
})

it.each(['', 'soon', '2026-13-40'])('refuses %j with how to write it', (text) => {
  expect(() => timeOf(text)).toThrow('Write it as')
  expect(() => pastTimeOf(text)).toThrow('how long ago')
})

it('reads a length of time as the API takes it', () => {
  expect(['24h', '7d', '1h30m', '1500ms'].map(durationOf)).toEqual(['24h', '7d', '5400s', '2s'])
  for (const text of ['', '0s', '-1h', '12', 'soon']) expect(() => durationOf(text)).toThrow('Write it as')
})
