import { compressSync } from 'snappy'

/** Remote write as senders put it on the wire: the one encoder of benches and tests that send it. */
export type Labels = readonly (readonly [name: string, value: string])[]

export function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return [...bytes, rest]
}
export const field = (tag: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from([tag, ...varint(body.length)]), body])
export const text = (tag: number, value: string): Buffer => field(tag, Buffer.from(value))

/** One sample, 1.0 and 2.0 alike. */
export function sample(timeMs: number, value: number): Buffer {
  const number = Buffer.alloc(9)
  number[0] = 0x09
  number.writeDoubleLE(value, 1)
  return field(0x12, Buffer.concat([number, Buffer.from([0x10, ...varint(timeMs)])]))
}

/** The labels of a TimeSeries of 1.0. */
export const labelBytes = (labels: Labels): Buffer =>
  Buffer.concat(
    labels.map(([name, value]) => field(0x0a, Buffer.concat([text(0x0a, name), text(0x12, value)]))),
  )

/** Label sets of a load: `count` series of so many labels, sorted by name; every third a counter by its name. */
export const loadLabels = (i: number, labels: number): Labels => [
  ['__name__', i % 3 === 0 ? `bench_requests_${i % 50}_total` : `bench_value_${i % 50}`],
  ...Array.from({ length: labels - 2 }, (_, l): [string, string] => [
    `label_name_${l}`,
    `value-${(i * 7 + l) % 97}`,
  ]),
  ['zz_id', `series-${i}`],
]

/**
 * A request with one sample of each series, made once and sent many times: only times and values are written anew. Times are varints
 * of 6 bytes, as they are from 1971 to 2109 (2³⁵ to 2⁴² ms).
 */
export class WriteTemplate {
  readonly #bytes: Buffer
  /** Where each value begins; its time is 9 bytes on. */
  readonly #values: Uint32Array
  readonly count: number

  constructor(series: readonly Labels[], version: 1 | 2) {
    const symbols = new Map([['', 0]])
    const ref = (symbol: string): number => {
      const known = symbols.get(symbol)
      if (known !== undefined) return known
      symbols.set(symbol, symbols.size)
      return symbols.size - 1
    }
    const refsOf = (labels: Labels): Buffer =>
      field(
        0x0a,
        Buffer.from(labels.flatMap(([name, value]) => [...varint(ref(name)), ...varint(ref(value))])),
      )
    const tag = version === 1 ? 0x0a : 0x2a
    const messages = series.map((labels) =>
      field(tag, Buffer.concat([version === 1 ? labelBytes(labels) : refsOf(labels), sample(TIME, 1)])),
    )
    const first =
      version === 1 ? Buffer.alloc(0) : Buffer.concat([...symbols.keys()].map((symbol) => text(0x22, symbol)))
    this.#bytes = Buffer.concat([first, ...messages])
    this.count = series.length
    this.#values = new Uint32Array(series.length)
    let end = first.length
    messages.forEach((message, i) => {
      end += message.length
      this.#values[i] = end - 15
    })
  }

  get rawBytes(): number {
    return this.#bytes.length
  }

  /** Not compressed; the same memory in every call. */
  fill(timeMs: number, value: (i: number) => number): Buffer {
    const time = varint(timeMs)
    for (let i = 0; i < this.count; i += 1) {
      const at = this.#values[i]!
      this.#bytes.writeDoubleLE(value(i), at)
      for (let b = 0; b < 6; b += 1) this.#bytes[at + 9 + b] = time[b]!
    }
    return this.#bytes
  }

  body(timeMs: number, value: (i: number) => number): Buffer {
    return compressSync(this.fill(timeMs, value)) as Buffer
  }
}

/** Any time whose varint has 6 bytes. */
const TIME = 1_700_000_000_000
