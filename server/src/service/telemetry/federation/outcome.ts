import type { ErrorCode } from '@aiops/contract/error'
import type { FleetAnswer, MissingCluster } from '@aiops/contract/model/query'
import { Fault } from '../../../kernel/fault.ts'
import type { ClusterBackends, RemoteAnswer } from '../../../port/cluster-backend.ts'

/** How one cluster answered one question. `answer` is absent for ERROR and TIMEOUT. */
export type Outcome<T> = {
  cluster: Pick<ClusterBackends, 'id' | 'name' | 'labels'>
  status: 'SUCCESS' | 'ERROR' | 'TIMEOUT' | 'PARTIAL'
  answer?: RemoteAnswer<T>
  /** Of what went wrong, where there is no answer. */
  code?: ErrorCode
  /** Why it is missing, or what is. */
  reason: string
  timeMs: number
  cachedAgeMs?: number
}

/** What every answer says of the clusters it stands for. */
export function fleetAnswer(outcomes: readonly Outcome<unknown>[], totalMs: number): FleetAnswer {
  const missing = outcomes.filter(({ status }) => status !== 'SUCCESS').map(missingOf)
  return {
    partial: missing.length > 0,
    missing,
    total_query_time_ms: rounded(totalMs),
    clusters_queried: outcomes.length,
    clusters_succeeded: outcomes.filter(({ status }) => status === 'SUCCESS').length,
  }
}

const missingOf = ({ cluster, status, reason }: Outcome<unknown>): MissingCluster => ({
  cluster_id: cluster.id,
  cluster_name: cluster.name,
  status,
  reason,
})

export const rounded = (ms: number): number => Math.round(ms * 10) / 10

/** Throws where no cluster has an answer: with the question's own fault where all agree on it, else naming each and why. */
export function someAnswer(outcomes: readonly Outcome<unknown>[]): void {
  if (outcomes.length === 0 || outcomes.some(({ answer }) => answer)) return
  const codes = new Set(outcomes.map(({ code }) => code))
  const [first] = outcomes
  const code = codes.size === 1 ? first?.code : undefined
  const reasons = outcomes.slice(0, 20).map(({ cluster, reason }) => `${cluster.name}: ${reason}`)
  const rest = outcomes.length - reasons.length
  const sentence = [...reasons, ...(rest > 0 ? [`and ${rest} more`] : [])].join(' ')
  if (code === 'TIMEOUT' || code === 'QUERY_TIMEOUT') throw new Fault('QUERY_TIMEOUT', sentence)
  if (code && questionFaults.has(code)) throw new Fault(code, first?.reason ?? '')
  throw new Fault('CLUSTER_UNREACHABLE', sentence)
}

/** Faults that tell of the question, not of the cluster. */
export const questionFaults: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'INVALID_PROMQL',
  'INVALID_LOGQL',
  'INVALID_TRACEQL',
  'QUERY_FAILED',
  'QUERY_TOO_LARGE',
  'NOT_FOUND',
])
