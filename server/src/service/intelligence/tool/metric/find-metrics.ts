import { z } from 'zod'
import { entityMatchers, entityOfId } from '../../catalogue/entity-label.ts'
import { MetricFact } from '../../catalogue/metric-fact.ts'
import { unitOf } from '../../catalogue/metric-unit.ts'
import { evidenceMax, tool } from '../tool.ts'
import { ClusterIds, explorePage, Missing, missingOf } from './form.ts'
import { localFacts } from './local-facts.ts'
import { remoteFacts } from './remote-facts.ts'

const Aspect = z.enum([
  'LATENCY',
  'ERRORS',
  'TRAFFIC',
  'CPU',
  'MEMORY',
  'DISK',
  'NETWORK',
  'POOL',
  'LAG',
  'RESTARTS',
  'TEMPERATURE',
  'POWER',
  'UTILIZATION',
  'NAMED',
])

const input = z.object({
  words: z.string().max(200).default('').describe('Words of the name or help, such as "consumer lag".'),
  names: z.array(z.string().max(256)).max(20).default([]).describe('Exact names of metrics.'),
  aspects: z.array(Aspect).max(8).default([]).describe('What is to be told of; any of them is enough.'),
  entity: z
    .string()
    .regex(/^[a-z]+\/.{1,256}$/)
    .optional()
    .describe('Only what is measured of this: kind/name, for example service/billing or node/worker-3.'),
  cluster_ids: ClusterIds,
  limit: z.number().int().min(1).max(evidenceMax).default(50),
})

const output = z.object({
  metrics: z.array(MetricFact),
  /** Metrics that fit, those that were left out included. */
  total: z.number().int(),
  /** Metrics that exist, of which these were chosen; null where another cluster alone was asked. */
  known: z.number().int().nullable(),
  missing: z.array(Missing),
})

/** How long other clusters are waited for once something was found here: an answer is to come within 300 ms. */
const patienceMs = 200

export const findMetrics = tool({
  name: 'find_metrics',
  title: 'Find metrics',
  description:
    'Which metrics exist: names, type, unit, labels, and how many series, found by words of the name, by what they tell of (latency, errors, CPU, …) and by the service, node or pod that they measure. Use it before query_metrics when the name of a metric or of its labels is not known.',
  input,
  output,
  permission: 'telemetry:read',
  effect: 'READ',
  async run(client, { words, names, aspects, entity, cluster_ids, limit }, scope) {
    const clusterIds = cluster_ids.length > 0 ? cluster_ids : scope.clusterIds
    const wish = { words, names, aspects }
    const matchers = entity === undefined ? [] : entityMatchers(entityOfId(entity))
    const wantsLocal = clusterIds.length === 0 || clusterIds.includes('local')
    const local = wantsLocal ? await localFacts(client, wish, matchers) : { facts: [], known: null }
    // What is measured of one thing lies where it is measured; other clusters are asked where nothing is here.
    const asksOthers = !wantsLocal || entity === undefined || local.facts.length === 0
    // Where something is known already, a cluster that is slow or gone is not worth a wait.
    const patience = local.facts.length > 0 ? AbortSignal.timeout(patienceMs) : undefined
    const others = asksOthers
      ? await remoteFacts(client, wish, matchers, clusterIds, patience)
      : { facts: [], missing: [] }
    const all = [...local.facts]
    for (const fact of others.facts) {
      const same = all.find(({ name }) => name === fact.name)
      if (!same) all.push(fact)
      else {
        same.series += fact.series
        same.cluster_ids.push(...fact.cluster_ids)
      }
    }
    return { metrics: all.slice(0, limit), total: all.length, known: local.known, missing: others.missing }
  },
  evidence: ({ metrics }, _input, { nowMs }) =>
    metrics.map((fact) => ({
      type: 'CATALOGUE' as const,
      query: fact.name,
      source: fact.cluster_ids.join(', '),
      time: new Date(nowMs).toISOString(),
      entity: null,
      sentence: `${fact.name} is a ${fact.kind.toLowerCase()} with ${fact.series} series.`,
      fields: {
        ...{ name: fact.name, kind: fact.kind, unit: unitOf(fact), series: fact.series },
        labels: fact.labels.join(', '),
        ...(fact.help === '' ? {} : { help: fact.help }),
      },
      // Help is a sender's text.
      trust: fact.help === '' ? ('PLATFORM' as const) : ('TELEMETRY' as const),
      link: explorePage({ tab: 'metrics', q: fact.name }),
    })),
  sentence: ({ total, known }, { words, aspects, names, entity }) => {
    const what = [
      ...aspects.map((one) => one.toLowerCase()),
      ...names,
      ...(words === '' ? [] : [words]),
    ].join(', ')
    const among = known === null ? '' : ` among ${known}`
    return `Looked for metrics${what === '' ? '' : ` of ${what}`}${entity ? ` of ${entity}` : ''}${among}: ${total}.`
  },
  missing: ({ missing }) => missingOf(missing),
})
