import type { Intent, Understanding } from '@aiops/contract/model/answer'
import { isoTime } from '../../../kernel/clock.ts'
import type { Question } from './question.ts'
import { type ReadOptions, readQuestion } from './read-question.ts'
import { alsoMax, severalOf } from './several.ts'

/** A part that asks by itself, however long the sentence is. */
const sureScore = 0.6
const partsMax = 3

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
  const whole = readQuestion(text, options)
  const several = severalOf(whole)
  if (several !== undefined) return several
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
