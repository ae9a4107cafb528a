import { aggregated, type MetricPlan, ranked } from '../../catalogue/metric-plan.ts'
import type { Answerer, Found, PlannedCall, Situation } from '../answerer.ts'
import { planned } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { quotedLine } from '../log/message-text.ts'
import { callId } from '../subject.ts'
import { counted, listed, measured } from '../words.ts'
import {
  catalogueCall,
  chosenPlans,
  factsOf,
  groupingOf,
  type MetricReading,
  partText,
  queryCall,
  readingOf,
} from './metric-reading.ts'
import { aspectName, nothingFound, outOfRange } from './nothing-found.ts'

const limitMax = 50

/** TOP: who has most, or least, of something. */
export const top: Answerer = {
  intent: 'TOP',
  plan(situation) {
    const reading = readingOf(situation)
    if (isOpen(reading)) return [planned('find_metrics', { aspects: ['CPU', 'MEMORY', 'ERRORS', 'LATENCY'] })]
    if (reading.aspect === 'RESTARTS')
      return [planned('list_pods', { order: 'RESTARTS', limit: countOf(situation), ...clustersOf(reading) })]
    return [catalogueCall(reading, placeOf(reading))]
  },
  next(situation, found, round) {
    const reading = readingOf(situation)
    if (round > 1 || isOpen(reading) || situation.question.time.outOfRange) return []
    return topCalls(situation, found, reading)
  },
  compose(situation, found) {
    const reading = readingOf(situation)
    if (isOpen(reading)) return askedBack(found).draft
    if (reading.aspect === 'RESTARTS') return composeRestarts(situation, found).draft
    return outOfRange(situation, found)?.draft ?? composeTop(situation, found, reading).draft
  },
}

/** It is not said what of. */
const isOpen = ({ aspect, names, words }: MetricReading): boolean =>
  aspect === 'NAMED' &&
  names.length === 0 &&
  words.filter((word) => !/^(top|most|service|node|pod|three|five|ten)$/.test(word)).length === 0

/** Within a namespace or on a machine, where one is named. */
const placeOf = ({ subjects }: MetricReading) =>
  subjects.find(({ kind }) => kind === 'NAMESPACE' || kind === 'NODE' || kind === 'HOST')

const clustersOf = ({ clusterIds }: MetricReading) =>
  clusterIds.length > 0 ? { cluster_ids: [...clusterIds] } : {}

const countOf = ({ question, persona }: Situation): number =>
  Math.min(limitMax, question.slots.limit ?? rowsOf(persona.depth))

/** A plan that tells the members apart; of those, one of the kind that was asked for before others. */
function planOf(found: Found, reading: MetricReading) {
  const facts = factsOf(found)
  for (const group of reading.group === undefined ? [undefined] : [reading.group, undefined]) {
    const plans = chosenPlans(reading, facts, groupingOf(group)).filter(({ by }) => by.length > 0)
    if (plans[0]) return { plan: plans[0], isAsAsked: group === reading.group }
  }
  return undefined
}

/** Least of what is left is most of what is used, where use is what is measured. */
function orderOf({ question }: Situation, plan: MetricPlan): 'MOST' | 'FEWEST' {
  const order = question.slots.order ?? 'MOST'
  const asksLeft = /\b(left|free|remaining|available|headroom)\b/i.test(question.text)
  if (!asksLeft || plan.worse !== 'MORE') return order
  return order === 'MOST' ? 'FEWEST' : 'MOST'
}

function topCalls(situation: Situation, found: Found, reading: MetricReading): PlannedCall[] {
  const { question, nowMs } = situation
  const chosen = planOf(found, reading)
  if (!chosen) return []
  const query = ranked(chosen.plan, countOf(situation), orderOf(situation, chosen.plan))
  const endMs = question.time.text === '' ? nowMs : question.time.endMs
  const how = question.slots.aggregate
  return [
    queryCall(chosen.plan, { endMs }, 'top', query),
    // Sums of shares and of quantiles mean nothing.
    ...(how && (how === 'MEAN' || isAdditive(chosen.plan))
      ? [queryCall(chosen.plan, { endMs }, 'all', aggregated(chosen.plan, how))]
      : []),
  ]
}

const isAdditive = ({ unit, aspect }: MetricPlan): boolean =>
  unit !== 'ratio' && unit !== '%' && aspect !== 'LATENCY' && aspect !== 'TEMPERATURE'

/** What all of them come to, where that was asked for. */
function sayAggregate(writer: DraftWriter, { question }: Situation, found: Found, plan: MetricPlan): void {
  const value = found.output('query_metrics', 'all')?.series[0]?.last
  if (value === null || value === undefined) return
  const isMean = question.slots.aggregate === 'MEAN'
  writer.headline(
    `${isMean ? 'On average' : 'All together'}, the ${plan.what} is ${measured(value, plan.unit)}.`,
    found.record('query_metrics', 0, 'all'),
  )
}

function composeTop(situation: Situation, found: Found, reading: MetricReading): DraftWriter {
  const chosen = planOf(found, reading)
  if (!chosen) return nothingFound(situation, found, reading)
  const { plan, isAsAsked } = chosen
  const { slots } = situation.question
  const fewest = orderOf(situation, plan) === 'FEWEST'
  const rows = (found.output('query_metrics', 'top')?.series ?? [])
    .map((one, i) => ({ one, value: one.last, record: found.record('query_metrics', i, 'top') }))
    .filter((row): row is typeof row & { value: number } => row.value !== null)
    .sort((a, b) => (fewest ? a.value - b.value : b.value - a.value))
    .slice(0, countOf(situation))
  const writer = new DraftWriter()
  const [first] = rows
  if (!first) {
    writer.outcome('UNANSWERABLE')
    return writer.headline(
      `I could not rank by ${plan.what}: ${found.of('query_metrics', 'top')?.call.sentence ?? 'it was not asked for.'}`,
      callId(found, 'query_metrics', 'top'),
    )
  }
  const nameOf = (row: (typeof rows)[number]) => partText(row.one.labels, plan.by) || row.one.cluster_name
  const shown = rows.slice(0, slots.limit ?? 3)
  sayAggregate(writer, situation, found, plan)
  writer.headline(
    rows.length === 1
      ? `${nameOf(first)} has the ${fewest ? 'least' : 'most'} ${plan.what}: ${measured(first.value, plan.unit)}; nothing else has any.`
      : `${nameOf(first)} has the ${fewest ? 'lowest' : 'highest'} ${plan.what}: ${measured(first.value, plan.unit)}${shown.length > 1 ? `, before ${listed(shown.slice(1).map((row) => `${nameOf(row)} (${measured(row.value, plan.unit)})`))}` : ''}.`,
    shown.map(({ record }) => record),
  )
  if (!isAsAsked)
    writer.caveat(
      `No metric of ${aspectName(reading)} tells ${(reading.group ?? 'these').toLowerCase()}s apart, so they are told apart by ${plan.by.join(', ')}.`,
      callId(found, 'find_metrics'),
    )
  writer.table(
    `${fewest ? 'Lowest' : 'Highest'} ${plan.what}`,
    [
      { key: 'rank', title: '#', numeric: true },
      { key: 'name', title: plan.by.join(', ') },
      { key: 'value', title: plan.what },
    ],
    rows.map((row, i) => ({
      cells: { rank: i + 1, name: nameOf(row), value: measured(row.value, plan.unit) },
      cites: row.record,
    })),
    rows.length,
  )
  writer.say(`Ranked by ${quotedLine(plan.promql, 2_000)}.`, callId(found, 'query_metrics', 'top'))
  return writer.suggest(
    `How did the ${plan.what} of ${nameOf(first)} develop over the last hour?`,
    `Is ${nameOf(first)} healthy?`,
  )
}

/** Kubernetes counts restarts itself. */
function composeRestarts(situation: Situation, found: Found): DraftWriter {
  const writer = new DraftWriter()
  const output = found.output('list_pods')
  const pods = output?.pods ?? []
  const [first] = pods
  if (!first) {
    if (output === undefined) writer.outcome('UNANSWERABLE')
    return writer.headline(
      output === undefined
        ? `Pods could not be looked at: ${found.of('list_pods')?.call.sentence ?? 'not asked.'}`
        : 'No pod of the watched clusters has restarted.',
      callId(found, 'list_pods'),
    )
  }
  const reason = first.containers.find(({ last_exit }) => last_exit)?.last_exit?.reason
  writer.headline(
    `${first.name} restarts most: ${counted(first.restarts, 'restart')}${reason ? `, last ended by ${reason}` : ''}.`,
    found.record('list_pods', 0),
  )
  writer.table(
    'Pods by restarts',
    [
      { key: 'pod', title: 'pod' },
      { key: 'namespace', title: 'namespace' },
      { key: 'cluster', title: 'cluster' },
      { key: 'restarts', title: 'restarts', numeric: true },
      { key: 'reason', title: 'last ended by' },
    ],
    pods.map((pod, i) => ({
      cells: {
        ...{ pod: pod.name, namespace: pod.namespace, cluster: pod.cluster_name, restarts: pod.restarts },
        reason: pod.containers.find(({ last_exit }) => last_exit)?.last_exit?.reason ?? null,
      },
      cites: found.record('list_pods', i),
    })),
    countOf(situation),
    output?.total,
  )
  return writer.suggest(`Why does ${first.name} keep restarting?`)
}

function askedBack(found: Found): DraftWriter {
  return new DraftWriter()
    .headline('By what? I can rank by what is measured.', callId(found, 'find_metrics'))
    .choice('CPU', 'Which services use the most CPU?')
    .choice('Memory', 'Which services use the most memory?')
    .choice('Error ratio', 'Which services have the highest error rate?')
    .choice('Latency', 'Which services are slowest?')
    .choice('Requests', 'Which services get the most requests?')
}
