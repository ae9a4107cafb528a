/** The same formats read slowly and plainly, with one regular expression a token, to compare the fast reader with. */
export type OracleSample = {
  labels: Record<string, string>
  value: number
  timeMs: number | null
  exemplar: { labels: Record<string, string>; value: number; timeMs: number | null } | null
}

class Cursor {
  at = 0
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  take(pattern: RegExp): RegExpExecArray | null {
    const sticky = new RegExp(pattern.source, `${pattern.flags}y`)
    sticky.lastIndex = this.at
    const found = sticky.exec(this.text)
    if (found) this.at += found[0].length
    return found
  }
  must(pattern: RegExp): RegExpExecArray {
    const found = this.take(pattern)
    if (!found) throw new Error(`no ${pattern} at ${this.at}`)
    return found
  }
  get done(): boolean {
    return this.at >= this.text.length
  }
}

const quoted = /"((?:\\.|[^\\"])*)"/s
const unescaped = (text: string): string =>
  text.replace(/\\\\|\\"|\\n/g, (pair) => (pair === '\\n' ? '\n' : pair.slice(1)))

function number(text: string): number {
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) {
    const value = Number(text)
    if (!Number.isFinite(value)) throw new Error('range')
    return value
  }
  if (/^nan$/i.test(text)) return Number.NaN
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text)
  if (!infinite) throw new Error('number')
  return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

function labels(cursor: Cursor, blank: RegExp, into: Record<string, string>): void {
  const put = (name: string, value: string): void => {
    if (Object.hasOwn(into, name)) throw new Error('twice')
    into[name] = value
  }
  cursor.must(/\{/)
  for (;;) {
    cursor.must(blank)
    if (cursor.take(/\}/)) return
    const name = cursor.take(quoted)
    cursor.must(blank)
    const next = cursor.text[cursor.at]
    if (name && (next === ',' || next === '}')) {
      if (name[1] === '') throw new Error('empty')
      put('__name__', unescaped(name[1]!))
    } else {
      const label = name ? unescaped(name[1]!) : cursor.must(/[a-zA-Z_][a-zA-Z0-9_]*/)[0]
      cursor.must(blank)
      cursor.must(/=/)
      cursor.must(blank)
      put(label, unescaped(cursor.must(quoted)[1]!))
    }
    cursor.must(blank)
    if (cursor.take(/\}/)) return
    cursor.must(/,/)
  }
}

function comment(cursor: Cursor, strict: boolean): 'eof' | 'more' {
  const line = cursor.must(/#[^\n]*/)[0]
  const ended = cursor.take(/\n/)
  if (strict && line === '# EOF') return 'eof'
  const pattern = strict ? /^# (HELP|TYPE|UNIT) (.*)$/s : /^#[ \t]+(HELP|TYPE)[ \t]+(.*)$/s
  const found = pattern.exec(line)
  if (!found) {
    if (strict) throw new Error('comment')
    return 'more'
  }
  const rest = /^("(?:\\.|[^\\"])+"|[a-zA-Z_:][a-zA-Z0-9_:]*)(?=$|[ \t])(.*)$/s.exec(found[2]!)
  if (!rest || (strict && !rest[2]!.startsWith(' '))) throw new Error('comment')
  const text = strict ? rest[2]!.slice(1) : rest[2]!.trimStart()
  const kinds = strict
    ? ['counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset', 'unknown']
    : ['counter', 'gauge', 'histogram', 'summary', 'untyped']
  if (found[1] === 'TYPE' && !kinds.includes(text)) throw new Error('type')
  if (found[1] === 'UNIT' && text !== '' && !rest[1]!.endsWith(`_${text}`)) throw new Error('unit')
  void ended
  return 'more'
}

/** Throws where a scrape would fail whole. */
export function oracle(text: string, dialect: 'text' | 'openmetrics'): OracleSample[] {
  const strict = dialect === 'openmetrics'
  const blank = strict ? /(?:)/ : /[ \t]*/
  const cursor = new Cursor(text)
  const samples: OracleSample[] = []
  let eof = false
  while (!cursor.done) {
    cursor.must(blank)
    if (cursor.done) break
    if (!strict && cursor.take(/\n/)) continue
    if (cursor.text[cursor.at] === '#') {
      if (comment(cursor, strict) === 'eof') {
        if (!cursor.done) throw new Error('after EOF')
        eof = true
      }
      continue
    }
    const set: Record<string, string> = Object.create(null)
    const name = cursor.take(/[a-zA-Z_:][a-zA-Z0-9_:]*/)
    if (name) set.__name__ = name[0]
    cursor.must(blank)
    if (cursor.text[cursor.at] === '{') labels(cursor, blank, set)
    if (!set.__name__) throw new Error('no name')
    cursor.must(strict ? / / : blank)
    const value = number(cursor.must(/[^ \t\n{]+/)[0])
    const sample: OracleSample = { labels: set, value, timeMs: null, exemplar: null }
    if (strict) openTail(cursor, sample)
    else {
      cursor.must(blank)
      const time = cursor.take(/-?\d+/)
      if (time) sample.timeMs = Number(time[0])
      cursor.must(blank)
      if (!cursor.done) cursor.must(/\n/)
    }
    samples.push(sample)
  }
  if (strict && !eof) throw new Error('no EOF')
  return samples
}

function openTail(cursor: Cursor, sample: OracleSample): void {
  const seconds = (): number => {
    const value = number(cursor.must(/[^ \n]+/)[0])
    if (!Number.isFinite(value)) throw new Error('time')
    return Math.trunc(value * 1_000)
  }
  if (cursor.take(/ (?!# \{)/)) sample.timeMs = seconds()
  if (cursor.take(/ # (?=\{)/)) {
    const set: Record<string, string> = Object.create(null)
    labels(cursor, /(?:)/, set)
    cursor.must(/ /)
    const value = number(cursor.must(/[^ \n]+/)[0])
    sample.exemplar = { labels: set, value, timeMs: cursor.take(/ /) ? seconds() : null }
  }
  cursor.must(/\n/)
}
