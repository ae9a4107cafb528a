import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesText, durationText, measured, momentText, percentText } from '../../../answer/words.ts'
import { claim, nowMs, record, sample } from '../bundle.suite.ts'
import { verify } from './verify.ts'

const positive = fc.double({ min: 1e-4, max: 1e7, noNaN: true, noDefaultInfinity: true })
const facts = fc.oneof(
  positive.map((value) => [`p95_seconds`, value, measured(value, 's')] as const),
  positive.map((value) => [`p95_ms`, value, measured(value, 'ms')] as const),
  fc
    .double({ min: 1, max: 1e13, noNaN: true })
    .map((value) => [`memory_bytes`, value, bytesText(value)] as const),
  fc
    .double({ min: 1e-4, max: 1, noNaN: true })
    .map((value) => [`error_ratio`, value, percentText(value)] as const),
  fc
    .integer({ min: 0, max: 1e9 })
    .map((value) => [`restarts`, value, value.toLocaleString('en-US')] as const),
  fc
    .double({ min: -50, max: 150, noNaN: true })
    .map((value) => [`temperature_celsius`, value, measured(value, 'Cel')] as const),
)

test('a number is recognised in every form in which answers say it', () => {
  fc.assert(
    fc.property(facts, ([key, value, said]) => {
      const bundle = {
        ...sample,
        claims: [claim('billing', ['e9'])],
        evidence: [record('e1', { entity: 'service/billing', fields: { [key]: value } })],
      }
      expect(verify(`billing shows ${said} [e1].`, bundle).violations).toEqual([])
    }),
    { numRuns: 1_000 },
  )
})

test('a moment is recognised by its clock and by its age', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 6 * 86_400_000 }), (ageMs) => {
      const bundle = {
        ...sample,
        claims: [claim('billing', ['e9'])],
        evidence: [record('e1', { entity: 'service/billing', time: new Date(nowMs - ageMs).toISOString() })],
      }
      for (const said of [
        momentText(nowMs - ageMs, nowMs).replace(', now', ''),
        `${durationText(ageMs)} ago`,
      ])
        expect(verify(`billing changed at ${said} [e1].`, bundle).violations).toEqual([])
    }),
    { numRuns: 1_000 },
  )
})
