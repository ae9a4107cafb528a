/**
 * Text in quotes with Go's escapes, or in backquotes as it stands; undefined where an escape is none. Escapes can make bytes that are no
 * UTF-8: each stands as a lone surrogate from U+DC80 to U+DCFF, which no well-formed text has, so that it fits nothing and is told.
 */
export function unquote(quoted: string): string | undefined {
  const quote = quoted[0]
  const body = quoted.slice(1, -1)
  if (quote === '`') return body
  if (!body.includes('\\')) return body
  const bytes: number[] = []
  const encoder = new TextEncoder()
  for (let i = 0; i < body.length; ) {
    if (body[i] !== '\\') {
      const unit = String.fromCodePoint(body.codePointAt(i) as number)
      bytes.push(...encoder.encode(unit))
      i += unit.length
      continue
    }
    const found = escapePattern.exec(body.slice(i, i + 10))
    if (!found) return undefined
    const [whole, single, hex, octal, unicode] = found
    i += whole.length
    if (single !== undefined) {
      if ((single === '"' || single === "'") && single !== quote) return undefined
      bytes.push((singles[single] ?? single).charCodeAt(0))
    } else if (hex !== undefined) bytes.push(Number.parseInt(hex, 16))
    else if (octal !== undefined) {
      if (Number.parseInt(octal, 8) > 255) return undefined
      bytes.push(Number.parseInt(octal, 8))
    } else {
      const point = Number.parseInt((unicode as string).slice(1), 16)
      if (point > 0x10_ffff || (point >= 0xd800 && point < 0xe000)) return undefined
      bytes.push(...encoder.encode(String.fromCodePoint(point)))
    }
  }
  return decoded(Uint8Array.from(bytes))
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decoded(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    let text = ''
    for (let at = 0; at < bytes.length; ) {
      const length = lengthOfPoint(bytes, at)
      text +=
        length === 0
          ? String.fromCharCode(badByteBase + bytes[at]!)
          : decoder.decode(bytes.subarray(at, at + length))
      at += Math.max(1, length)
    }
    return text
  }
}

const badByteBase = 0xdc00

/** Bytes of the character that begins at `at`; 0 where none does. */
function lengthOfPoint(bytes: Uint8Array, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length += 1)
    try {
      decoder.decode(bytes.subarray(at, at + length))
      return length
    } catch {
      // Perhaps with one byte more.
    }
  return 0
}

const escapePattern = /^\\(?:([abfnrtv\\'"])|x([\da-fA-F]{2})|([0-7]{3})|(u[\da-fA-F]{4}|U[\da-fA-F]{8}))/
const singles: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** Digits behind `x`, `u`, `U` or an octal one, and the number their value must not exceed. */
const codes: Record<string, { digits: number; base: number; most: number }> = {
  x: { digits: 2, base: 16, most: 255 },
  u: { digits: 4, base: 16, most: 0x10_ffff },
  U: { digits: 8, base: 16, most: 0x10_ffff },
}

/** What is wrong with the first wrong escape of a text in quotes, in Prometheus' words. */
export function escapeProblem(quoted: string): string | undefined {
  const end = quoted.length - 1
  for (let at = 1; at < end; at += 1) {
    if (quoted[at] !== '\\') continue
    at += 1
    const character = quoted[at] as string
    if (character === quoted[0] || 'abfnrtv\\'.includes(character)) continue
    const isOctal = /[0-7]/.test(character)
    const code = isOctal ? { digits: 3, base: 8, most: 255 } : codes[character]
    if (code === undefined) return `unknown escape sequence ${named(quoted, at)}`
    const from = isOctal ? at : at + 1
    const digit = code.base === 8 ? /[0-7]/ : /[\da-f]/i
    for (let i = from; i < from + code.digits; i += 1)
      if (!digit.test(quoted[i] as string)) return `illegal character ${named(quoted, i)} in escape sequence`
    const value = Number.parseInt(quoted.slice(from, from + code.digits), code.base)
    if (value > code.most || (value >= 0xd800 && value < 0xe000))
      return 'escape sequence is an invalid Unicode code point'
    at = from + code.digits - 1
  }
  return undefined
}

/** As Go's `%#U`. */
function named(text: string, at: number): string {
  const point = text.codePointAt(at) as number
  const code = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`
  const character = String.fromCodePoint(point)
  return /^[\p{Z}\p{C}]$/u.test(character) && character !== ' ' ? code : `${code} '${character}'`
}

/** In double quotes, so that `unquote` gives the same text again. */
export function quote(text: string): string {
  let quoted = '"'
  for (const character of text) {
    const code = character.codePointAt(0) as number
    const named = Object.entries(singles).find(([, value]) => value === character)
    if (character === '"' || character === '\\') quoted += `\\${character}`
    else if (named) quoted += `\\${named[0]}`
    else if (code >= badByteBase + 0x80 && code <= badByteBase + 0xff)
      quoted += `\\x${(code - badByteBase).toString(16)}`
    else if (code < 0x20 || code === 0x7f) quoted += `\\x${code.toString(16).padStart(2, '0')}`
    else if (code >= 0x80 && /^[\p{Z}\p{C}]$/u.test(character))
      quoted +=
        code < 0x1_0000
          ? `\\u${code.toString(16).padStart(4, '0')}`
          : `\\U${code.toString(16).padStart(8, '0')}`
    else quoted += character
  }
  return `${quoted}"`
}
