import { streamLabelName } from '../../../../port/log-stream.ts'
import type { Extraction } from '../expression.ts'
import type { LogLine } from '../log-line.ts'
import type { CompiledStage } from './index.ts'
import { labelsMax } from './json.ts'

type Pair = { key: string; value: string }
type Flaw = { at: number; what: string }
// What ends a word: blanks, all control characters (go-logfmt: `c <= ' '`), and what has a meaning of its own.
const bareKey = /[^\s="\p{Cc}]+/uy
const bareValue = /[^\s"\p{Cc}]*/uy

/** `key=value key="quoted \"value\""`, as go-logfmt reads it. What is no pair is passed over, or with `--strict` ends the parsing. */
export function logfmtStage({
  strict,
  keepEmpty,
  extractions,
}: {
  strict: boolean
  keepEmpty: boolean
  extractions: readonly Extraction[]
}): CompiledStage {
  return (line) => {
    if (extractions.length > 0) extractNamed(line, extractions, strict)
    else extractAll(line, strict, keepEmpty)
    return true
  }
}

function extractAll(line: LogLine, strict: boolean, keepEmpty: boolean): void {
  const seen = new Set<string>()
  const flaw = eachPair(line.line, strict, ({ key, value }) => {
    if ((value === '' && !keepEmpty) || line.parsedCount >= labelsMax) return
    const name = streamLabelName(key)
    if (seen.has(name)) return
    seen.add(name)
    line.extract(name, value)
  })
  if (flaw) line.fail('LogfmtParserErr', `logfmt syntax error at pos ${flaw.at} : ${flaw.what}`)
}

function extractNamed(line: LogLine, extractions: readonly Extraction[], strict: boolean): void {
  const wanted = new Set(extractions.map(({ expression }) => expression))
  const found = new Map<string, string>()
  const flaw = eachPair(line.line, strict, ({ key, value }) => {
    if (wanted.has(key) && !found.has(key)) found.set(key, value)
  })
  if (flaw) line.fail('LogfmtParserErr', `logfmt syntax error at pos ${flaw.at} : ${flaw.what}`)
  for (const { name, expression } of extractions) line.extract(name, found.get(expression) ?? '')
}

/** Each pair in order; the first flaw where `strict`. */
function eachPair(text: string, strict: boolean, take: (pair: Pair) => void): Flaw | undefined {
  for (let at = 0; at < text.length; ) {
    if (text.charCodeAt(at) <= 0x20) {
      at += 1
      continue
    }
    const key = matched(bareKey, text, at)
    const afterKey = at + key.length
    if (key === '' || text[afterKey] === '"') {
      const sign = text[afterKey] ?? ''
      if (strict) return { at: afterKey + 1, what: `unexpected '${sign}'` }
      at = skip(text, afterKey)
      continue
    }
    if (text[afterKey] !== '=') {
      take({ key, value: '' })
      at = afterKey
      continue
    }
    const start = afterKey + 1
    if (text[start] === '"') {
      const end = quoteEnd(text, start)
      if (end < 0) {
        if (strict) return { at: text.length + 1, what: 'unterminated quoted value' }
        return undefined
      }
      take({ key, value: unescaped(text.slice(start + 1, end)) })
      at = end + 1
      continue
    }
    const value = matched(bareValue, text, start)
    const end = start + value.length
    if (text[end] === '"' || value.includes('=')) {
      if (strict) return { at: end + 1, what: `unexpected '${text[end] === '"' ? '"' : '='}'` }
      at = skip(text, end)
      continue
    }
    take({ key, value })
    at = end
  }
  return undefined
}

function matched(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}

/** To the next space: what stands there is no pair. */
function skip(text: string, at: number): number {
  let end = at + 1
  while (end < text.length && text.charCodeAt(end) > 0x20) end += 1
  return end
}

function quoteEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '"') return at
  }
  return -1
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }

/** As JSON's escapes; a sign of no meaning stands for itself. */
const unescaped = (text: string): string =>
  text.includes('\\')
    ? text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, code: string | undefined, sign: string) =>
        code === undefined ? (escapes[sign] ?? sign) : String.fromCharCode(Number.parseInt(code, 16)),
      )
    : text
