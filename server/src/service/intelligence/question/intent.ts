import type { Intent } from '@aiops/contract/model/answer'
import { IntentModel } from './intent/intent-model.ts'
import { learnedIntents } from './intent/learned-intents.ts'
import { alienPatterns, refusedPatterns } from './intent/refused.ts'
import { featuresOf } from './intent/term-feature.ts'
import { isKnownForm } from './lemma.ts'
import { functionWords } from './ordinary-word.ts'
import { compile, matches } from './pattern.ts'
import type { Term } from './term.ts'

export type Scored = { intent: Intent; score: number }

export type IntentReading = Scored & {
  /** The next best, best first. */
  others: readonly Scored[]
  isUnsure: boolean
}

const model = new IntentModel(Buffer.from(learnedIntents, 'base64'))
const refused = refusedPatterns.flatMap(compile)
const alien = alienPatterns.flatMap(compile)

/** Below this, the words fit nothing. */
export const scoreMin = 0.25
/** A best intent below `sureScore` that leads by less than this is asked back. */
const marginMin = 0.1
const sureScore = 0.5
/** So sure it must be that something is to be done, or that nothing is asked of the system: surer where something of it is named. */
const [orderedMin, refusedOwnMin, refusedNamedMin] = [0.8, 0.6, 0.85]
/** Enough, where nothing else is likely. */
const alienMin = 0.35
/** What is read so is read, whatever a pattern of small talk says. */
const outright = 0.9
const othersMax = 4
/** How much less a reading is worth where every word is strange. */
const strangePenalty = 0.6
const glue: ReadonlySet<string> = new Set('a an the of and or to in on at for with by from as , ?'.split(' '))

/** What is asked, with how probable that is; pure, and the same for the same terms. */
export function scoreIntents(terms: readonly Term[]): IntentReading {
  const held = new Set<string>()
  for (const term of terms) for (const feature of term.features.keys()) held.add(feature)
  const isOf = (patterns: typeof refused): boolean =>
    patterns.some((pattern) => matches(pattern, terms, held))
  const chances = terms.some(isOfMatter) ? readingsOf(terms) : []
  const chanceOf = (intent: Intent): number => chances.find((one) => one.intent === intent)?.score ?? 0
  const refusedMin = terms.some(isNamed) ? refusedNamedMin : refusedOwnMin
  const scored = chances.filter(
    ({ intent, score }) => score >= (intent === 'REFUSED' ? refusedMin : intent === 'ACT' ? orderedMin : 0),
  )
  const [best, second] = scored
  const isOutright = best !== undefined && best.score >= outright && best.intent !== 'REFUSED'
  if (isOf(refused) || (!isOutright && isOf(alien))) return { ...nothing, intent: 'REFUSED', score: 0.95 }
  const isAlien = chanceOf('REFUSED') >= alienMin && !terms.some(isNamed) && (best?.score ?? 0) < scoreMin
  if (isAlien) return { ...nothing, intent: 'REFUSED', score: chanceOf('REFUSED') }
  if (best === undefined) return nothing
  if (best.score < scoreMin)
    return { intent: 'UNKNOWN', score: best.score, others: scored.slice(0, othersMax), isUnsure: true }
  if (best.intent === 'UNKNOWN') return { ...nothing, score: best.score }
  return {
    ...best,
    others: scored.slice(1, othersMax + 1).filter(({ score }) => score >= scoreMin / 4),
    isUnsure: second !== undefined && best.score < sureScore && best.score - second.score < marginMin,
  }
}

const nothing: IntentReading = { intent: 'UNKNOWN', score: 0, others: [], isUnsure: false }

function readingsOf(terms: readonly Term[]): Scored[] {
  const trust = 1 - strangePenalty * strangeShare(terms)
  return model.chances(featuresOf(terms)).map(({ intent, chance }) => ({ intent, score: chance * trust }))
}

/** A name alone says of what, and not what. */
const isOfMatter = ({ features }: Term): boolean =>
  !features.has('<E>') && [...features.keys()].some((feature) => !glue.has(feature))

/** Something that is known here, or is said to be of a kind that is. */
const isNamed = ({ features }: Term): boolean =>
  features.has('<E>') && !(features.has('<UNKNOWN>') && features.size === unknownFeatures)
/** `<E>`, `<THING>` and `<UNKNOWN>`: of what kind it is was not said. */
const unknownFeatures = 3

/** Of the words of matter, those that were never heard, as a share. */
function strangeShare(terms: readonly Term[]): number {
  const words = terms.flatMap(({ features }) => {
    const [word = ''] = features.keys()
    return /^[a-z]{3,}$/.test(word) && !functionWords.has(word) ? [word] : []
  })
  if (words.length === 0) return 0
  return words.filter((word) => !model.knows(word) && !isKnownForm(word)).length / words.length
}
