const SPACE = 0x20
const TAB = 0x09
const NEWLINE = 0x0a
const PLUS = 0x2b
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const LOWER_E = 0x65

/** Digits of a whole number that a double holds exactly. */
const DIGITS_MAX = 15
const powersOfTen = Array.from({ length: 23 }, (_, power) => 10 ** power)
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
const infinite = /^[+-]?inf(inity)?$/i

/**
 * Numbers as exposition formats write them: what Go's strconv.ParseFloat takes, without hexadecimal and underscores. Most are read
 * byte by byte: at most 15 digits and a power of ten up to 22 give the nearest double by one multiplication or division
 * (W. D. Clinger, "How to Read Floating Point Numbers Accurately", 1990); the rest is left to the engine.
 */
export class FloatText {
  value = 0
  /** Where the number ended. */
  pos = 0

  /** Reads up to the next blank, line break or `end`; false for what is no number. */
  read(bytes: Buffer, start: number, end: number): boolean {
    let at = start
    const sign = bytes[at]!
    if (sign === MINUS || sign === PLUS) at += 1
    let whole = 0
    let digits = 0
    let seen = 0
    let scale = 0
    let point = false
    for (; at < end; at += 1) {
      const byte = bytes[at]!
      const digit = byte - ZERO
      if (digit >= 0 && digit <= 9) {
        whole = whole * 10 + digit
        seen += 1
        if (whole !== 0) digits += 1
        if (point) scale -= 1
      } else if (byte === POINT && !point) point = true
      else break
    }
    if (seen === 0 || digits > DIGITS_MAX) return this.#slow(bytes, start, end)
    if (at < end && (bytes[at]! | 0x20) === LOWER_E) {
      const exponentAt = at + 1
      const exponentSign = bytes[exponentAt]!
      at = exponentSign === MINUS || exponentSign === PLUS ? exponentAt + 1 : exponentAt
      let exponent = 0
      const first = at
      for (; at < end && at - first < 4; at += 1) {
        const digit = bytes[at]! - ZERO
        if (!(digit >= 0 && digit <= 9)) break
        exponent = exponent * 10 + digit
      }
      if (at === first) return this.#slow(bytes, start, end)
      scale += exponentSign === MINUS ? -exponent : exponent
    }
    if (at < end && !isBreak(bytes[at]!)) return this.#slow(bytes, start, end)
    if (scale > 22 || scale < -22) return this.#slow(bytes, start, end)
    const magnitude = scale < 0 ? whole / powersOfTen[-scale]! : whole * powersOfTen[scale]!
    this.value = sign === MINUS ? -magnitude : magnitude
    this.pos = at
    return true
  }

  #slow(bytes: Buffer, start: number, end: number): boolean {
    let at = start
    while (at < end && !isBreak(bytes[at]!)) at += 1
    const text = bytes.toString('latin1', start, at)
    this.pos = at
    if (decimal.test(text)) {
      this.value = Number(text)
      // What is too large for a double is an error, as in Go; what is too small is zero.
      return Number.isFinite(this.value)
    }
    if (infinite.test(text)) {
      this.value = text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
      return true
    }
    this.value = Number.NaN
    return text.length === 3 && text.toLowerCase() === 'nan'
  }
}

const isBreak = (byte: number): boolean => byte === SPACE || byte === NEWLINE || byte === TAB
