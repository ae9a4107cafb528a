import type { EntityRef, Intent, Understanding } from '@aiops/contract/model/answer'
import { aboutOfIntent } from './intent/about-intent.ts'
import { metricWords } from './metric-word.ts'
import type { MetricChoice } from './question.ts'
import type { Aspect, Term } from './term.ts'
import type { Token } from './token.ts'

/** What a question says by itself. */
export type Said = {
  tokens: readonly Token[]
  terms: readonly Term[]
  intent: Intent
  score: number
  entities: readonly EntityRef[]
  hasName: boolean
  hasTime: boolean
  metric: MetricChoice | undefined
}

/** What it takes from the last question: only what it does not say. */
export type Taken = {
  intent?: Intent
  entities?: readonly EntityRef[]
  metric?: MetricChoice
  time?: NonNullable<Understanding['time']>
}

const pronouns = new Set(
  'it its this that they them their those these same one itself he she him thing'.split(' '),
)
const leads = new Set('and also or but then so what how same plus'.split(' '))
/** Words that say nothing of their own: "and what about X then?". */
const glue = new Set(
  'and also or but then so what how about same for with of in on at the a thing instead ok okay now please one no nope sorry mean meant you I do can show tell it that this from to as well too again question be compare rather only just ones high low critical warning first last top show list the any more ,  ? @GREETING'.split(
    ' ',
  ),
)
const narrower = new Set('critical warning high low only more'.split(' '))
/** What a name or a metric alone is read as, until the question before says better. */
const vague: ReadonlySet<Intent> = new Set([
  'HEALTH',
  'METRIC_VALUE',
  'UNKNOWN',
  'WHAT_IS_BROKEN',
  'LIST_WORKLOADS',
])
const mute: ReadonlySet<Intent> = new Set(['GREETING', 'HELP', 'REFUSED', 'UNKNOWN'])
/** Carried on with an ellipsis alone, though they can be asked of everything. */
const carried: ReadonlySet<Intent> = new Set([
  'ROOT_CAUSE',
  'NEXT_STEPS',
  'LIST_RUNBOOKS',
  'WHAT_CHANGED',
  'TIMELINE',
  'ACT',
])
const ofIncident: ReadonlySet<Intent> = new Set([
  ...([
    'SHOW_INCIDENT',
    'WHY',
    'ROOT_CAUSE',
    'TIMELINE',
    'REPORT',
    'NEXT_STEPS',
    'BLAST_RADIUS',
    'WHEN_STARTED',
    'LIST_RUNBOOKS',
  ] as const),
])
const ofMoney: ReadonlySet<Intent> = new Set(['COST', 'PLACEMENT', 'SAVINGS', 'PRICES'])
const measures: ReadonlySet<Intent> = new Set([
  'METRIC_VALUE',
  'METRIC_COURSE',
  'COMPARE',
  'TOP',
  'FORECAST',
  'ANOMALIES',
])

const shortMax = 5
const entitiesMax = 8

/** Reads "why?", "and its logs?", "what about X?", "same for Y", "and yesterday?" in the light of the question before. */
export function takeFrom(said: Said, last: Understanding | undefined): Taken | undefined {
  if (last === undefined || (mute.has(said.intent) && said.intent !== 'UNKNOWN')) return undefined
  const { terms, tokens, hasName, hasTime, metric } = said
  const content = terms.filter((term) => !term.features.has(',') && !term.features.has('?'))
  const opens = leads.has(tokens[0]?.lower ?? '') || ['only', 'just'].includes(tokens[0]?.lower ?? '')
  const hasPronoun = tokens.some((token, at) => pronouns.has(token.lower) && !isExpletive(tokens, at))
  const isShort = content.length <= shortMax
  const isNarrower = tokens.some(({ lower }) => narrower.has(lower))
  const isBare =
    content.every((term) => isGlue(term)) &&
    (hasName || hasTime || metric !== undefined || hasPronoun || isNarrower)
  const isWeak = said.intent === 'UNKNOWN' || said.score < 0.45
  const taken: Taken = {}
  const isOpen = isWeak || said.score < 0.6 || vague.has(said.intent)
  const onlySpeaks = isBare && isOpen && (opens || content.length <= 2 || isWeak)
  if (onlySpeaks && !mute.has(last.intent)) taken.intent = intentAfter(last, said)
  else if (asksOn(said, last, content.length)) taken.intent = last.intent
  // "and the bottom 3?", after a ranking: of the same thing.
  const isRank = last.intent === 'TOP' && (isWeak || said.intent === 'TOP') && !hasName && ranks(content)
  if (isRank) taken.intent = 'TOP'
  const intent = taken.intent ?? said.intent
  takeEntities(taken, said, last, {
    intent,
    isElliptic: hasPronoun || opens || onlySpeaks,
    isShort,
    hasPronoun,
  })
  const follows = taken.intent !== undefined || taken.entities !== undefined
  if (!follows) return undefined
  if (metric === undefined && last.metric !== null && measures.has(intent))
    taken.metric = metricOf(last.metric)
  if (!hasTime && last.time !== null) taken.time = last.time
  return taken
}

const ranks = (content: readonly Term[]): boolean =>
  content.some(({ features }) => features.has('@MOST') || features.has('@FEWEST')) &&
  content.every(
    (term) => isGlue(term) || ['@MOST', '@FEWEST', '<NUMBER>'].some((one) => term.features.has(one)),
  )

/** "why not?", "how sure is that?" after a decision or a change: still of it, not of what is broken. */
const decided: ReadonlySet<Intent> = new Set(['PLACEMENT', 'DEPLOYMENTS', 'BUDGETS', 'SAVINGS'])
const ofTrouble: ReadonlySet<Intent> = new Set(['WHY', 'ROOT_CAUSE', 'IS_INVOLVED', 'HEALTH', 'UNKNOWN'])
/** "who did that?" after a list of changes: what these answers tell of each already, asked in few words. */
const tells: Partial<Record<Intent, readonly Intent[]>> = {
  SILENCED_ALERTS: ['AUDIT', 'WHY', 'WHEN_STARTED'],
  WHAT_CHANGED: ['AUDIT', 'WHEN_STARTED'],
  LIST_NODES: ['WHEN_STARTED'],
  LIST_PODS: ['WHEN_STARTED'],
  LIST_ALERTS: ['WHEN_STARTED'],
  PTP: ['WHEN_STARTED'],
}
const asksOn = ({ intent, hasName }: Said, last: Understanding, length: number): boolean =>
  !hasName &&
  length <= shortMax &&
  ((decided.has(last.intent) && ofTrouble.has(intent)) || tells[last.intent]?.includes(intent) === true)

function takeEntities(
  taken: Taken,
  { entities, hasName, terms, metric }: Said,
  last: Understanding,
  {
    intent,
    isElliptic,
    isShort,
    hasPronoun,
  }: { intent: Intent; isElliptic: boolean; isShort: boolean; hasPronoun: boolean },
): void {
  const incident = incidentOf(last)
  const saysIncident = terms.some((term) => term.features.has('incident') || term.features.has('outage'))
  if (hasName) {
    // "and alibaba?", after a service: what that one is there.
    const isElsewhere = entities.length > 0 && entities.every(({ kind }) => kind === 'PROVIDER')
    const things = last.entities.filter(({ kind }) => kind !== 'PROVIDER')
    if (isElsewhere && isElliptic && ofMoney.has(intent) && things.length > 0) {
      taken.entities = [...things, ...entities].slice(0, entitiesMax)
      return
    }
    // "compare it with orders", "does it call billing": the other one is the one before.
    const isPair =
      intent === 'COMPARE' || (hasPronoun && (intent === 'DEPENDENCIES' || intent === 'IS_INVOLVED'))
    const other = last.entities.find((entity) => entity.name !== entities[0]?.name)
    if (isPair && entities.length === 1 && other !== undefined && (hasPronoun || isShort))
      taken.entities = intent === 'IS_INVOLVED' ? [...entities, other] : [other, ...entities]
    return
  }
  if (saysIncident && incident !== undefined) {
    taken.entities = [incident]
    return
  }
  const about = aboutOfIntent(intent)
  const isDue =
    about === 'THING' || intent === 'ACT'
      ? isElliptic || isShort
      : isElliptic || (isShort && carried.has(intent))
  if (
    !isDue ||
    (about === 'NONE' && intent !== 'ACT') ||
    (intent === 'TOP' && metric !== undefined && !hasPronoun)
  )
    return
  const withIncident =
    ofIncident.has(intent) && incident !== undefined && !last.entities.some(({ kind }) => kind === 'INCIDENT')
  const all = withIncident ? [...last.entities, incident] : last.entities
  if (all.length > 0) taken.entities = all.slice(0, entitiesMax)
}

const incidentOf = ({ incident_id }: Understanding): EntityRef | undefined =>
  incident_id === null ? undefined : { kind: 'INCIDENT', name: incident_id, id: incident_id }

const showsErrors: ReadonlySet<Intent> = new Set(['SHOW_LOGS', 'LOG_PATTERNS', 'TRACES'] as const)

/** The intent before, made to fit: after a look at everything, a name alone asks how that one is. */
function intentAfter(last: Understanding, { entities, metric, hasName }: Said): Intent {
  const isThing = entities.some(({ kind }) => kind !== 'CLUSTER' && kind !== 'NAMESPACE')
  // "only the errors", after logs: those in them.
  if (metric?.aspect === 'ERRORS' && showsErrors.has(last.intent)) return last.intent
  if (metric !== undefined && !measures.has(last.intent)) return 'METRIC_VALUE'
  if (last.intent === 'WHAT_IS_BROKEN' && (isThing || hasName)) return 'HEALTH'
  if (last.intent === 'ACT') return 'HEALTH'
  return last.intent
}

const isGlue = (term: Term): boolean =>
  !term.features.has('@NEXT') &&
  (['<E>', '<TIME>', '<METRIC>', '#ANY'].some((feature) => term.features.has(feature)) ||
    [...term.features.keys()].some((feature) => glue.has(feature)))

/** "is it raining", "is there", "that is", "how is it going": stands for nothing. */
function isExpletive(tokens: readonly Token[], at: number): boolean {
  const { lower } = tokens[at]!
  const after = tokens[at + 1]
  if (lower === 'that' || lower === 'this')
    return (
      after?.type === 'WORD' &&
      !['be', 'happen', 'start', 'involve'].includes(after.lemma) &&
      !['?', ','].includes(after.lower) &&
      lower === 'that' &&
      at > 0 &&
      tokens[at - 1]!.type === 'WORD' &&
      ['pods', 'service', 'services', 'nodes', 'alerts', 'anything', 'something', 'all', 'things'].includes(
        tokens[at - 1]!.lower,
      )
    )
  if (lower === 'one')
    return (
      tokens[at - 1]?.lower !== 'that' && tokens[at - 1]?.lower !== 'this' && tokens[at - 1]?.lower !== 'the'
    )
  if (lower === 'thing') return true
  return lower === 'it' && after?.lower === 'going'
}

const aspects = new Set<string>([...Object.keys(metricWords), 'NAMED'])

/** What an understanding holds is the aspect, or the name of a metric. */
const metricOf = (text: string): MetricChoice =>
  aspects.has(text)
    ? { aspect: text as Aspect, names: [], text: '' }
    : { aspect: 'NAMED', names: [text], text }
