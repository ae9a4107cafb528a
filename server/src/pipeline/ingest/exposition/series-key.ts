import { isUtf8 } from 'node:buffer'

/** How the text is written: Prometheus text 0.0.4 (and 1.0.0), OpenMetrics, or the protobuf form. */
export type Dialect = 'text' | 'openmetrics' | 'protobuf'

/** Name and value, in the order written; the metric's name is the value of `__name__`. */
export type LabelPairs = (readonly [name: string, value: string])[]

/** What makes a whole scrape unusable, and where. */
export class ExpositionSyntax extends Error {
  readonly pos: number
  constructor(pos: number, message: string) {
    super(message)
    this.pos = pos
  }
}

const SPACE = 0x20
const TAB = 0x09
const NEWLINE = 0x0a
const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN = 0x7b
const CLOSE = 0x7d
const EQUALS = 0x3d
const COMMA = 0x2c

/** Bit 1: may begin a metric name; bit 2: may go on in one; bits 4 and 8: the same of a label name, which has no colon. */
const classes = new Uint8Array(256)
for (const char of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_') classes[char.charCodeAt(0)] = 15
for (const char of '0123456789') classes[char.charCodeAt(0)] = 10
classes[':'.charCodeAt(0)] = 3

/**
 * Where the series that begins here ends: behind its name or its closing brace. Looks at nothing but names and quotes; what lies
 * between is checked by `parseKey` when the bytes are seen for the first time.
 */
export function keyEnd(bytes: Buffer, start: number, end: number, dialect: Dialect): number {
  let at = start
  while (at < end && (classes[bytes[at]!]! & 2) !== 0) at += 1
  let brace = at
  if (dialect === 'text') while (brace < end && isBlank(bytes[brace]!)) brace += 1
  if (brace >= end || bytes[brace] !== OPEN) return at
  return braceEnd(bytes, brace, end)
}

/** Behind the brace that closes the one at `start`. */
export function braceEnd(bytes: Buffer, start: number, end: number): number {
  let quoted = false
  for (let at = start + 1; at < end; at += 1) {
    const byte = bytes[at]!
    if (byte === BACKSLASH && quoted) at += 1
    else if (byte === QUOTE) quoted = !quoted
    else if (byte === CLOSE && !quoted) return at + 1
    else if (byte === NEWLINE && !quoted) break
  }
  throw new ExpositionSyntax(start, 'the braces of a label set are not closed')
}

/** Name and labels of the series whose text is exactly [start, end). Throws ExpositionSyntax. */
export function parseKey(bytes: Buffer, start: number, end: number, dialect: Dialect): LabelPairs {
  let at = start
  if ((classes[bytes[at]!]! & 1) !== 0) {
    at += 1
    while (at < end && (classes[bytes[at]!]! & 2) !== 0) at += 1
  }
  const pairs: LabelPairs = []
  if (at > start) pairs.push(['__name__', bytes.toString('latin1', start, at)])
  if (dialect === 'text') while (at < end && isBlank(bytes[at]!)) at += 1
  if (at === end && pairs.length > 0) return pairs
  if (bytes[at] !== OPEN) throw new ExpositionSyntax(at, 'a metric name is expected here')
  new LabelReader(bytes, at, end, dialect, pairs).read()
  return pairs
}

/** The labels of an exemplar, whose text is exactly [start, end), braces included. */
export function parseLabels(bytes: Buffer, start: number, end: number, dialect: Dialect): LabelPairs {
  const pairs: LabelPairs = []
  new LabelReader(bytes, start, end, dialect, pairs).read()
  return pairs
}

export const isMetricName = (text: string): boolean => /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(text)

/** A name in quotes, as metric and label names with other characters than the classic ones are written. */
export function quotedAt(bytes: Buffer, start: number, end: number): { text: string; end: number } {
  let at = start + 1
  let escaped = false
  while (at < end && bytes[at] !== QUOTE) {
    if (bytes[at] === BACKSLASH) {
      escaped = true
      at += 1
    }
    at += 1
  }
  if (at >= end) throw new ExpositionSyntax(start, 'a quoted text does not end')
  const raw = bytes.subarray(start + 1, at)
  if (!isUtf8(raw)) throw new ExpositionSyntax(start, 'a quoted text is not valid UTF-8')
  const text = raw.toString('utf8')
  return { text: escaped ? unescaped(text) : text, end: at + 1 }
}

class LabelReader {
  readonly #bytes: Buffer
  #at: number
  readonly #end: number
  readonly #blanks: boolean
  readonly #pairs: LabelPairs

  constructor(bytes: Buffer, start: number, end: number, dialect: Dialect, pairs: LabelPairs) {
    this.#bytes = bytes
    this.#at = start + 1
    this.#end = end
    this.#blanks = dialect === 'text'
    this.#pairs = pairs
  }

  /** `name="value"`, separated by commas, one of which may stand at the end; or the metric's own name in quotes. */
  read(): void {
    for (;;) {
      if (this.#next() === CLOSE) break
      this.#one()
      const after = this.#next()
      if (after === CLOSE) break
      if (after !== COMMA) throw this.#wrong('a comma or a closing brace is expected here')
      this.#at += 1
    }
    if (this.#at + 1 !== this.#end) throw this.#wrong('the label set ends too early')
  }

  #one(): void {
    const bytes = this.#bytes
    const start = this.#at
    let name: string
    if (bytes[start] === QUOTE) {
      const quoted = quotedAt(bytes, start, this.#end)
      name = quoted.text
      this.#at = quoted.end
      const after = this.#next()
      if (after === COMMA || after === CLOSE) {
        if (this.#pairs[0]?.[0] === '__name__') throw this.#wrong('the metric is named twice')
        if (name === '') throw this.#wrong('the name of a metric is empty')
        this.#pairs.unshift(['__name__', name])
        return
      }
    } else {
      let at = start
      if ((classes[bytes[at]!]! & 4) !== 0) {
        at += 1
        while (at < this.#end && (classes[bytes[at]!]! & 8) !== 0) at += 1
      }
      if (at === start) throw this.#wrong('a label name is expected here')
      name = bytes.toString('latin1', start, at)
      this.#at = at
    }
    if (this.#next() !== EQUALS) throw this.#wrong('an equals sign is expected after a label name')
    this.#at += 1
    if (this.#next() !== QUOTE) throw this.#wrong('a label value is expected in quotes')
    const value = quotedAt(bytes, this.#at, this.#end)
    this.#at = value.end
    this.#pairs.push([name, value.text])
  }

  #next(): number {
    if (this.#blanks) while (this.#at < this.#end && isBlank(this.#bytes[this.#at]!)) this.#at += 1
    return this.#at < this.#end ? this.#bytes[this.#at]! : -1
  }

  #wrong(message: string): ExpositionSyntax {
    return new ExpositionSyntax(this.#at, message)
  }
}

const isBlank = (byte: number): boolean => byte === SPACE || byte === TAB
/** Three escapes are known; a backslash before anything else is itself. */
const unescaped = (text: string): string =>
  text.replace(/\\([\\"n])/g, (_, char: string) => (char === 'n' ? '\n' : char))
