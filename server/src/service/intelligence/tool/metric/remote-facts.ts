import type { Client } from '@aiops/contract/client'
import type { MetricResult } from '@aiops/contract/model/query'
import type { SeriesKind } from '@aiops/contract/model/series'
import { namesOf } from '../../catalogue/aspect.ts'
import { type CandidateWish, candidatesOf } from '../../catalogue/candidate.ts'
import type { EntityMatcher } from '../../catalogue/entity-label.ts'
import type { MetricFact } from '../../catalogue/metric-fact.ts'
import { wordsOf } from '../../catalogue/name-match.ts'
import { labelText, literal, quoted } from '../../catalogue/promql.ts'
import type { Missing } from './form.ts'
import { factOf } from './local-facts.ts'

/** A cluster that is asked alone and does not answer within this time is missing, seconds; of several, those that lag behind are waited for less long. */
const timeout = 2
/** Conditions on the thing that are tried at most: each is a selector of its own. */
const matchersMax = 12

/** What other clusters hold, by one query to all of them: one series of each metric, and how many there are. */
export async function remoteFacts(
  client: Client,
  wish: CandidateWish,
  matchers: readonly EntityMatcher[],
  wanted: readonly string[],
  /** Ends the waiting: clusters that have not answered by then are missing. */
  patience?: AbortSignal,
): Promise<{ facts: MetricFact[]; missing: Missing[] }> {
  const { clusters } = await client.listQueryClusters()
  const others = clusters.filter(
    ({ cluster_id, cluster_name, signals }) =>
      cluster_id !== 'local' &&
      (wanted.length === 0
        ? signals.includes('METRICS')
        : wanted.includes(cluster_id) || wanted.includes(cluster_name)),
  )
  const asked = others.filter(({ signals }) => signals.includes('METRICS'))
  const missing: Missing[] = others
    .filter(({ signals }) => !signals.includes('METRICS'))
    .map(({ cluster_id, cluster_name }) => ({
      ...{
        cluster_id,
        cluster_name,
        reason: `Nothing answers questions about the metrics of ${cluster_name}.`,
      },
    }))
  if (asked.length === 0) return { facts: [], missing }
  const selector = selectorOf(wish, matchers)
  const clusterIds = asked.map(({ cluster_id }) => cluster_id)
  const [one, count] = await Promise.all(
    [`topk by (__name__) (1, ${selector})`, `count by (__name__) (${selector})`].map((query) => {
      const body = { query, cluster_ids: clusterIds, ...(clusterIds.length === 1 ? { timeout } : {}) }
      const answer = client.queryMetrics({ body }).then(
        ({ results, missing }): Part => ({ results, missing }),
        (error: unknown): Part => ({ results: [], missing: unreached(asked, error) }),
      )
      return patience ? within(answer, patience, () => unreached(asked, late)) : answer
    }),
  )
  const facts = factsOf(one?.results ?? [], count?.results ?? [], matchers)
  const order = candidatesOf([...facts.keys()], wish)
  return {
    facts: order.flatMap((name) => facts.get(name) ?? []),
    missing: [
      ...missing,
      ...(one?.missing ?? []).map(({ cluster_id, cluster_name, reason }) => ({
        cluster_id,
        cluster_name,
        reason,
      })),
    ],
  }
}

type Part = { results: readonly MetricResult[]; missing: readonly Missing[] }
const late = new Error('It had not answered when enough was known.')

function within(answer: Promise<Part>, patience: AbortSignal, missing: () => Missing[]): Promise<Part> {
  return new Promise((resolve) => {
    const stop = () => resolve({ results: [], missing: missing() })
    if (patience.aborted) stop()
    patience.addEventListener('abort', stop, { once: true })
    answer.then((part) => {
      patience.removeEventListener('abort', stop)
      resolve(part)
    })
  })
}

/** When all that were asked fail, the operation itself does. */
const unreached = (
  asked: readonly { cluster_id: string; cluster_name: string }[],
  error: unknown,
): Missing[] =>
  asked.map(({ cluster_id, cluster_name }) => ({
    ...{ cluster_id, cluster_name },
    reason: (error instanceof Error ? error.message : 'It did not answer.').slice(0, 300),
  }))

function selectorOf(wish: CandidateWish, matchers: readonly EntityMatcher[]): string {
  const names = quoted(namePattern(wish))
  if (matchers.length === 0) return `{__name__=~${names}}`
  return matchers
    .filter(({ label }) => /^[a-zA-Z_]\w*$/.test(label))
    .slice(0, matchersMax)
    .map(({ label, op, value }) => `{__name__=~${names}, ${labelText(label)}${op}${quoted(value)}}`)
    .join(' or ')
}

/** Names cannot be listed cheaply over there: all that could fit are asked for. */
function namePattern({ names, aspects, words }: CandidateWish): string {
  const parts = [
    ...names.map((name) => `${literal(name)}(_bucket|_count|_sum)?`),
    ...aspects.flatMap((aspect) => {
      const pattern = namesOf[aspect]
      return pattern ? [`(?i:.*(${pattern.source.replace(/\(\^\|_\)|\$/g, '')}).*)`] : []
    }),
    ...wordsOf(words).map((word) => `(?i:.*${literal(word)}.*)`),
  ]
  return parts.length === 0 ? '.+' : parts.join('|')
}

function factsOf(
  one: readonly MetricResult[],
  count: readonly MetricResult[],
  matchers: readonly EntityMatcher[],
): Map<string, MetricFact> {
  const facts = new Map<string, MetricFact>()
  for (const { cluster_id, data } of one)
    for (const { metric } of data) {
      const { __name__: name = '', ...labels } = metric
      const known = facts.get(name)
      if (known) {
        if (!known.cluster_ids.includes(cluster_id)) known.cluster_ids.push(cluster_id)
      } else {
        const fact = factOf([{ name, kind: kindOf(name, labels), labels }], 0, matchers)
        facts.set(name, { ...fact, cluster_ids: [cluster_id] })
      }
    }
  for (const { data } of count)
    for (const { metric, values } of data) {
      const fact = facts.get(metric.__name__ ?? '')
      if (fact) fact.series += Number(values.at(-1)?.[1] ?? 0)
    }
  return facts
}

/** What Prometheus' conventions of naming say; types are kept per target and are not asked for. */
const kindOf = (name: string, labels: Readonly<Record<string, string>>): SeriesKind =>
  /_bucket$/.test(name) && 'le' in labels
    ? 'HISTOGRAM'
    : /_(total|count|sum)$/.test(name)
      ? 'COUNTER'
      : 'quantile' in labels
        ? 'SUMMARY'
        : 'GAUGE'
