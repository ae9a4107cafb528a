import type { QueryCluster } from '@aiops/contract/model/query'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { Random } from '../../../kernel/random.ts'
import type { Ask, ClusterBackends, RemoteAnswer } from '../../../port/cluster-backend.ts'
import type { PromqlEngine } from '../promql/index.ts'
import { parsePromql } from '../promql/parse/parse.ts'
import { chooseClusters } from './choose-clusters.ts'
import { ClusterBook, type ClusterBookDeps } from './cluster-book.ts'
import type { FederationConfig } from './config.ts'
import { Fleet } from './fleet.ts'
import type { Federation, FleetQuestion } from './index.ts'
import { askLogs } from './log-federation.ts'
import { askMetrics } from './metric-federation.ts'
import { type Outcome, someAnswer } from './outcome.ts'
import { searchFleet, traceOfFleet } from './trace-federation.ts'

export type FederationDeps = ClusterBookDeps & {
  clock: Clock
  random: Random
  engine: PromqlEngine
  /** Why a query that names no clusters leaves this one out; undefined where it does not. */
  resting?(tenant: string, id: string, signal: Signal): string | undefined
}

type Signal = 'metrics' | 'logs' | 'traces' | 'alerts'

const labelsTtlMs = 300_000
const alertsTtlMs = 10_000

export function createFederation(deps: FederationDeps, config: FederationConfig): Federation {
  const book = new ClusterBook(deps, config)
  const fleet = new Fleet(deps, config)
  const { clock, engine } = deps
  const context = { clock, fleet, engine, clusterLabel: config.cluster_label, localId: config.local_name }
  const chosen = ({ tenant, clusterIds }: FleetQuestion, signal: Signal): ClusterBackends[] =>
    chooseClusters(book.list(tenant), clusterIds, (cluster) => cluster[signal] !== undefined).map(
      (cluster) => {
        const resting = clusterIds.length === 0 ? deps.resting?.(tenant, cluster.id, signal) : undefined
        return resting === undefined ? cluster : { ...cluster, resting }
      },
    )

  /** Lists of names and the like, kept for a while. */
  const listed = async <T>(
    question: FleetQuestion,
    signal: Signal,
    key: string,
    ask: (cluster: ClusterBackends, ask: Ask) => Promise<RemoteAnswer<T>>,
    ttlMs = labelsTtlMs,
  ): Promise<Outcome<T>[]> => {
    const outcomes = await fleet.ask<T>(chosen(question, signal), {
      ...question,
      key: ({ id }) => (id === config.local_name ? '' : key),
      ttlMs,
      weigh: (value) => Math.ceil(JSON.stringify(value).length / 16),
      ask,
    })
    someAnswer(outcomes)
    return outcomes
  }
  return {
    start: () => book.start(),
    stop: () => book.stop(),
    clusters: (tenant) => ({
      clusters: book.list(tenant).map((cluster) => shown(cluster, tenant, fleet, clock)),
      problems: book.problems,
    }),
    backends: (tenant) => book.list(tenant),
    documents: () => book.documents(),
    metrics: (question) =>
      askMetrics(context, {
        ...question,
        expression: parsePromql(question.query),
        clusters: chosen(question, 'metrics'),
      }),
    series: (question) =>
      listed(
        question,
        'metrics',
        JSON.stringify(['series', question.matchers, question.range]),
        (cluster, ask) => metricsOf(cluster).series(question.matchers, question.range, ask),
      ),
    metadata: (question) =>
      listed(question, 'metrics', 'metadata', (cluster, ask) => metricsOf(cluster).metadata(ask)),
    alerts: (question) =>
      listed(question, 'alerts', 'alerts', (cluster, ask) => alertsOf(cluster).active(ask), alertsTtlMs),
    logs: (question) => askLogs(fleet, { ...question, clusters: chosen(question, 'logs') }),
    searchTraces: (question) => searchFleet(fleet, { ...question, clusters: chosen(question, 'traces') }),
    trace: (question) => traceOfFleet(fleet, { ...question, clusters: chosen(question, 'traces') }),
    logLabels: (question) =>
      listed(question, 'logs', 'log labels', (cluster, ask) =>
        logsOf(cluster).labelNames(question.range, ask),
      ),
    logLabelValues: (question) =>
      listed(question, 'logs', `log label ${question.name}`, (cluster, ask) =>
        logsOf(cluster).labelValues(question.name, question.range, ask),
      ),
  }
}

function metricsOf({ metrics }: ClusterBackends): NonNullable<ClusterBackends['metrics']> {
  if (metrics) return metrics
  throw new Fault('CLUSTER_UNREACHABLE', 'It has no system to ask for metrics.')
}
function alertsOf({ alerts }: ClusterBackends): NonNullable<ClusterBackends['alerts']> {
  if (alerts) return alerts
  throw new Fault('CLUSTER_UNREACHABLE', 'It has no system to ask for alerts.')
}
function logsOf({ logs }: ClusterBackends): NonNullable<ClusterBackends['logs']> {
  if (logs) return logs
  throw new Fault('LOKI_NOT_AVAILABLE', 'It has no system to ask for logs.')
}

function shown(cluster: ClusterBackends, tenant: string, fleet: Fleet, clock: Clock): QueryCluster {
  const { id, name, labels, metrics, logs, traces, alerts } = cluster
  const { state, retryInMs, lastError } = fleet.breaker(tenant, id)
  const signals = { METRICS: metrics, LOGS: logs, TRACES: traces, ALERTS: alerts }
  return {
    ...{ cluster_id: id, cluster_name: name, labels, breaker: state },
    signals: (Object.keys(signals) as (keyof typeof signals)[]).filter((signal) => signals[signal]),
    ...(state === 'OPEN' ? { retry_at: isoTime(clock.now() + retryInMs) } : {}),
    ...(lastError === '' ? {} : { last_error: lastError }),
  }
}
