import type { Intent } from '@aiops/contract/model/answer'
import { findAction } from './action-request.ts'
import { type IntentReading, scoreIntents } from './intent.ts'
import { isKnownForm } from './lemma.ts'
import { isPredicate } from './stands-for-name.ts'
import type { Term } from './term.ts'
import type { Token } from './token.ts'

/** So sure a reading must be, and so improbable an order, for a verb that orders to be none. */
const [sureScore, orderMin] = [0.85, 0.02]

const ofThings: ReadonlySet<Intent> = new Set(['HEALTH', 'FORECAST', 'WHAT_IS_BROKEN'])

export function readIntent(tokens: readonly Token[], terms: readonly Term[]): IntentReading {
  const reading = scoreIntents(terms)
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
  const { intent, score, others, orderChance = 1 } = reading
  // "set the load of X beside that of Y": a verb of orders, and no order.
  if (score >= sureScore && orderChance < orderMin) return reading
  return {
    intent: 'ACT',
    score: 0.9,
    others: intent === 'UNKNOWN' ? others : [{ intent, score }, ...others],
    isUnsure: false,
  }
}
