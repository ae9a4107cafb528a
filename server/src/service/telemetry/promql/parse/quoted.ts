/** Text in quotes with Go's escapes, or in backquotes as it stands. Undefined where an escape is none, or the bytes are no UTF-8. */
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
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes))
  } catch {
    return undefined
  }
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

/** In double quotes, so that `unquote` gives the same text again. */
export function quote(text: string): string {
  let quoted = '"'
  for (const character of text) {
    const code = character.codePointAt(0) as number
    const named = Object.entries(singles).find(([, value]) => value === character)
    if (character === '"' || character === '\\') quoted += `\\${character}`
    else if (named) quoted += `\\${named[0]}`
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
