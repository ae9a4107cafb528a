import type { Matcher } from '@aiops/contract/model/label'
import { checkMatcher, parseMatcher } from '../../../../kernel/matcher.ts'
import { type Json, listOf, mapOf, textOf } from './part.ts'

const matchersMax = 64

/** Of `PREFIXmatchers`, and of the older `PREFIXmatch` and `PREFIXmatch_re`. Throws for what is none. */
export function matchersOf(part: Json, prefix = ''): Matcher[] {
  const pairs = (key: string, op: '=' | '=~'): Matcher[] =>
    Object.entries(mapOf(part[key])).map(([name, value]) => ({ name, op, value: textOf(value) }))
  const written = part[`${prefix}matchers`]
  const lines = typeof written === 'string' ? [written] : listOf(written).map(textOf)
  const matchers = [
    ...pairs(`${prefix}match`, '='),
    ...pairs(`${prefix}match_re`, '=~'),
    ...lines.flatMap((line) => separate(line).map(parseMatcher)),
  ]
  if (matchers.length > matchersMax) throw new Error(`more than ${matchersMax} matchers`)
  for (const matcher of matchers) checkMatcher(matcher)
  return matchers
}

/** Alerts that fit all: what Alertmanager saw were alerts alone. */
export const conditionOf = (matchers: readonly Matcher[]): string =>
  [...matchers.map(termOf), 'kind == "ALERT"'].join(' && ')

function termOf({ name, op, value }: Matcher): string {
  const label = `labels.get(${JSON.stringify(name)})`
  switch (op) {
    case '=':
      return `${label} == ${JSON.stringify(value)}`
    case '!=':
      return `${label} != ${JSON.stringify(value)}`
    case '=~':
      return `${label}.fits(${JSON.stringify(value)})`
    case '!~':
      return `!${label}.fits(${JSON.stringify(value)})`
  }
}

/** `{a="b", c=~"d,e"}` holds several; commas within quotes separate nothing. */
function separate(line: string): string[] {
  const inner = /^\s*\{(.*)\}\s*$/s.exec(line)?.[1] ?? line
  const parts = inner.match(/(?:"(?:[^"\\]|\\.)*"|[^",])+/gs) ?? []
  return parts.filter((part) => part.trim() !== '')
}
