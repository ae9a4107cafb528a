import type { Intent } from '@aiops/contract/model/answer'
import { IntentModel } from './intent/intent-model.ts'
import { learnedIntents } from './intent/learned-intents.ts'
import { refusedPatterns } from './intent/refused.ts'
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

/** Below this, the words fit nothing. */
export const scoreMin = 0.25
/** A best intent below `sureScore` that leads by less than this is asked back. */
const marginMin = 0.1
const sureScore = 0.5
/** So sure it must be that nothing is asked of the system, or that something is to be done to it. */
const graveMin: Partial<Record<Intent, number>> = { REFUSED: 0.6, ACT: 0.8 }
/** Enough, where nothing else is likely. */
const alienMin = 0.35
const othersMax = 4
/** How much less a reading is worth where every word is strange. */
const strangePenalty = 0.6
const glue: ReadonlySet<string> = new Set('a an the of and or to in on at for with by from as , ?'.split(' '))

/** What is asked, with how probable that is; pure, and the same for the same terms. */
export function scoreIntents(terms: readonly Term[]): IntentReading {
  const held = new Set<string>()
  for (const term of terms) for (const feature of term.features.keys()) held.add(feature)
  if (refused.some((pattern) => matches(pattern, terms, held))) {
    return { intent: 'REFUSED', score: 0.95, others: [], isUnsure: false }
  }
  if (!terms.some(isOfMatter)) return { intent: 'UNKNOWN', score: 0, others: [], isUnsure: false }
  const trust = 1 - strangePenalty * strangeShare(terms)
  const chances = model
    .chances(featuresOf(terms))
    .map(({ intent, chance }) => ({ intent, score: chance * trust }))
  const scored = chances.filter(
    ({ intent, score }) => score >= (graveMin[intent] ?? 0) && !(intent === 'REFUSED' && held.has('<E>')),
  )
  const [best, second] = scored
  const alien = chances.find(({ intent }) => intent === 'REFUSED')
  if (alien && !held.has('<E>') && alien.score >= alienMin && (best?.score ?? 0) < scoreMin)
    return { ...alien, others: [], isUnsure: false }
  const others = scored.slice(1, othersMax + 1).filter(({ score }) => score >= scoreMin / 4)
  if (best === undefined || best.score < scoreMin)
    return { intent: 'UNKNOWN', score: best?.score ?? 0, others: scored.slice(0, othersMax), isUnsure: true }
  if (best.intent === 'UNKNOWN') return { ...best, others: [], isUnsure: false }
  const isUnsure = second !== undefined && best.score < sureScore && best.score - second.score < marginMin
  return { ...best, others, isUnsure }
}

/** A name alone says of what, and not what. */
const isOfMatter = ({ features }: Term): boolean =>
  !features.has('<E>') && [...features.keys()].some((feature) => !glue.has(feature))

/** Of the words of matter, those that were never heard, as a share. */
function strangeShare(terms: readonly Term[]): number {
  const words = terms.flatMap(({ features }) => {
    const [word = ''] = features.keys()
    return /^[a-z]{3,}$/.test(word) && !functionWords.has(word) ? [word] : []
  })
  if (words.length === 0) return 0
  return words.filter((word) => !model.knows(word) && !isKnownForm(word)).length / words.length
}
