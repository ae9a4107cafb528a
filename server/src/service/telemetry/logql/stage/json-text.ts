/** JSON read in place: a number keeps the digits it was written with, and nothing is built that is not asked for. */

export type JsonKind = 'string' | 'number' | 'boolean' | 'null' | 'object' | 'array'
const depthMax = 128

class Malformed extends Error {}

/** Calls `take` for each value that is no object or array, with the names that lead to it, arrays passed over. Gives what is wrong, if anything; what came before it was taken. */
export function eachField(
  text: string,
  take: (path: readonly string[], value: string, kind: JsonKind) => void,
): string | undefined {
  try {
    const reader = new Reader(text)
    reader.space()
    if (text[reader.at] !== '{') throw new Malformed('expecting json object({), but it is not')
    readObject(reader, [], take)
    reader.space()
    if (reader.at < text.length) throw new Malformed(`unexpected character at position ${reader.at}`)
    return undefined
  } catch (error) {
    if (error instanceof Malformed) return error.message
    throw error
  }
}

export type PathPart = string | number

/** The value a path leads to: a string without its quotes, anything else as written. Undefined where there is none or the text is malformed before it. */
export function valueAt(
  text: string,
  path: readonly PathPart[],
): { value: string; kind: JsonKind } | undefined {
  const reader = new Reader(text)
  try {
    reader.space()
    for (const part of path) if (!enter(reader, part)) return undefined
    reader.space()
    const start = reader.at
    const kind = reader.kind()
    if (kind === 'string') return { value: reader.string(), kind }
    reader.skip(0)
    return { value: text.slice(start, reader.at), kind }
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

function readObject(
  reader: Reader,
  path: string[],
  take: (path: readonly string[], value: string, kind: JsonKind) => void,
): void {
  if (path.length > depthMax) throw new Malformed(`nested more than ${depthMax} deep`)
  reader.members((name) => {
    path.push(name)
    const kind = reader.kind()
    if (kind === 'object') readObject(reader, path, take)
    else if (kind === 'string') take(path, reader.string(), kind)
    else {
      const start = reader.at
      reader.skip(path.length)
      if (kind !== 'array') take(path, reader.text.slice(start, reader.at), kind)
    }
    path.pop()
  })
}

function enter(reader: Reader, part: PathPart): boolean {
  reader.space()
  if (typeof part === 'number') {
    if (reader.kind() !== 'array') return false
    return reader.seekItem(part)
  }
  if (reader.kind() !== 'object') return false
  return reader.seekMember(part)
}

const literal = /true|false|null/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

class Reader {
  readonly text: string
  at = 0
  constructor(text: string) {
    this.text = text
  }
  space(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
      this.at += 1
    }
  }
  kind(): JsonKind {
    const sign = this.text[this.at]
    if (sign === '"') return 'string'
    if (sign === '{') return 'object'
    if (sign === '[') return 'array'
    if (sign === 't' || sign === 'f') return 'boolean'
    if (sign === 'n') return 'null'
    return 'number'
  }
  string(): string {
    if (this.text[this.at] !== '"') throw this.wrong()
    const start = this.at + 1
    let escaped = false
    for (let at = start; ; at += 1) {
      const code = this.text.charCodeAt(at)
      if (Number.isNaN(code)) throw new Malformed("Value is string, but can't find closing '\"' symbol")
      if (code === 0x5c) {
        escaped = true
        at += 1
      } else if (code === 0x22) {
        this.at = at + 1
        return escaped ? plain(this.text.slice(start, at)) : this.text.slice(start, at)
      }
    }
  }
  /** Calls `read` with each name, standing at its value. */
  members(read: (name: string) => void): void {
    this.at += 1
    this.space()
    if (this.take('}')) return
    for (;;) {
      this.space()
      const name = this.string()
      this.space()
      if (!this.take(':')) throw this.wrong()
      this.space()
      read(name)
      this.space()
      if (this.take('}')) return
      if (!this.take(',')) throw this.wrong()
    }
  }
  seekMember(wanted: string): boolean {
    this.at += 1
    this.space()
    if (this.take('}')) return false
    for (;;) {
      this.space()
      const name = this.string()
      this.space()
      if (!this.take(':')) throw this.wrong()
      this.space()
      if (name === wanted) return true
      this.skip(0)
      this.space()
      if (!this.take(',')) return false
    }
  }
  seekItem(wanted: number): boolean {
    this.at += 1
    this.space()
    if (this.take(']')) return false
    for (let i = 0; ; i += 1) {
      this.space()
      if (i === wanted) return true
      this.skip(0)
      this.space()
      if (!this.take(',')) return false
    }
  }
  /** Past one value. */
  skip(depth: number): void {
    if (depth > depthMax) throw new Malformed(`nested more than ${depthMax} deep`)
    const kind = this.kind()
    if (kind === 'string') this.string()
    else if (kind === 'object') this.members(() => this.skip(depth + 1))
    else if (kind === 'array') this.#items(depth)
    else {
      const pattern = kind === 'number' ? number : literal
      pattern.lastIndex = this.at
      const found = pattern.exec(this.text)
      if (!found) throw this.wrong()
      this.at += found[0].length
    }
  }
  #items(depth: number): void {
    this.at += 1
    this.space()
    if (this.take(']')) return
    for (;;) {
      this.space()
      this.skip(depth + 1)
      this.space()
      if (this.take(']')) return
      if (!this.take(',')) throw this.wrong()
    }
  }
  take(sign: string): boolean {
    if (this.text[this.at] !== sign) return false
    this.at += 1
    return true
  }
  wrong(): Malformed {
    return new Malformed(
      this.at >= this.text.length
        ? "Value looks like object, but can't find closing '}' symbol"
        : `Unknown value type at position ${this.at}`,
    )
  }
}

function plain(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string
  } catch {
    throw new Malformed('Malformed string literal')
  }
}
