import type { StoredLog } from '../../port/log-store.ts'

type Severity = StoredLog['severity']

const byWord: ReadonlyMap<string, Severity> = new Map([
  ['trace', 'TRACE'],
  ['trc', 'TRACE'],
  ['debug', 'DEBUG'],
  ['dbg', 'DEBUG'],
  ['info', 'INFO'],
  ['inf', 'INFO'],
  ['information', 'INFO'],
  ['informational', 'INFO'],
  ['notice', 'INFO'],
  ['warn', 'WARN'],
  ['wrn', 'WARN'],
  ['warning', 'WARN'],
  ['error', 'ERROR'],
  ['err', 'ERROR'],
  ['eror', 'ERROR'],
  ['alert', 'ERROR'],
  ['critical', 'FATAL'],
  ['crit', 'FATAL'],
  ['fatal', 'FATAL'],
  ['panic', 'FATAL'],
  ['emerg', 'FATAL'],
  ['emergency', 'FATAL'],
])
/** Bunyan's and pino's numbers. */
const byTens: readonly Severity[] = ['UNSPECIFIED', 'TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']
const byNumber = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const
const byGlogLetter: Readonly<Record<string, Severity>> = { I: 'INFO', W: 'WARN', E: 'ERROR', F: 'FATAL' }

/** OpenTelemetry's SeverityNumber, four numbers a level from 1 on. */
export const severityOfNumber = (number: number): Severity =>
  byNumber[Math.ceil(number / 4) - 1] ?? 'UNSPECIFIED'

/** A level as loggers write it, or one of pino's numbers; UNSPECIFIED for any other word. */
export function severityOfWord(word: string): Severity {
  const known = byWord.get(word) ?? byWord.get(word.toLowerCase())
  if (known) return known
  return /^[1-6]0$/.test(word) ? byTens[Number(word) / 10]! : 'UNSPECIFIED'
}

/** A label or attribute whose value is a level; lower case, `-` and `_` as dots. */
const levelNames: ReadonlySet<string> = new Set([
  'level',
  'lvl',
  'loglevel',
  'log.level',
  'levelname',
  'severity',
  'severity.text',
  'severitytext',
  'detected.level',
])
export const namesLevel = (name: string): boolean =>
  name.length <= 16 && levelNames.has(name.toLowerCase().replaceAll(/[_-]/g, '.'))

/** So much of a line is looked at, in UTF-16 units. */
const FIELD_WITHIN = 512
const WORD_WITHIN = 128
const field =
  /(?:^|[\s,{"'])(?:log[._-]?)?(?:level|lvl|levelname|severity|severity_?text)["']?\s{0,4}[:=]\s{0,4}["']?(\w{2,13})/i
const upperCase = /\b(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERR(?:OR)?|CRIT(?:ICAL)?|FATAL|PANIC|EMERG)\b/
const marked =
  /[[<(](trace|debug|info|notice|warn|warning|error|err|critical|crit|alert|fatal|panic|emerg)[\])>]|^(trace|debug|info|notice|warn|warning|error|critical|fatal|panic):/i
const glog = /^([IWEF])\d{4} \d\d:\d\d:\d\d/

/**
 * The level that a line states of itself, by three rules, the first that finds one: a field named `level`, `lvl`, `severity` or alike
 * in JSON or logfmt (first 512 characters); klog's leading letter; a level's word in upper case, in brackets, or before a colon
 * at the start (first 128). A word like "error" within a sentence is no level.
 */
export function severityOfLine(line: string): Severity {
  const start = line.length > FIELD_WITHIN ? line.slice(0, FIELD_WITHIN) : line
  if (start.includes('=') || start.includes(':')) {
    const word = field.exec(start)?.[1]
    const severity = word === undefined ? 'UNSPECIFIED' : severityOfWord(word)
    if (severity !== 'UNSPECIFIED') return severity
    const letter = glog.exec(start)?.[1]
    if (letter !== undefined) return byGlogLetter[letter]!
  }
  const head = start.length > WORD_WITHIN ? start.slice(0, WORD_WITHIN) : start
  const word = upperCase.exec(head)?.[0]
  if (word !== undefined) return severityOfWord(word)
  const found = marked.exec(head)
  return found ? severityOfWord(found[1] ?? found[2] ?? '') : 'UNSPECIFIED'
}
