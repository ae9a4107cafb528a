import type { EntityMatcher } from './entity-label.ts'
import { literal, quoted } from './promql.ts'

/** A LogQL query as it is meant. */
export type LogWish = {
  /** Conditions on labels of streams; each is enough where several are given, and each is a query of its own. */
  matchers: readonly EntityMatcher[]
  /** Text that a line holds. */
  contains?: string
  level?: 'ERROR' | 'WARNING'
  /** Where nothing else is said: some label that every stream of interest has. */
  anyLabel: string
}

/** Levels as log stores detect them. */
const levels = { ERROR: 'error|fatal|critical', WARNING: 'warn|warning|error|fatal|critical' } as const

export function logqlOf({ matchers, contains = '', level, anyLabel }: LogWish): string {
  const conditions = matchers.map(({ label, op, value }) => `${lokiLabel(label)}${op}${quoted(value)}`)
  const selector = conditions.length > 0 ? conditions.join(', ') : `${lokiLabel(anyLabel)}=~".+"`
  const line = contains === '' ? '' : ` |~ ${quoted(`(?i)${literal(contains)}`)}`
  const filter = level === undefined ? '' : ` | detected_level=~${quoted(levels[level])}`
  return `{${selector}}${line}${filter}`
}

/** How many lines by level, over a length of time. */
export const countOf = (query: string, seconds: number): string =>
  `sum by (detected_level) (count_over_time(${query} [${Math.max(1, Math.round(seconds))}s]))`

/** Labels of log streams have Prometheus' old alphabet. */
export const lokiLabel = (name: string): string => name.replace(/[^a-zA-Z0-9_]/g, '_')
