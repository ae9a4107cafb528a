import type { EntityRef, EvidenceRecord } from '@aiops/contract/model/answer'
import { groupLabels } from '../../catalogue/entity-label.ts'
import { type MetricFact, plainName } from '../../catalogue/metric-fact.ts'
import { type Aspect, type MetricPlan, matchersOf, plansOf } from '../../catalogue/metric-plan.ts'
import { unitOf } from '../../catalogue/metric-unit.ts'
import { askedWords, nameScore } from '../../catalogue/name-match.ts'
import { promqlText } from '../../catalogue/promql.ts'
import type { QuestionTime } from '../../question/question.ts'
import { type Found, type PlannedCall, planned, type Situation } from '../answerer.ts'
import { plainText } from '../log/message-text.ts'
import { metricEntity } from '../metric-family.ts'
import { subjectsOf } from '../subject.ts'

/** What of metrics a question asks for. */
export type MetricReading = {
  aspect: Aspect
  /** Exact names that it holds. */
  names: readonly string[]
  /** Words that could name a metric, where no aspect is known. */
  words: readonly string[]
  quantile: number | undefined
  /** What is measured; none where the whole system is. */
  subjects: readonly EntityRef[]
  clusterIds: readonly string[]
  clusterNames: readonly string[]
  /** Of what kind the members are that are told apart: "services", "nodes". */
  group: EntityRef['kind'] | undefined
  wantsAmount: boolean
  /** Labels that it names to tell apart by: "by status". */
  by: readonly string[]
}

const groupWords: readonly (readonly [RegExp, EntityRef['kind']])[] = [
  [/\b(services?|apps?|applications?|microservices?)\b/i, 'SERVICE'],
  [/\b(nodes?|machines?|hosts?|servers?|workers?|box|boxes|vms?)\b/i, 'NODE'],
  [/\b(pods?|containers?)\b/i, 'POD'],
  [/\bnamespaces?\b/i, 'NAMESPACE'],
  [/\b(queues?|topics?|consumers?)\b/i, 'QUEUE'],
  [/\b(databases?|dbs?)\b/i, 'DATABASE'],
  [/\bgpus?\b/i, 'GPU'],
  [/\bclusters?\b/i, 'CLUSTER'],
]

export function readingOf(situation: Situation): MetricReading {
  const { question } = situation
  const { slots, text } = question
  const all = subjectsOf(situation)
  const clusters = all.filter(({ kind }) => kind === 'CLUSTER')
  const subjects = all.filter(({ kind }) => kind !== 'CLUSTER')
  const named = question.entities.filter(({ kind }) => kind === 'METRIC').map(({ name }) => name)
  const written = text.match(/\b[a-zA-Z][a-zA-Z0-9]*(?:[_.:][a-zA-Z0-9]+){1,15}\b/g) ?? []
  const said = slots.metric
  // What a conversation hands on may be the words that a metric was asked for by, not its name.
  const kept = (said?.names ?? []).filter((name) => /[_.:]/.test(name) || aspectByText(name) === undefined)
  const names = [...new Set([...kept, ...named, ...written.filter((one) => /_|:/.test(one))])]
  const handedOn = [...(said?.names ?? []), said?.text ?? ''].join(' ')
  const group = groupWords.find(([pattern]) => pattern.test(text))?.[1]
  const known = said?.aspect === 'NAMED' ? undefined : ofMachine(said, group, all)
  return {
    aspect: names.length > 0 ? 'NAMED' : (known ?? aspectByText(text) ?? aspectByText(handedOn) ?? 'NAMED'),
    names: names.slice(0, 10),
    words: askedWords(
      text,
      question.entities.map(({ name }) => name),
    ),
    quantile: said?.quantile ?? quantileIn(`${text} ${handedOn}`),
    subjects,
    clusterIds: clusters.map(({ id, name }) => id || name),
    clusterNames: clusters.map(({ name }) => name),
    group,
    by: [...text.matchAll(/\b(?:by|per) ([a-zA-Z_][\w.]{1,60})/g)].map(([, label = '']) => label),
    wantsAmount: /\b(left|free|remaining|remains?|available|space)\b/i.test(text),
  }
}

/** A machine that is busy, or has room, is so by its processors; a service by its requests. */
function ofMachine(
  said: Situation['question']['slots']['metric'],
  group: EntityRef['kind'] | undefined,
  subjects: readonly EntityRef[],
): Exclude<Aspect, 'NAMED'> | undefined {
  const isMachine =
    group === 'NODE' ||
    (subjects.length > 0 && subjects.every(({ kind }) => kind === 'NODE' || kind === 'HOST'))
  const isVague =
    said === undefined || (said.aspect === 'TRAFFIC' && /^(?:bus|load|how busy)/i.test(said.text))
  if (isMachine && isVague && (said !== undefined || subjects.length > 1)) return 'CPU'
  return said === undefined || said.aspect === 'NAMED' ? undefined : said.aspect
}

/** The time that is asked about; "right now" says none, for what is now is asked about anyway. */
export const saidTime = ({ question: { time } }: Situation): QuestionTime =>
  /^(?:right |just |as of )?(?:now|currently|current|at the moment|at present|presently|today)$/i.test(
    time.text.trim(),
  ) && !time.outOfRange
    ? { ...time, text: '', isMoment: false }
    : time

/** `in the last 15 minutes`, `since 14:00`: a time as it was said, within a sentence. */
export const whenText = (situation: Situation, otherwise: string): string => {
  const text = saidTime(situation)
    .text.trim()
    .replace(/^(?:from|in|over|during|for|within|of|on|at)\s+/i, '')
  if (text === '') return otherwise
  return /^(?:since|before|after|between|until|yesterday|today|last night)\b/i.test(text)
    ? text
    : `in ${text}`
}

/** Words that the question's own reading may have no family for. */
const spoken: readonly (readonly [RegExp, Aspect])[] = [
  [/\b(latency|slow\w*|p\d{2,3}|percentile|response time|fast\w*)\b/i, 'LATENCY'],
  [/\b(error|fail\w*|5xx)\b/i, 'ERRORS'],
  [/\b(requests?|rps|qps|traffic|throughput|bus(?:y|iest))\b/i, 'TRAFFIC'],
  [/\bcpu\b/i, 'CPU'],
  [/\b(memory|ram|rss)\b/i, 'MEMORY'],
  [/\b(disks?|space|filesystem|storage|volume)\b/i, 'DISK'],
  [/\b(pool|connections?)\b/i, 'POOL'],
  [/\b(lag|backlog)\b/i, 'LAG'],
]
/** `p99`, `99th percentile`, `median`. */
function quantileIn(text: string): number | undefined {
  const [, digits, ordinal] = /\bp(\d{2,3})\b|\b(\d{2})(?:st|nd|rd|th) percentile/i.exec(text) ?? []
  const found = Number(`0.${digits ?? ordinal ?? ''}`)
  return found > 0 ? found : /\bmedian\b/i.test(text) ? 0.5 : undefined
}

const aspectByText = (text: string): Aspect | undefined => spoken.find(([pattern]) => pattern.test(text))?.[1]

/** Aspects that are looked for: a word such as "usage" says several. */
const aspectsOf = ({ aspect, subjects }: MetricReading): Aspect[] => {
  if (aspect === 'NAMED') return []
  if (aspect !== 'UTILIZATION' || subjects.some(({ kind }) => kind === 'GPU')) return [aspect]
  return ['UTILIZATION', 'CPU']
}

/** The look into the catalogue: the first round of every question about metrics. */
export function catalogueCall(reading: MetricReading, entity?: EntityRef, as?: string): PlannedCall {
  const { names, words, aspect, clusterIds } = reading
  return planned(
    'find_metrics',
    {
      ...{ aspects: aspectsOf(reading), names: [...names], cluster_ids: [...clusterIds] },
      ...(aspect === 'NAMED' && names.length === 0 ? { words: words.join(' ').slice(0, 200) } : {}),
      ...(entity ? { entity: metricEntity(entity) } : {}),
    },
    as,
  )
}

export const factsOf = (found: Found, as?: string): readonly MetricFact[] =>
  found.output('find_metrics', as)?.metrics ?? []

/** Of metrics that nothing but their names tells of, those that are taken. */
const namedMax = 4

/** Queries for what was asked, of what was found: the best first; several only where the words fit several metrics. */
export function chosenPlans(
  reading: MetricReading,
  facts: readonly MetricFact[],
  grouping: readonly string[] = [],
): MetricPlan[] {
  const groupBy = [...reading.by, ...grouping]
  const { aspect, quantile, wantsAmount } = reading
  const wish = { ...(quantile === undefined ? {} : { quantile }), wantsAmount, groupBy }
  if (aspect !== 'NAMED') {
    const aspects = aspectsOf(reading)
    for (const one of aspects) {
      const plans = plansOf(facts, { ...wish, aspect: one })
      if (plans.length > 0) return plans
    }
    return []
  }
  return namedPlans(reading, facts, wish)
}

function namedPlans(
  reading: MetricReading,
  facts: readonly MetricFact[],
  wish: { quantile?: number; groupBy: readonly string[] },
): MetricPlan[] {
  const { names, words } = reading
  if (names.length > 0) {
    const stems = new Set(names.map(plainName))
    const own = facts.filter(
      ({ name }) => stems.has(plainName(name)) || stems.has(plainName(name.replace(/[._]bucket$/, ''))),
    )
    return own.slice(0, namedMax).flatMap((fact) => [plainPlan(fact, facts, wish)])
  }
  const scored = facts
    .map((fact) => ({ fact, score: nameScore(fact.name, fact.help, words) }))
    .filter(({ score }) => score >= 0.35)
    .sort((a, b) => b.score - a.score)
  const best = scored[0]?.score ?? 0
  return scored
    .filter(({ score }) => score >= best * 0.85)
    .slice(0, namedMax)
    .map(({ fact }) => plainPlan(fact, facts, wish))
}

/** A metric as its kind is asked: a counter's rate, a histogram's quantile, a gauge as it is. */
function plainPlan(
  fact: MetricFact,
  facts: readonly MetricFact[],
  { groupBy, ...wish }: { quantile?: number; groupBy: readonly string[] },
): MetricPlan {
  if (fact.kind === 'HISTOGRAM') {
    const [plan] = plansOf([fact], { ...wish, aspect: 'LATENCY', groupBy })
    if (plan) return plan
  }
  const matchers = matchersOf(fact)
  const told = groupBy.find((label) => fact.labels.includes(label))
  // Few series are told apart by all that differs; many are summed.
  const by =
    told === undefined ? (fact.series <= 20 ? fact.labels.filter((one) => !idLabels.has(one)) : []) : [told]
  const isCounter = fact.kind === 'COUNTER' && !facts.some(({ name }) => name === `${fact.name}:rate`)
  const unit = unitOf(fact)
  const expression = {
    ...{ op: 'AGGREGATE' as const, how: 'sum' as const, by },
    of:
      isCounter || fact.kind === 'COUNTER'
        ? { op: 'RATE' as const, name: fact.name, matchers, window: '5m' }
        : { op: 'SELECT' as const, name: fact.name, matchers },
  }
  return {
    ...{
      aspect: 'NAMED',
      metric: fact.name,
      expression,
      promql: promqlText(expression),
      by,
      what: plainText(fact.name, 200),
    },
    ...{ clusterIds: fact.cluster_ids, worse: 'NEITHER' },
    kind: fact.kind === 'COUNTER' ? 'RATE' : 'GAUGE',
    unit: fact.kind === 'COUNTER' ? (unit === null ? '1/s' : `${unit}/s`) : unit,
  }
}

/** Which tell processes apart, not what they do. */
const idLabels: ReadonlySet<string> = new Set([
  ...['service.instance.id', 'service_instance_id', 'UUID', 'uuid', 'pci_bus_id', 'DCGM_FI_DRIVER_VERSION'],
  ...['container_id', 'id', 'uid'],
])

/** Labels by which the members of a kind are told apart; of no kind, those of any. */
export const groupingOf = (group: EntityRef['kind'] | undefined): readonly string[] =>
  group === undefined
    ? [
        ...groupLabels('SERVICE').slice(0, 3),
        ...groupLabels('NODE'),
        ...groupLabels('POD'),
        ...groupLabels('SERVICE'),
      ]
    : groupLabels(group)

/** Query of a plan over a range, or at a moment where it has no start. */
export function queryCall(
  plan: MetricPlan,
  range: { startMs?: number; endMs: number; stepMs?: number },
  as?: string,
  query = plan.promql,
): PlannedCall {
  const { startMs, endMs, stepMs = 60_000 } = range
  return planned(
    'query_metrics',
    {
      ...{ query, cluster_ids: [...plan.clusterIds].slice(0, 1_000), end_time: iso(endMs) },
      ...(startMs === undefined ? {} : { start_time: iso(startMs), step: `${Math.round(stepMs / 1_000)}s` }),
    },
    as,
  )
}

export const iso = (ms: number): string => new Date(ms).toISOString()

/** Steps of a range, so that a chart's worth of points is looked at. */
export const stepFor = (startMs: number, endMs: number): number =>
  Math.max(15_000, Math.ceil((endMs - startMs) / 120 / 15_000) * 15_000)

export type Cites = EvidenceRecord | string | undefined

/** `billing`, `billing and orders`; the cluster where only that is named. */
export const subjectText = ({ subjects, clusterNames }: MetricReading): string =>
  subjects[0]?.name ?? clusterNames[0] ?? ''

/** What the labels of one series say, beside what was asked for: `/var`, `gpu 1`. */
export function partText(labels: Readonly<Record<string, string>>, by: readonly string[]): string {
  const shown = by.flatMap((label) => {
    const value = labels[label]
    if (!value) return []
    return ['gpu', 'device', 'state', 'pool', 'status', 'code'].includes(label)
      ? `${label} ${plainText(value)}`
      : plainText(value)
  })
  return shown.join(' ')
}
