import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Entry } from '../../port/telemetry-log.ts'
import { entryOf, messageOf } from './entry-message.ts'

const entry: Entry = {
  kind: 'otlp-logs',
  tenant: 'acme',
  body: Uint8Array.of(1, 2, 3),
  encoding: 'gzip',
  format: 'json',
  receivedMs: 1_700_000_000_123,
}

describe('an entry as a message', () => {
  test('comes back as it was', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 50 }),
        fc.constantFrom('identity', 'gzip', 'snappy', 'zstd'),
        fc.constantFrom('protobuf', 'json', 'text'),
        fc.nat(),
        (body, encoding, format, receivedMs) => {
          const given: Entry = { ...entry, body, encoding, format, receivedMs }
          const { value, headers } = messageOf(given)
          const back = entryOf(value, [...headers])
          expect({ ...back, body: [...back!.body] }).toEqual({ ...given, body: [...body] })
        },
      ),
    )
  })
  test('does not change with the buffer it came in', () => {
    const pool = Uint8Array.of(9, 9)
    const { value } = messageOf({ ...entry, body: pool })
    pool.fill(0)
    expect([...value]).toEqual([9, 9])
  })
  test('is told from what others wrote to the topic', () => {
    const { value, headers } = messageOf(entry)
    expect(entryOf(null, [...headers])).toBeUndefined()
    expect(entryOf(value, [])).toBeUndefined()
    for (const name of ['kind', 'tenant', 'encoding', 'format', 'received_ms']) {
      const without = [...headers].filter(([header]) => header.toString() !== name)
      expect(entryOf(value, without)).toBeUndefined()
      expect(entryOf(value, [...without, [Buffer.from(name), null]])).toBeUndefined()
    }
    expect(entryOf(value, [...headers, [null, Buffer.from('x')]])).toBeDefined()
  })
})
