import type { Labels } from '@aiops/contract/model/label'
import { invalid, type LabelLimits, LabelSet } from '../label-set.ts'

/** The longest text that can hold labels within the limits is not known: this is Loki's own order of magnitude, in UTF-16 units. */
const TEXT_MAX = 65_536

/**
 * A stream's labels as Loki's senders write them, `{job="varlogs", host="a"}`: Prometheus' selector syntax with `=` alone, names bare
 * or quoted, values in double quotes with Go's escapes or in backquotes, a trailing comma allowed. Throws INVALID_LABELS.
 */
export function parseStreamLabels(text: string, limits: LabelLimits): Labels {
  if (text.length > TEXT_MAX) throw invalid(`A stream's labels are longer than ${TEXT_MAX} characters.`)
  const set = new LabelSet(limits)
  const cursor = new Cursor(text)
  cursor.expect('{')
  while (!cursor.take('}')) {
    const name = cursor.name()
    cursor.expect('=')
    set.add(name, cursor.value())
    if (!cursor.take(',')) {
      cursor.expect('}')
      break
    }
  }
  cursor.end()
  return set.labels
}

const bareName = /[A-Za-z_][A-Za-z0-9_]*/y
/** Go's escapes of one character, as `strconv.Unquote` takes them. */
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
const numeric = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))/y

class Cursor {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  take(character: string): boolean {
    this.#space()
    if (this.#text[this.#at] !== character) return false
    this.#at += 1
    return true
  }

  expect(character: string): void {
    if (!this.take(character)) throw this.#wrong(`"${character}" expected`)
  }

  end(): void {
    this.#space()
    if (this.#at < this.#text.length) throw this.#wrong('nothing expected')
  }

  name(): string {
    this.#space()
    if (this.#text[this.#at] === '"') return this.#quoted()
    bareName.lastIndex = this.#at
    const name = bareName.exec(this.#text)?.[0]
    if (name === undefined) throw this.#wrong('a label name expected')
    this.#at += name.length
    return name
  }

  value(): string {
    this.#space()
    const quote = this.#text[this.#at]
    if (quote === '"') return this.#quoted()
    if (quote !== '`') throw this.#wrong('a quoted value expected')
    const end = this.#text.indexOf('`', this.#at + 1)
    if (end < 0) throw this.#wrong('a value does not end')
    const value = this.#text.slice(this.#at + 1, end)
    this.#at = end + 1
    return value
  }

  #quoted(): string {
    const text = this.#text
    const start = this.#at + 1
    let at = start
    let value = ''
    let from = start
    for (;;) {
      const code = text.charCodeAt(at)
      if (code === 0x22) break
      // NaN past the end; a newline must be escaped.
      if (Number.isNaN(code) || code === 0x0a) throw this.#wrong('a value does not end')
      if (code === 0x5c) {
        value += text.slice(from, at)
        this.#at = at
        value += this.#escape()
        at = this.#at
        from = at
      } else at += 1
    }
    this.#at = at + 1
    return value + text.slice(from, at)
  }

  #escape(): string {
    const next = this.#text[this.#at + 1]
    const known = next !== undefined && Object.hasOwn(escapes, next) ? escapes[next] : undefined
    if (known !== undefined) {
      this.#at += 2
      return known
    }
    numeric.lastIndex = this.#at
    const found = numeric.exec(this.#text)
    if (!found) throw this.#wrong('an escape that is none')
    const code =
      found[4] === undefined
        ? Number.parseInt(found[1] ?? found[2] ?? found[3] ?? '', 16)
        : Number.parseInt(found[4], 8)
    if (code > 0x10_ffff) throw this.#wrong('an escape that is none')
    this.#at += found[0].length
    return String.fromCodePoint(code)
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) return
      this.#at += 1
    }
  }

  #wrong(what: string) {
    return invalid(`A stream's labels cannot be read: ${what} at character ${this.#at}.`)
  }
}
