import type { Intent } from '@aiops/contract/model/answer'
import { findAction } from './action-request.ts'
import { type IntentReading, scoreIntents, scoreMin } from './intent.ts'
import { isKnownForm } from './lemma.ts'
import { isPredicate } from './stands-for-name.ts'
import type { Term } from './term.ts'
import type { Token } from './token.ts'

/** So sure a reading must be, and so improbable an order, for a verb that orders to be none. */
const [sureScore, orderMin] = [0.85, 0.02]
const orderScore = 0.9
/** Of what is guessed from what is named alone. */
const guessScore = 0.35

const ofThings: ReadonlySet<Intent> = new Set(['HEALTH', 'FORECAST', 'WHAT_IS_BROKEN'])

/** What is asked, or that something is ordered. */
export function readIntent(tokens: readonly Token[], terms: readonly Term[]): IntentReading {
  const reading = scoreIntents(terms)
  if (isOrder(reading, tokens)) return ordered(reading)
  const has = (feature: string): boolean => terms.some(({ features }) => features.has(feature))
  // How an alert "is", and whether it "will": that it fires, for what and since when. It has no health and no course of its own.
  const isAlertOnly =
    has('<ALERT>') &&
    !has('#ANY') &&
    terms.every(({ features }) => !features.has('<E>') || features.has('<ALERT>'))
  if (isAlertOnly && ofThings.has(reading.intent))
    return { ...reading, intent: 'LIST_ALERTS', isUnsure: false }
  // What is read as nothing that is known here is not guessed at.
  if (reading.intent !== 'UNKNOWN' || reading.score >= scoreMin) return reading
  const isOfAll = tokens.some((_, at) => isPredicate(tokens, at) && !isKnownForm(tokens[at]!.lemma))
  const guess = isAlertOnly ? 'LIST_ALERTS' : (ofNames(has) ?? (isOfAll ? 'WHAT_IS_BROKEN' : undefined))
  return guess === undefined ? reading : { ...reading, intent: guess, score: guessScore, isUnsure: false }
}

/** A name alone asks how that one is; whatever strange word is said of everything asks how everything is. */
function ofNames(has: (feature: string) => boolean): Intent | undefined {
  if (has('<PROVIDER>') && !has('<THING>')) return 'COST'
  if (has('<PERSON>') && !has('<E>')) return 'AUDIT'
  if (has('<CHANGE>')) return 'WHAT_CHANGED'
  if (has('<E>')) return 'HEALTH'
  return has('<TOPIC>') ? 'WHAT_IS_BROKEN' : undefined
}

/** "set the load of X beside that of Y" has a verb of orders and is none. */
const isOrder = ({ intent, score, orderChance = 1 }: IntentReading, tokens: readonly Token[]): boolean =>
  intent !== 'REFUSED' &&
  !(score >= sureScore && orderChance < orderMin) &&
  findAction(tokens) !== undefined

const ordered = ({ intent, score, others }: IntentReading): IntentReading => ({
  ...{ intent: 'ACT', score: orderScore, isUnsure: false },
  others: intent === 'UNKNOWN' ? others : [{ intent, score }, ...others],
})
