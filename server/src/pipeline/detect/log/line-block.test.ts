import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { StoredLog } from '../../../port/log-store.ts'
import { CountWindow } from './count-window.ts'
import { lineBlockOf, lineCharsMax } from './line-block.ts'

const record = (part: Partial<StoredLog>): StoredLog => ({
  ...{ timeMs: 1_700_000_000_000, severity: 'INFO', message: '', labels: { 'service.name': 'a' } },
  ...{ attributes: {}, traceId: '', spanId: '' },
  ...part,
})

/** Among them halves of pairs, which are no characters by themselves. */
const odd = fc.constantFrom('a', ' ', '\n', '\u0000', '\u00e9', '\u4e2d', '\ud83d', '\ude00', '<*>')

it('holds each line whole and in order, whatever its characters, and leaves out those of nobody', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          message: fc.string({ unit: odd, maxLength: 12 }),
          service: fc.constantFrom('a', 'b', '', '__proto__'),
        }),
        { maxLength: 12 },
      ),
      (lines) => {
        const records = lines.map(({ message, service }) =>
          record({ message, labels: service === '' ? {} : { 'service.name': service } }),
        )
        const block = lineBlockOf('default', records, 0, records.length, false)
        const kept = lines.filter(({ service }) => service !== '')
        let start = 0
        const read = [...block.ends].map((end, at) => {
          const message = block.text.slice(start, end)
          start = end
          return { message, service: block.sources[block.source[at] as number]?.name }
        })
        expect(read).toEqual(kept)
        expect(block.text.length).toBe(start)
      },
    ),
  )
})

it('cuts long lines, tells a named session before the trace, and keeps levels', () => {
  const block = lineBlockOf(
    'default',
    [
      record({ message: 'x'.repeat(5_000), severity: 'FATAL' }),
      record({ traceId: 'a'.repeat(32) }),
      record({ traceId: 'b'.repeat(32), attributes: { 'session.id': '7' } }),
      record({ traceId: 'c'.repeat(32), attributes: { 'session.id': '7' } }),
    ],
    0,
    4,
    false,
  )
  expect(block.text.length).toBe(lineCharsMax)
  expect([...block.level]).toEqual([6, 3, 3, 3])
  const [none, trace, session, again] = block.session
  expect(none).toBe(0)
  expect(trace).toBeGreaterThan(0)
  expect(session).toBe(again)
  expect(session).not.toBe(trace)
})

it('intervals close in order, each once, whatever the order of the times', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 600_000 }), { minLength: 1, maxLength: 200 }),
      (offsets) => {
        const startMs = 1_700_000_000_000
        const window = new CountWindow({ bucketMs: 10_000, delayMs: 3_000 }, 7)
        const closed: number[] = []
        let counted = 0
        const close = (nowMs: number) => {
          for (const bucket of window.close(nowMs)) {
            closed.push(bucket.number)
            counted += bucket.levels[3] as number
          }
        }
        for (const offset of offsets) {
          const bucket = window.at(startMs + offset, startMs + 600_000, 0)
          if (bucket) bucket.levels[3] = (bucket.levels[3] as number) + 1
          close(startMs + 600_000)
        }
        close(startMs + 700_000)
        expect(closed).toEqual([...new Set(closed)].sort((a, b) => a - b))
        expect(counted + window.lateCount).toBe(offsets.length)
      },
    ),
  )
})
