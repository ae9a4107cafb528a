import type { Question } from './question.ts'

/** Answered after the first. */
export const alsoMax = 2

/** One question that stands for several: of each of two things, of each percentile, of a thing and what goes on beside it. */
export const severalOf = (question: Question): Question | undefined =>
  isRelease(question) ? ofRelease(question) : (ofEach(question) ?? ofQuantiles(question))

/** "can we deploy X or is this a bad moment": how X is, and what is going on beside it. */
const isRelease = ({ intent, text, entities, slots }: Question): boolean =>
  intent === 'WHAT_IS_BROKEN' &&
  slots.unaffected === undefined &&
  entities.length > 0 &&
  /\b(?:safe(?:ly)?|risk\w*|dangerous|(?:un)?wise|(?:good|bad|right|wrong) (?:moment|time|idea))\b/i.test(
    text,
  ) &&
  /\b(?:deploy|release|roll ?out|ship|merge|push|upgrade|migrate|launch|go live)/i.test(text)

const ofRelease = (question: Question): Question => {
  const { yesNo: _, askedState: __, ...slots } = question.slots
  return {
    ...{ ...question, slots, intent: 'HEALTH' },
    also: [{ ...question, entities: [], slots }],
  }
}

/** "p50, p95 and p99 of X": each of them. */
function ofQuantiles(question: Question): Question | undefined {
  const { intent, slots, text } = question
  const said = [...new Set([...text.matchAll(/\bp(\d{2,4})\b/gi)].map(([, digits]) => Number(`0.${digits}`)))]
  const { metric } = slots
  if (intent !== 'METRIC_VALUE' || metric?.quantile === undefined || said.length < 2) return undefined
  const others = said.filter((quantile) => quantile !== metric.quantile).slice(0, alsoMax)
  const also = others.map((quantile) => ({
    ...question,
    slots: { ...slots, metric: { ...metric, quantile } },
  }))
  return { ...question, also }
}

const places: ReadonlySet<string> = new Set(['CLUSTER', 'NAMESPACE'])

const ofState = /\b(?:shape|condition|health\w*|state|(?:better|worse) off|well|sick\w*|trouble)\b/i

/** "are X and Y fine", "is X in better shape than Y": how each of them is. */
function ofEach(question: Question): Question | undefined {
  const { intent, entities, slots, text } = question
  const isState =
    intent === 'HEALTH' ||
    (intent === 'COMPARE' && slots.metric === undefined && (entities.length === 1 || ofState.test(text)))
  const things = entities.filter(({ kind }) => !places.has(kind))
  const each = things.length > 1 ? things : things.length === 0 ? entities : []
  if (intent === 'COMPARE' && isState && entities.length === 1) return { ...question, intent: 'HEALTH' }
  if (!isState || each.length < 2 || each.length > alsoMax + 1) return undefined
  const [first, ...others] = each.map((one): Question => ({ ...question, intent: 'HEALTH', entities: [one] }))
  return { ...first!, also: others }
}
