import type { Intent } from '@aiops/contract/model/answer'
import { intentTable } from './intent/index.ts'
import { refusedPatterns } from './intent/refused.ts'
import { compile, matches, type Pattern } from './pattern.ts'
import type { Term } from './term.ts'

export type Scored = { intent: Intent; score: number }

export type IntentReading = Scored & {
  /** The next best, best first. */
  others: readonly Scored[]
  isUnsure: boolean
}

type Row = { weight: number; patterns: readonly Pattern[] }

const entries: readonly { intent: Intent; rows: readonly Row[] }[] = intentTable.map(({ intent, rows }) => ({
  intent,
  rows: rows.map(([weight, ...sources]) => ({ weight, patterns: sources.flatMap(compile) })),
}))
const refused = refusedPatterns.flatMap(compile)

const aboutOf = new Map(intentTable.map(({ intent, about }) => [intent, about]))
/** What an intent takes from the conversation where the question names nothing. */
export const aboutOfIntent = (intent: Intent) => aboutOf.get(intent) ?? 'NONE'

/** Below this, the words fit nothing. */
export const scoreMin = 0.3
/** A best intent below `sureScore` that leads by less than this is asked back. */
const marginMin = 0.05
const sureScore = 0.6
/** How much of a further row counts. */
const furtherShare = 0.25
const othersMax = 4

/** How well each intent fits; pure, and the same for the same terms. */
export function scoreIntents(terms: readonly Term[]): IntentReading {
  const held = new Set<string>()
  for (const term of terms) for (const feature of term.features.keys()) held.add(feature)
  if (refused.some((pattern) => matches(pattern, terms, held))) {
    return { intent: 'REFUSED', score: 0.95, others: [], isUnsure: false }
  }
  const scored = entries
    .map(({ intent, rows }) => ({ intent, score: scoreOf(rows, terms, held) }))
    .filter(({ score }) => score >= scoreMin / 2)
    .sort((a, b) => b.score - a.score)
  const [best, second] = scored
  if (best === undefined || best.score < scoreMin) {
    return {
      intent: 'UNKNOWN',
      score: best?.score ?? 0,
      others: scored.slice(0, othersMax),
      isUnsure: scored.length > 1,
    }
  }
  const isUnsure = second !== undefined && best.score < sureScore && best.score - second.score < marginMin
  return { ...best, others: scored.slice(1, othersMax + 1), isUnsure }
}

function scoreOf(rows: readonly Row[], terms: readonly Term[], held: ReadonlySet<string>): number {
  let best = 0
  let rest = 1
  let against = 1
  for (const { weight, patterns } of rows) {
    const count = patterns.reduce((sum, pattern) => sum + (matches(pattern, terms, held) ? 1 : 0), 0)
    if (count === 0) continue
    if (weight < 0) against *= (1 + weight) ** Math.min(count, 3)
    else {
      // A second pattern of a row says the same again: it adds a little.
      const own = 1 - (1 - weight) * 0.9 ** (Math.min(count, 4) - 1)
      rest *= 1 - furtherShare * Math.min(own, best)
      best = Math.max(best, own)
    }
  }
  return best === 0 ? 0 : (1 - (1 - best) * rest) * against
}
