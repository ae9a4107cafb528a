const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
}
const numeric = /x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})/y

/** A string of Go at `at`, in double quotes or backquotes. `fail` makes the error of a place. Bytes above 0x7f by escape become their code point. */
export function unquoted(
  text: string,
  at: number,
  fail: (what: string, at: number) => Error,
): { value: string; end: number } {
  if (text[at] === '`') {
    const end = text.indexOf('`', at + 1)
    if (end < 0) throw fail('literal not terminated', at)
    return { value: text.slice(at + 1, end).replaceAll('\r', ''), end: end + 1 }
  }
  let value = ''
  let from = at + 1
  for (let next = from; ; next += 1) {
    const sign = text[next]
    if (sign === undefined || sign === '\n') throw fail('literal not terminated', at)
    if (sign === '"') return { value: value + text.slice(from, next), end: next + 1 }
    if (sign !== '\\') continue
    value += text.slice(from, next)
    const letter = text[next + 1] ?? ''
    if (Object.hasOwn(escapes, letter)) {
      value += escapes[letter]
      next += 1
    } else {
      numeric.lastIndex = next + 1
      const found = numeric.exec(text)
      const code = found?.[4]
        ? Number.parseInt(found[4], 8)
        : Number.parseInt(found?.slice(1).find(Boolean) ?? '', 16)
      if (!found || !(code <= 0x10_ffff)) throw fail('invalid char escape', next)
      value += String.fromCodePoint(code)
      next += found[0].length
    }
    from = next + 1
  }
}
