import { Fault } from '../../../kernel/fault.ts'
import type { ClusterBackends, RemoteTrace, TraceAsk } from '../../../port/cluster-backend.ts'
import type { StoredSpan } from '../../../port/trace-store.ts'
import type { Fleet } from './fleet.ts'
import { type Outcome, someAnswer } from './outcome.ts'

type Asking = {
  tenant: string
  clusters: readonly ClusterBackends[]
  /** 0: as configured, and laggards are not waited for. */
  timeoutMs: number
  signal?: AbortSignal
}
export type FleetTrace = RemoteTrace & { cluster: Outcome<unknown>['cluster'] }

/** Traces of all clusters, newest first; one that crosses clusters is found in each. */
export async function searchFleet(
  fleet: Fleet,
  question: Asking & TraceAsk,
): Promise<{ outcomes: Outcome<RemoteTrace[]>[]; traces: FleetTrace[] }> {
  const { query, startMs, endMs, limit } = question
  const outcomes = await fleet.ask<RemoteTrace[]>(question.clusters, {
    ...unkept(question),
    ask: (cluster, ask) => backendOf(cluster).search({ query, startMs, endMs, limit }, ask),
  })
  someAnswer(outcomes)
  const traces = outcomes.flatMap(({ cluster, answer }) =>
    (answer?.value ?? []).map((trace) => ({ ...trace, cluster })),
  )
  traces.sort((a, b) => b.startMs - a.startMs)
  return { outcomes, traces: traces.slice(0, limit) }
}

/** One trace put together from the spans of every cluster that has some; each span once, by start. Throws NOT_FOUND. */
export async function traceOfFleet(
  fleet: Fleet,
  question: Asking & { traceId: string },
): Promise<{
  outcomes: Outcome<StoredSpan[]>[]
  spans: StoredSpan[]
  clusterOf: ReadonlyMap<string, string>
}> {
  const outcomes = await fleet.ask<StoredSpan[]>(question.clusters, {
    ...unkept(question),
    ask: (cluster, ask) => backendOf(cluster).trace(question.traceId, ask),
  })
  someAnswer(outcomes)
  const spans = new Map<string, StoredSpan>()
  const clusterOf = new Map<string, string>()
  for (const { cluster, answer } of outcomes)
    for (const span of answer?.value ?? [])
      if (!spans.has(span.spanId)) {
        spans.set(span.spanId, span)
        clusterOf.set(span.spanId, cluster.name)
      }
  if (spans.size === 0)
    throw new Fault('NOT_FOUND', `There is no trace ${question.traceId}${lacking(outcomes)}.`)
  return { outcomes, spans: [...spans.values()].sort((a, b) => a.startMs - b.startMs), clusterOf }
}

const unkept = ({ tenant, timeoutMs, signal }: Asking) => ({
  ...{ tenant, timeoutMs, key: () => '', ttlMs: 0, weigh: () => 0 },
  ...(signal ? { signal } : {}),
})

function backendOf({ traces }: ClusterBackends): NonNullable<ClusterBackends['traces']> {
  if (traces) return traces
  throw new Fault('TEMPO_NOT_AVAILABLE', 'It has no system to ask for traces.')
}

function lacking(outcomes: readonly Outcome<unknown>[]): string {
  const missing = outcomes.filter(({ answer }) => !answer).map(({ cluster }) => cluster.name)
  return missing.length === 0
    ? ''
    : ` in the clusters that answered; ${missing.slice(0, 20).join(', ')} did not`
}
