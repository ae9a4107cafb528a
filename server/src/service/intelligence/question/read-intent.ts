import type { Intent } from '@aiops/contract/model/answer'
import { findAction } from './action-request.ts'
import { type IntentReading, scoreIntents, scoreMin } from './intent.ts'
import { isKnownForm } from './lemma.ts'
import { isPredicate } from './stands-for-name.ts'
import type { Term } from './term.ts'
import type { Token } from './token.ts'

const orderScore = 0.9
/** Of what is guessed from what is named alone. */
const guessScore = 0.35
/** Where something is named, the likeliest of unlikely readings is nearer to what is meant than how that thing is. */
const likelyMin = 0.15

const ofThings: ReadonlySet<Intent> = new Set(['HEALTH', 'FORECAST', 'WHAT_IS_BROKEN'])

/** What is asked, or that something is ordered. */
export function readIntent(tokens: readonly Token[], terms: readonly Term[]): IntentReading {
  const reading = scoreIntents(terms)
  if (reading.intent !== 'REFUSED' && findAction(tokens) !== undefined) return ordered(reading)
  const has = (feature: string): boolean => terms.some(({ features }) => features.has(feature))
  if (ofDeployment.has(reading.intent) && namesDeployment(tokens))
    return { ...reading, intent: 'DEPLOYMENTS', isUnsure: false }
  if (ofChange.has(reading.intent) && has('<CHANGE>'))
    return { ...reading, intent: 'WHAT_CHANGED', isUnsure: false }
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
  const [likeliest] = reading.others
  const isLikely = likeliest !== undefined && likeliest.score >= likelyMin && ofNames(has) !== undefined
  if (isLikely && !isAlertOnly) return { ...reading, ...likeliest, isUnsure: true }
  const guess = isAlertOnly ? 'LIST_ALERTS' : (ofNames(has) ?? (isOfAll ? 'WHAT_IS_BROKEN' : undefined))
  return guess === undefined ? reading : { ...reading, intent: guess, score: guessScore, isUnsure: false }
}

/** A flag or a configuration has been changed, by somebody, at some time; there is nothing else to say of it. */
const ofChange: ReadonlySet<Intent> = new Set(['WHEN_STARTED', 'AUDIT', 'OWNER', 'HEALTH'])

/** What is told of one deployment: who approved it, why it was denied, what it would do. */
const ofDeployment: ReadonlySet<Intent> = new Set<Intent>([
  ...([
    'AUDIT',
    'POLICY',
    'WHY',
    'WHAT_CHANGED',
    'LIST_WORKLOADS',
    'ROOT_CAUSE',
    'HEALTH',
    'UNKNOWN',
  ] as const),
])
const deploymentWords = new Set('deployment proposal change mr pr request pull'.split(' '))

/** "deployment 2", "merge request 14". */
const namesDeployment = (tokens: readonly Token[]): boolean =>
  tokens.some(({ type }, at) => type === 'NUMBER' && deploymentWords.has(tokens[at - 1]?.lower ?? ''))

/** A name alone asks how that one is; whatever strange word is said of everything asks how everything is. */
function ofNames(has: (feature: string) => boolean): Intent | undefined {
  if (has('<PROVIDER>') && !has('<THING>')) return 'COST'
  if (has('<PERSON>') && !has('<E>')) return 'AUDIT'
  if (has('<CHANGE>')) return 'WHAT_CHANGED'
  if (has('<E>')) return 'HEALTH'
  return has('<TOPIC>') ? 'WHAT_IS_BROKEN' : undefined
}

const ordered = ({ intent, score, others }: IntentReading): IntentReading => ({
  ...{ intent: 'ACT', score: orderScore, isUnsure: false },
  others: intent === 'UNKNOWN' ? others : [{ intent, score }, ...others],
})
