import { RE2JS } from 're2js'
import { Fault, messageOf } from './fault.ts'

type Labels = Readonly<Record<string, string>>
/** One condition on a label, with Prometheus' operators. */
export type Matcher = { name: string; op: '=' | '!=' | '=~' | '!~'; value: string }
/** An absent label is handed over as ''. */
export type ValueTest = (value: string) => boolean

/** Longest pattern, characters: bounds the automaton. */
const patternLengthMax = 1_000
const valueLengthMax = 4_096

/**
 * One condition on a label's value. Regular expressions are RE2's, anchored at both ends, `.` fits every character, as Prometheus and
 * Alertmanager mean them; they run in time linear in the value. Throws INVALID_REQUEST with the reason.
 */
export function valueTest({ op, value }: Matcher): ValueTest {
  if (op === '=') return (given) => given === value
  if (op === '!=') return (given) => given !== value
  const fits = patternTest(value)
  return op === '=~' ? fits : (given) => !fits(given)
}

/** All conditions together. */
export function labelTest(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const tests = matchers.map((matcher) => ({ name: matcher.name, test: valueTest(matcher) }))
  return (labels) => tests.every(({ name, test }) => test(labelValue(labels, name)))
}

export const labelValue = (labels: Labels, name: string): string =>
  Object.hasOwn(labels, name) ? (labels[name] ?? '') : ''

/**
 * A matcher as people write it: `alertname="Slow"`, `service=~pay.*`, `"service.name"!=cart`. Names and values may be quoted with Go's
 * escapes; braces around it are allowed (Alertmanager documentation, "Matchers"). Throws INVALID_REQUEST.
 */
export function parseMatcher(text: string): Matcher {
  const inner = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1] ?? text
  const parts = /^\s*("(?:[^"\\]|\\.)*"|[^\s"=!~{},]+)\s*(=~|!~|!=|=)\s*(.*?)\s*,?\s*$/s.exec(inner)
  if (!parts) throw badMatcher(text, 'write it as name=value, name!=value, name=~regex or name!~regex')
  const [, name = '', op = '', value = ''] = parts
  const matcher = { name: unquoted(name, text), op: op as Matcher['op'], value: unquoted(value, text) }
  if (matcher.name === '') throw badMatcher(text, 'its name is empty')
  checkMatcher(matcher)
  return matcher
}

/** Throws INVALID_REQUEST for a name or value that is none, or a pattern that cannot be used. */
export function checkMatcher(matcher: Matcher): void {
  const { name, value } = matcher
  if (name === '' || name.length > 1_024 || !name.isWellFormed() || name.includes('\0'))
    throw badMatcher(name, 'its name is empty, too long or not valid Unicode')
  if (value.length > valueLengthMax || !value.isWellFormed() || value.includes('\0'))
    throw badMatcher(name, `its value is longer than ${valueLengthMax} characters or not valid Unicode`)
  valueTest(matcher)
}

function patternTest(pattern: string): ValueTest {
  if (pattern.length > patternLengthMax)
    throw badMatcher(pattern, `its pattern is longer than ${patternLengthMax} characters`)
  // A list of words, the usual pattern, needs no automaton.
  if (/^[\w :/@%&,;=-]*(\|[\w :/@%&,;=-]*)*$/.test(pattern)) {
    const words = new Set(pattern.split('|'))
    return (value) => words.has(value)
  }
  try {
    const compiled = RE2JS.compile(pattern, RE2JS.DOTALL)
    return (value) => compiled.testExact(value)
  } catch (error) {
    throw badMatcher(pattern, messageOf(error))
  }
}

function unquoted(text: string, whole: string): string {
  if (!text.startsWith('"')) {
    if (text.includes('"')) throw badMatcher(whole, 'a quote stands in the middle of it')
    return text
  }
  if (!/^"(?:[^"\\]|\\.)*"$/s.test(text)) throw badMatcher(whole, 'a quote is not closed')
  return text
    .slice(1, -1)
    .replace(/\\(.)/gs, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped === 't' ? '\t' : escaped))
}

const badMatcher = (text: string, why: string): Fault =>
  new Fault('INVALID_REQUEST', `bad matcher ${JSON.stringify(text.slice(0, 200))}: ${why}`)
