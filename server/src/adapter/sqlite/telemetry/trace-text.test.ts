import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { StoredSpan } from '../../../port/trace-store.ts'
import { spansOfTrace } from './trace-text.ts'

const id = (i: number): string => i.toString(16).padStart(32, '0')
const text = fc.string({ unit: 'binary', maxLength: 12 })
const tricky = fc.constantFrom(
  id(1),
  `"traceId":"${id(1)}"`,
  `{"traceId":"${id(1)}","spanId":"`,
  '\\',
  '"',
  '}{',
)
const word = fc.oneof(text, tricky)
const attributes = fc.dictionary(fc.oneof(word, fc.constantFrom('spanId', 'parentSpanId')), word, {
  maxKeys: 4,
})
const anySpan: fc.Arbitrary<StoredSpan> = fc.record({
  traceId: fc.integer({ min: 0, max: 3 }).map(id),
  spanId: fc.integer({ min: 1, max: 99 }).map((i) => i.toString(16).padStart(16, '0')),
  parentSpanId: fc.constantFrom('', '0000000000000001'),
  ...{ name: word, service: word, kind: fc.constant('SERVER' as const), startMs: fc.integer({ min: 0 }) },
  ...{
    durationMs: fc.integer({ min: 0 }),
    status: fc.constant('OK' as const),
    statusMessage: word,
    attributes,
  },
  links: fc.array(
    fc.record({
      traceId: fc.integer({ min: 0, max: 3 }).map(id),
      spanId: fc.constant('00000000000000aa'),
      attributes,
    }),
    { maxLength: 2 },
  ),
})

it('finds the same spans as parsing the whole text', () => {
  fc.assert(
    fc.property(fc.array(anySpan, { maxLength: 8 }), (spans) => {
      const body = JSON.stringify(spans)
      const all = JSON.parse(body) as StoredSpan[]
      for (const wanted of [0, 1, 2, 3].map(id))
        expect(spansOfTrace(Buffer.from(body), wanted)).toEqual(
          all.filter(({ traceId }) => traceId === wanted),
        )
    }),
    { numRuns: 1_000 },
  )
})

it('is not misled by attributes that are called as the fields of a span are', () => {
  const attributes = { traceId: id(1), spanId: '00000000000000aa', parentSpanId: '' }
  const span = { traceId: id(2), spanId: '00000000000000bb', parentSpanId: '', startMs: 1, attributes }
  const body = Buffer.from(JSON.stringify([span]))
  expect(spansOfTrace(body, id(1))).toEqual([])
  expect(spansOfTrace(body, id(2))).toEqual([span])
})

it('leaves alone what is not written as the store writes it', () => {
  const body = Buffer.from(JSON.stringify([{ startMs: 1, spanId: '00000000000000aa', traceId: id(1) }]))
  expect(spansOfTrace(body, id(1))).toBeUndefined()
})
