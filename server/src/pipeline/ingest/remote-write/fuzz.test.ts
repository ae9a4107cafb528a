import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFault } from '../../../kernel/fault.ts'
import { seededRandom } from '../../../kernel/random.ts'
import { now } from '../request.suite.ts'
import {
  decoderOf,
  encodeCases,
  oracle,
  plain,
  type Read,
  type SeriesCase,
  type Version,
  versions,
} from './series-case.suite.ts'

const labelName = fc.constantFrom('a', 'b', 'job', 'инстанс', 'le', 'toString', 'x'.repeat(200))
const labelText = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((text) => text.isWellFormed() && !text.includes('\0'))
const metric = fc.constantFrom('up', 'requests_total', 'http.server')
const labels = fc
  .uniqueArray(fc.tuple(labelName, labelText), { selector: ([name]) => name, maxLength: 5 })
  .chain((rest) => metric.map((name): [string, string][] => [['__name__', name], ...rest]))
// Times apart: what two samples of one time mean is tested by itself.
const samples = fc.uniqueArray(
  fc.record({ value: fc.double(), timestamp: fc.integer({ min: now - 3_600_000, max: now + 600_000 }) }),
  { selector: ({ timestamp }) => timestamp, minLength: 1, maxLength: 4 },
)
const histogram = fc.record({
  zeroCountInt: fc.constant('3'),
  countInt: fc.constant('3'),
  sum: fc.double(),
  timestamp: fc.constant(now),
})
const exemplar = fc.record({
  labels: fc.dictionary(fc.constantFrom('trace_id', 'span_id'), labelText),
  value: fc.double(),
  timestamp: fc.constant(now),
})
const oneSeries: fc.Arbitrary<SeriesCase> = fc.record({
  labels,
  samples,
  histograms: fc.array(histogram, { maxLength: 1 }),
  exemplars: fc.array(exemplar, { maxLength: 2 }),
  metadata: fc.record({ type: fc.nat(9), help: labelText, unit: fc.constantFrom('', 'seconds', '?') }),
})
const someSeries = fc.uniqueArray(oneSeries, {
  selector: (one) => JSON.stringify(one.labels.map((pair) => JSON.stringify(pair)).toSorted()),
  maxLength: 8,
})

type Field = { tag: number; bytes: Buffer }
/** The fields of a message, whole, as they stand in it. */
function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = []
  for (let at = 0; at < message.length; ) {
    const start = at
    const varint = (): number => {
      let value = 0
      for (let shift = 0; ; shift += 7) {
        const byte = message[at++]!
        value += (byte & 0x7f) * 2 ** shift
        if (byte < 0x80) return value
      }
    }
    const tag = varint()
    const wireType = tag % 8
    const length = wireType === 0 || wireType === 2 ? varint() : wireType === 1 ? 8 : 4
    if (wireType !== 0) at += length
    fields.push({ tag, bytes: message.subarray(start, at) })
  }
  return fields
}
const varintOf = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varintOf(Math.floor(value / 128))]
const delimited = (tag: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([...varintOf(tag), ...varintOf(content.length)]), content])
const unknownField = fc
  .constantFrom('a8060a', 'a10600000000000000ff', 'a206030a0b0c', 'a506ffffffff')
  .map((hex) => Buffer.from(hex, 'hex'))
const TIMESERIES = new Set([0x0a, 0x2a])

/** The same request with its fields in another order, within its series too, and with fields that nobody knows in between. */
function rearranged(body: Buffer, unknown: readonly Buffer[], seed: number): Buffer {
  const random = seededRandom(seed)
  const mixed = (parts: readonly Buffer[]): Buffer =>
    Buffer.concat(
      [...parts, ...unknown]
        .map((part) => ({ part, key: random.next() }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ part }) => part),
    )
  return mixed(
    fieldsOf(body).map(({ tag, bytes }) =>
      TIMESERIES.has(tag)
        ? delimited(tag, mixed(fieldsOf(bytes.subarray(contentStart(bytes))).map((field) => field.bytes)))
        : bytes,
    ),
  )
}
const contentStart = (field: Buffer): number => {
  let at = 1
  while (field[at]! >= 0x80) at += 1
  return at + 1
}

describe.each(versions)('any bytes as remote write %i.0', (version) => {
  it('give the samples that a generic decoder gives, for known and for new series, in any order of requests', () => {
    const { read } = decoderOf(version)
    fc.assert(
      fc.property(someSeries, (series) => {
        const body = encodeCases(version, series)
        for (let pass = 0; pass < 2; pass += 1) {
          const result = read(body)
          expect(plain(result.samples)).toEqual(oracle(version, body))
          expect([result.histograms.length, result.exemplars.length, result.rejected]).toEqual([
            series.flatMap((one) => one.histograms ?? []).length,
            series.flatMap((one) => one.exemplars ?? []).length,
            0,
          ])
        }
      }),
      { numRuns: 200, endOnFailure: true },
    )
  })

  it('give the same with their fields in any order and fields in between that nobody knows', () => {
    const { read } = decoderOf(version)
    const mix = version === 1 ? rearranged : rearrangedBesideSymbols
    fc.assert(
      fc.property(someSeries, fc.array(unknownField, { maxLength: 3 }), fc.nat(), (series, unknown, seed) => {
        const body = mix(encodeCases(version, series), unknown, seed)
        for (let pass = 0; pass < 2; pass += 1) {
          const result = read(body)
          expect(plain(result.samples)).toEqual(oracle(version, body))
          expect(result.rejected).toBe(0)
        }
      }),
      { numRuns: 200, endOnFailure: true },
    )
  })

  it('give a fault or what a generic decoder gives, cut short anywhere', () => {
    const { read } = decoderOf(version)
    fc.assert(
      fc.property(someSeries, fc.double({ min: 0, max: 1, noNaN: true }), (series, share) => {
        const whole = encodeCases(version, series)
        checkBroken(version, read, whole.subarray(0, Math.floor(whole.length * share)))
      }),
      { numRuns: 500, endOnFailure: true },
    )
  })

  it('give a fault or what a generic decoder gives, with bits turned over', () => {
    const { read } = decoderOf(version)
    fc.assert(
      fc.property(someSeries, fc.array(fc.nat(1 << 20), { minLength: 1, maxLength: 4 }), (series, bits) => {
        const body = Buffer.from(encodeCases(version, series))
        if (body.length === 0) return
        for (const bit of bits) body[(bit >> 3) % body.length]! ^= 1 << (bit & 7)
        checkBroken(version, read, body)
      }),
      { numRuns: 2_000, endOnFailure: true },
    )
  })

  it('give nothing but a fault where they are noise, and the next request is read', () => {
    const { read, send } = decoderOf(version)
    const seeds = [0x0a, 0x22, 0x2a, 0x12, 0x1a]
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.uint8Array({ maxLength: 120 }),
        (first, bytes) => void attempt(read, Buffer.from([first, bytes.length, ...bytes])),
      ),
      { numRuns: 2_000, endOnFailure: true },
    )
    const up: SeriesCase = { labels: [['__name__', 'up']], samples: [{ value: 1, timestamp: now }] }
    expect(send(up).samples).toHaveLength(1)
  })
})

/** Symbols keep their order, which is their meaning; the series go anywhere between them. */
function rearrangedBesideSymbols(body: Buffer, unknown: readonly Buffer[], seed: number): Buffer {
  const of = (isSymbol: boolean): Buffer[] =>
    fieldsOf(body)
      .filter(({ tag }) => (tag === 0x22) === isSymbol)
      .map(({ bytes }) => bytes)
  const symbols = of(true)
  const at = seed % (symbols.length + 1)
  const series = rearranged(Buffer.concat(of(false)), unknown, seed)
  return Buffer.concat([...symbols.slice(0, at), series, ...symbols.slice(at)])
}

function attempt(read: (body: Buffer) => Read, body: Buffer): Read | undefined {
  try {
    return read(body)
  } catch (error) {
    if (!isFault(error)) throw error
    expect(['INVALID_REQUEST', 'BODY_TOO_LARGE']).toContain(error.code)
    return undefined
  }
}

/** Undefined where the generic decoder refuses a body in whose broken part nothing was read here: help texts, a refused series. */
function oracleOf(version: Version, body: Buffer): ReturnType<typeof oracle> | undefined {
  try {
    return oracle(version, body)
  } catch {
    return undefined
  }
}

/** What was not refused is what a generic decoder reads too, in its order; what is left out of it was noted, or there twice. */
function checkBroken(version: Version, read: (body: Buffer) => Read, body: Buffer): void {
  const result = attempt(read, body)
  if (!result) return
  const expected = oracleOf(version, body)?.map((sample) => JSON.stringify(sample))
  if (!expected) return
  let from = 0
  for (const sample of plain(result.samples).map((one) => JSON.stringify(one))) {
    const found = expected.indexOf(sample, from)
    expect(found, `${sample} of ${expected.join(' ')}`).toBeGreaterThanOrEqual(0)
    from = found + 1
  }
  const distinct = new Set(expected).size
  expect(result.samples.length + result.rejected).toBeGreaterThanOrEqual(distinct)
}
