import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NumberedLog } from '../../port/remote-log-store.ts'
import { lineOf, recordOf } from './record-line.ts'

const numbered = (part: Partial<NumberedLog['record']> = {}): NumberedLog => ({
  id: '7-0',
  tenant: 'acme',
  record: {
    timeMs: 1_700_000_000_123,
    severity: 'INFO',
    message: 'm',
    labels: { 'service.name': 'cart' },
    attributes: {},
    traceId: '',
    spanId: '',
    ...part,
  },
})
/** The server gives times in its own form. */
const asAnswered = (line: string): string => {
  const fields = JSON.parse(line) as Record<string, string>
  const micros = Number(BigInt(fields._time!) / 1_000n)
  const text = new Date(Math.floor(micros / 1_000)).toISOString()
  fields._time = text.replace('Z', `${String(micros % 1_000).padStart(3, '0')}Z`)
  return JSON.stringify(fields)
}

describe('a record as a line', () => {
  const name = fc.oneof(
    fc.string({ minLength: 1, unit: 'binary' }),
    fc.constantFrom(
      '_msg',
      '_time',
      '__proto__',
      'attr.x',
      'label.y',
      'label._z',
      'trace_id',
      'aiops_id',
      'severity',
    ),
  )
  const labels = fc
    .array(fc.tuple(name, fc.string({ minLength: 1 })), { maxLength: 6 })
    .map((pairs) => Object.fromEntries(pairs) as Record<string, string>)

  test('comes back as it was', () => {
    fc.assert(
      fc.property(labels, labels, fc.string(), fc.nat(4e9), (some, attributes, message, seconds) => {
        const given = numbered({ labels: some, attributes, message, timeMs: seconds * 1_000 + 7 })
        expect(recordOf(asAnswered(lineOf(given)))).toEqual(given)
      }),
    )
  })
  test('keeps microseconds', () => {
    expect(
      recordOf(asAnswered(lineOf(numbered({ timeMs: 1_700_000_000_123.456 }))))?.record.timeMs,
    ).toBeCloseTo(1_700_000_000_123.456, 3)
  })
  test('is told from what others wrote', () => {
    for (const line of ['{}', '{"_time":"2026-01-01T00:00:00Z","_msg":"x"}', '[]'])
      expect(recordOf(line)).toBeUndefined()
  })
})
