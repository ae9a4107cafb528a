/** A number as Go reads it: decimal, `0x1F`, octal with a leading 0, digits parted by `_`, an exponent, `Inf`, `NaN`. Undefined for none. */
export function parseNumber(text: string): number | undefined {
  if (/^inf$/i.test(text)) return Number.POSITIVE_INFINITY
  if (/^nan$/i.test(text)) return Number.NaN
  if (!literal.test(text)) return undefined
  const digits = text.replaceAll('_', '')
  if (/^0x/i.test(digits)) return Number.parseInt(digits.slice(2), 16)
  if (/^0[0-7]+$/.test(digits)) return Number.parseInt(digits, 8)
  return Number(digits)
}

const part = String.raw`\d+(?:_\d+)*`
const literal = new RegExp(
  `^(?:0[xX](?:_?[\\da-fA-F]+)+|(?:${part}\\.?(?:${part})?|\\.${part})(?:[eE][+-]?${part})?)$`,
)

/**
 * How far what looks like a number or a duration goes from `at` on, and whether it is one, by the same steps as Prometheus' lexer, because
 * its message holds what it has read so far.
 */
export function scanNumber(text: string, at: number): { end: number; kind: 'number' | 'duration' | 'bad' } {
  const scan = new Scan(text, at)
  if (scan.number()) return { end: scan.at, kind: 'number' }
  const kind = scan.duration() ? 'duration' : 'bad'
  return { end: scan.at, kind }
}

class Scan {
  at: number
  readonly #text: string
  constructor(text: string, at: number) {
    this.#text = text
    this.at = at
  }

  number(): boolean {
    const from = this.at
    let digits = /\d/
    if (this.#accept(/0/) && this.#accept(/x/i)) {
      this.#accept(/_/)
      digits = /[\da-f]/i
    }
    this.#accept(/\./)
    this.#accept(digits)
    const seen = { dot: false, exponent: false }
    for (;;) {
      const character = this.#text[this.at] ?? ''
      if (digits.test(character)) while (this.#accept(digits));
      else if (!/[._e]/i.test(character)) break
      else if (!this.#sign(character, digits, seen)) return false
    }
    return this.at > from && !/\w/.test(this.#text[this.at] ?? '')
  }

  duration(): boolean {
    if (!this.#accept(/[smhdwy]/)) return false
    this.#accept(/s/)
    while (this.#accept(/\d/)) {
      while (this.#accept(/\d/));
      if (!this.#accept(/[smhdw]/)) return false
      this.#accept(/s/)
    }
    if (!/\w/.test(this.#text[this.at] ?? '')) return true
    this.at += 1
    return false
  }

  /** A point, an exponent or an underscore; false where it may not stand there, what is wrong with it read. */
  #sign(character: string, digits: RegExp, seen: { dot: boolean; exponent: boolean }): boolean {
    this.at += 1
    if (character === '.') {
      if (seen.dot) return false
      seen.dot = true
      return !this.#accept(/[_.]/) && digits.source === '\\d'
    }
    if (character === '_') return !this.#accept(/[._e]/i) && this.at < this.#text.length
    if (seen.exponent) return false
    seen.exponent = true
    this.#accept(/[+-]/)
    return !this.#accept(/[._e]/i) && this.at < this.#text.length
  }

  #accept(pattern: RegExp): boolean {
    if (this.at >= this.#text.length || !pattern.test(this.#text[this.at]!)) return false
    this.at += 1
    return true
  }
}
