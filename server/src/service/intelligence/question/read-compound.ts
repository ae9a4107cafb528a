import type { Intent, Understanding } from '@aiops/contract/model/answer'
import { isoTime } from '../../../kernel/clock.ts'
import type { Question } from './question.ts'
import { type ReadOptions, readQuestion } from './read-question.ts'

/** A part that asks by itself, however long the sentence is. */
const sureScore = 0.6
const partsMax = 3
const alsoMax = 2

const asks =
  'how many|how much|how long|how|why|who|whom|whose|when|since when|what|which|where|whether|is|are|does|do|did|was|were|has|have|show|list'
const border = new RegExp(
  `\\?+\\s+(?=\\S)|[,;.]?\\s+(?:and|or|but)\\s+(?:also\\s+)?(?=(?:${asks})\\b)|[,;.]\\s+(?=(?:${asks})\\b)`,
  'i',
)

/** Intents that are no further question: talk, orders, and what was not understood. */
const alone: ReadonlySet<Intent> = new Set<Intent>([
  ...(['UNKNOWN', 'REFUSED', 'GREETING', 'HELP', 'ACT', 'REPORT'] as const),
])
/** What an answer of the one says of the other already. */
const within: Partial<Record<Intent, readonly Intent[]>> = {
  WHY: ['ROOT_CAUSE', 'HEALTH', 'IS_INVOLVED', 'METRIC_VALUE', 'LIST_ALERTS'],
  ROOT_CAUSE: ['WHY', 'HEALTH', 'IS_INVOLVED', 'WHAT_IS_BROKEN'],
  IS_INVOLVED: ['ROOT_CAUSE', 'WHY', 'HEALTH', 'WHAT_CHANGED'],
  WHEN_STARTED: ['LIST_ALERTS', 'HEALTH', 'LIST_NODES'],
  LIST_INCIDENTS: ['BLAST_RADIUS', 'SHOW_INCIDENT'],
  HEALTH: ['WHEN_STARTED', 'WHAT_IS_BROKEN', 'ANOMALIES', 'LIST_ALERTS'],
  WHAT_IS_BROKEN: ['HEALTH', 'COUNT_ALERTS', 'LIST_INCIDENTS', 'ANOMALIES', 'LIST_ALERTS'],
  WHAT_CHANGED: ['AUDIT'],
  LIST_PODS: ['HEALTH'],
  LIST_NODES: ['HEALTH'],
  COUNT_ALERTS: ['SILENCED_ALERTS', 'LIST_ALERTS'],
  SILENCED_ALERTS: ['LIST_ALERTS', 'HEALTH', 'WHAT_CHANGED', 'OWNER', 'WHY'],
  RESTARTS: ['WHY', 'HEALTH', 'LIST_PODS'],
  PENDING_PODS: ['WHY', 'HEALTH', 'LIST_PODS'],
  IMAGE_PULLS: ['WHY', 'HEALTH', 'LIST_PODS'],
}

/**
 * Reads a question that may be two: "is X slow, and who owns it?". The whole is read first, and what it is read as is answered first; a part
 * that asks something else, outright and of known things, is answered after it (`also`).
 */
export function readCompound(text: string, options: ReadOptions): Question {
  const asked = readQuestion(text, options)
  const whole = isRelease(asked) ? ofRelease(asked) : ofQuantiles(ofEach(asked))
  if (whole !== asked) return whole
  const parts = text.split(border).filter((part) => /\S+\s+\S+/.test(part))
  if (parts.length < 2 || parts.length > partsMax || alone.has(whole.intent) || isOpen(whole)) return whole
  const before: Understanding[] = [...options.before]
  const read: Question[] = []
  for (const part of parts) {
    const question = readQuestion(part, { ...options, before })
    read.push(question)
    before.push(understood(question))
  }
  const own = read.find(({ intent }) => intent === whole.intent)
  if (own === undefined) return whole
  const also: Question[] = []
  for (const part of read) {
    const isNew = part !== own && [whole, ...also].every((one) => one.intent !== part.intent)
    if (isNew && asksMore(part, whole)) also.push(part)
  }
  // Of two questions, each says for itself how much, which way and of which kind.
  return also.length === 0 ? whole : { ...whole, slots: own.slots, also: also.slice(0, alsoMax) }
}

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
function ofQuantiles(question: Question): Question {
  const { intent, slots, text } = question
  const said = [...new Set([...text.matchAll(/\bp(\d{2,4})\b/gi)].map(([, digits]) => Number(`0.${digits}`)))]
  const { metric } = slots
  if (intent !== 'METRIC_VALUE' || metric?.quantile === undefined || said.length < 2) return question
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
function ofEach(question: Question): Question {
  const { intent, entities, slots, text } = question
  const isState =
    intent === 'HEALTH' ||
    (intent === 'COMPARE' && slots.metric === undefined && (entities.length === 1 || ofState.test(text)))
  const things = entities.filter(({ kind }) => !places.has(kind))
  const each = things.length > 1 ? things : things.length === 0 ? entities : []
  if (intent === 'COMPARE' && isState && entities.length === 1) return { ...question, intent: 'HEALTH' }
  if (!isState || each.length < 2 || each.length > alsoMax + 1) return question
  const [first, ...others] = each.map((one): Question => ({ ...question, intent: 'HEALTH', entities: [one] }))
  return { ...first!, also: others }
}

const isOpen = ({ ambiguous, unknown, time }: Question): boolean =>
  ambiguous.length > 0 || unknown.length > 0 || time.outOfRange === true

/** Asked of something that is named; without a name they would be answered of whatever is worst. */
const ofThing: ReadonlySet<Intent> = new Set<Intent>([
  ...([
    'WHY',
    'ROOT_CAUSE',
    'IS_INVOLVED',
    'HEALTH',
    'BLAST_RADIUS',
    'DEPENDENCIES',
    'WHEN_STARTED',
  ] as const),
  ...([
    'TIMELINE',
    'SHOW_INCIDENT',
    'METRIC_VALUE',
    'METRIC_COURSE',
    'COMPARE',
    'SHOW_LOGS',
    'OWNER',
  ] as const),
  ...(['NEXT_STEPS', 'FORECAST', 'PLACEMENT'] as const),
])

const pronoun = /\b(?:it|its|that|this|they|them|those|these)\b/i

const asksMore = (part: Question, whole: Question): boolean =>
  !alone.has(part.intent) &&
  part.intent !== 'WHAT_IS_BROKEN' &&
  (part.entities.length > 0 || (!ofThing.has(part.intent) && !pronoun.test(part.text))) &&
  !(part.intent === 'DEPENDENCIES' && part.entities.every(({ kind }) => kind === 'NAMESPACE')) &&
  part.score >= sureScore &&
  !isOpen(part) &&
  !(within[whole.intent] ?? []).includes(part.intent)

/** What the next part may take from the one before it. */
const understood = ({ intent, score, entities, time, slots }: Question): Understanding => ({
  ...{ intent, score, entities: [...entities], incident_id: null },
  time: time.text === '' ? null : { start: isoTime(time.startMs), end: isoTime(time.endMs), text: time.text },
  metric: slots.metric ? (slots.metric.names[0] ?? slots.metric.aspect) : null,
})
