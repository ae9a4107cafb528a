import type { Intent } from '@aiops/contract/model/answer'
import { findAction } from './action-request.ts'
import { type IntentReading, scoreIntents } from './intent.ts'
import { isKnownForm } from './lemma.ts'
import { isPredicate } from './stands-for-name.ts'
import type { Term } from './term.ts'
import type { Token } from './token.ts'

/** What was said outright needs no second look. */
const outright = 0.8
/** How much better a clause must fit than the whole. */
const clauseLead = 0.12
const clausesMax = 6

/**
 * "just got paged, half asleep, what is on fire": people say why they ask before they do, and what they say beside the matter blurs it. Where
 * the whole fits badly and one clause of it well, that clause is the question.
 */
function readClauses(all: readonly Term[]): IntentReading {
  const terms = withoutAsides(all)
  const whole = scoreIntents(terms)
  if (whole.intent === 'REFUSED' || whole.score >= outright) return whole
  const clauses: Term[][] = [[]]
  for (const term of terms) {
    if (term.features.has(',') || term.features.has('?')) clauses.push([])
    else clauses.at(-1)!.push(term)
  }
  const some = clauses.filter((clause) => clause.length > 1)
  if (some.length < 2) return whole
  const [best] = some
    .slice(-clausesMax)
    .map((clause) => scoreIntents(clause))
    .filter(({ intent }) => intent !== 'UNKNOWN' && intent !== 'REFUSED' && intent !== 'GREETING')
    .sort((a, b) => b.score - a.score)
  return best !== undefined && best.score >= whole.score + clauseLead ? best : whole
}

const ofThings: ReadonlySet<Intent> = new Set(['HEALTH', 'FORECAST', 'WHAT_IS_BROKEN'])

const asks = [
  '@WHICH',
  '@WHY',
  '@WHO',
  '@HOW',
  '@HOW_MANY',
  '@SHOW',
  '@WHEN',
  '<E>',
  '<ALERT>',
  'if',
  'whether',
]

/** "is anything on fire, I am on call since noon": what people tell of themselves, where something else is asked. */
function withoutAsides(terms: readonly Term[]): readonly Term[] {
  const clauses: Term[][] = [[]]
  for (const term of terms) {
    clauses.at(-1)!.push(term)
    if (term.features.has(',') || term.features.has('?')) clauses.push([])
  }
  const isAside = (clause: readonly Term[]): boolean =>
    clause[0]?.features.has('I') === true &&
    ['be', 'have', 'just', 'go'].some((word) => clause[1]?.features.has(word)) &&
    !clause.some((term) => asks.some((feature) => term.features.has(feature)))
  const kept = clauses.filter((clause) => !isAside(clause)).flat()
  return kept.length < terms.length && scoreIntents(kept).intent !== 'UNKNOWN' ? kept : terms
}

export function readIntent(tokens: readonly Token[], terms: readonly Term[]): IntentReading {
  const reading = readClauses(terms)
  const has = (feature: string) => terms.some((term) => term.features.has(feature))
  if (reading.intent === 'REFUSED' || findAction(tokens) === undefined) {
    // How an alert "is", and whether it "will": that it fires, for what and since when. It has no health and no course of its own.
    const isAlertOnly =
      has('<ALERT>') &&
      !has('#ANY') &&
      terms.every(({ features }) => !features.has('<E>') || features.has('<ALERT>'))
    if (isAlertOnly && ofThings.has(reading.intent))
      return { ...reading, intent: 'LIST_ALERTS', isUnsure: false }
    if (reading.intent !== 'UNKNOWN') return reading
    // A name alone asks how that one is; whatever strange word is said of everything asks how everything is.
    if (isAlertOnly) return { ...reading, intent: 'LIST_ALERTS', score: 0.35, isUnsure: false }
    if (has('<PROVIDER>') && !has('<THING>'))
      return { ...reading, intent: 'COST', score: 0.35, isUnsure: false }
    if (has('<PERSON>') && !has('<E>')) return { ...reading, intent: 'AUDIT', score: 0.35, isUnsure: false }
    if (has('<CHANGE>')) return { ...reading, intent: 'WHAT_CHANGED', score: 0.35, isUnsure: false }
    if (has('<E>')) return { ...reading, intent: 'HEALTH', score: 0.35, isUnsure: false }
    if (has('<TOPIC>')) return { ...reading, intent: 'WHAT_IS_BROKEN', score: 0.35, isUnsure: false }
    const isOfAll = tokens.some((_, at) => isPredicate(tokens, at) && !isKnownForm(tokens[at]!.lemma))
    return isOfAll ? { ...reading, intent: 'WHAT_IS_BROKEN', score: 0.35, isUnsure: false } : reading
  }
  const { intent, score, others } = reading
  return {
    intent: 'ACT',
    score: 0.9,
    others: intent === 'UNKNOWN' ? others : [{ intent, score }, ...others],
    isUnsure: false,
  }
}
