import { limitOf } from '../../catalogue/family-queue.ts'
import type { MetricFact } from '../../catalogue/metric-fact.ts'
import { type MetricPlan, matchersOf } from '../../catalogue/metric-plan.ts'
import { promqlText } from '../../catalogue/promql.ts'
import { type Found, type PlannedCall, planned, type Situation } from '../answerer.ts'
import { DraftWriter } from '../draft.ts'
import { listed } from '../words.ts'
import type { MetricReading } from './metric-reading.ts'

/** The query for how much there may be of what a plan measures. */
export function planLimit(
  plan: MetricPlan | undefined,
  facts: readonly MetricFact[],
): MetricPlan | undefined {
  const limit = plan && limitOf({ name: plan.metric }, facts)
  if (!limit) return undefined
  const expression = {
    ...{ op: 'AGGREGATE' as const, how: 'sum' as const, by: plan.by },
    of: { op: 'SELECT' as const, name: limit.name, matchers: matchersOf(limit) },
  }
  return {
    ...plan,
    metric: limit.name,
    expression,
    promql: promqlText(expression),
    clusterIds: limit.cluster_ids,
  }
}

const asksLimit = /\b(limits?|quota|allowed|may use|cap)\b/i

/** What a container may use is no metric everywhere; the cluster knows it: the thing's workload first, then that object itself. */
export const limitCall = ({ question }: Situation, { aspect, subjects }: MetricReading): PlannedCall[] => {
  const [subject] = subjects
  if (!subject || !asksLimit.test(question.text) || (aspect !== 'MEMORY' && aspect !== 'CPU')) return []
  const name = subject.name.split('/').at(-1) ?? subject.name
  if (subject.kind === 'POD') return [planned('list_pods', { search: name, limit: 5 }, 'limit')]
  if (!['SERVICE', 'WORKLOAD', 'FUNCTION', 'DATABASE', 'QUEUE'].includes(subject.kind)) return []
  return [planned('list_workloads', { name, limit: 5 }, 'limit')]
}

export function limitObjects({ question }: Situation, found: Found): PlannedCall[] {
  if (!asksLimit.test(question.text)) return []
  const pods = (found.output('list_pods', 'limit')?.pods ?? []).map((pod) => ({ ...pod, kind: 'Pod' }))
  const workloads = found.output('list_workloads', 'limit')?.workloads ?? []
  return [...workloads, ...pods]
    .slice(0, objectsMax)
    .map(({ kind, namespace, name, cluster_id }, i) =>
      planned('get_object', { kind, namespace, name, cluster_ids: [cluster_id] }, `limit-${i}`),
    )
}

/** Objects of one name whose limits are read. */
const objectsMax = 3

/** The limits of the thing's containers, where they are asked for and known. */
export function limitClaim(
  { question }: Situation,
  found: Found,
  { aspect, subjects }: MetricReading,
): DraftWriter | undefined {
  const [subject] = subjects
  if (!subject || !asksLimit.test(question.text)) return undefined
  const what = aspect === 'MEMORY' ? 'memory' : 'CPU'
  const resource = aspect === 'MEMORY' ? 'memory' : 'cpu'
  const seen = Array.from({ length: objectsMax }, (_, at) => `limit-${at}`).flatMap((as) =>
    (found.output('get_object', as)?.objects ?? []).flatMap((object, i) =>
      object.containers.map((container) => ({
        ...{
          container: container.name,
          limit: container.limits[resource],
          request: container.requests[resource],
        },
        record: found.record('get_object', i, as),
      })),
    ),
  )
  if (seen.length === 0) return undefined
  const texts = seen.map(({ container, limit }) => {
    const text = limit === undefined ? 'none' : limit
    return seen.length === 1 ? text : `${text} (container ${container})`
  })
  const records = seen.map(({ record }) => record)
  const requests = [...new Set(seen.flatMap(({ request }) => (request === undefined ? [] : [request])))]
  const writer = new DraftWriter().headline(
    seen.every(({ limit }) => limit === undefined)
      ? `${subject.name} has no ${what} limit.`
      : `The ${what} limit of ${subject.name} is ${listed([...new Set(texts)])}.`,
    records,
  )
  if (requests.length > 0) writer.say(`It requests ${listed(requests)}.`, records)
  return writer.suggest(`How much ${what} does ${subject.name} use?`, `Why does ${subject.name} restart?`)
}
