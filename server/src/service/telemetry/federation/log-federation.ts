import { Fault } from '../../../kernel/fault.ts'
import type { ClusterBackends, LogAsk, RemoteLogs } from '../../../port/cluster-backend.ts'
import type { Fleet } from './fleet.ts'
import { type Outcome, someAnswer } from './outcome.ts'

export type LogQuestion = {
  tenant: string
  query: string
  when: { timeMs: number; limit: number } | LogAsk
  clusters: readonly ClusterBackends[]
  /** 0: as configured, and laggards are not waited for. */
  timeoutMs: number
  signal?: AbortSignal
}
export type FleetLine = {
  cluster: Outcome<unknown>['cluster']
  timeNs: bigint
  stream: Readonly<Record<string, string>>
  line: string
  metadata: Readonly<Record<string, string>>
}
export type LogFederationAnswer = {
  outcomes: Outcome<RemoteLogs>[]
  /** Of all clusters in order of time, as many as the limit allows. */
  lines: FleetLine[]
  truncated: boolean
}

/** LogQL over clusters: lines of all in one order; metric queries stay apart by cluster. */
export async function askLogs(fleet: Fleet, question: LogQuestion): Promise<LogFederationAnswer> {
  const { tenant, query, when, clusters, timeoutMs, signal } = question
  const outcomes = await fleet.ask<RemoteLogs>(clusters, {
    ...{ tenant, timeoutMs, key: () => '', ttlMs: 0, weigh: () => 0 },
    ...(signal ? { signal } : {}),
    ask: async ({ logs }, ask) => {
      if (!logs) throw new Fault('LOKI_NOT_AVAILABLE', 'It has no system to ask for logs.')
      return 'timeMs' in when ? logs.instant(query, when, ask) : logs.range(query, when, ask)
    },
  })
  someAnswer(outcomes)
  const forward = 'direction' in when && when.direction === 'FORWARD'
  const lines = outcomes.flatMap(({ cluster, answer }) =>
    answer?.value.type === 'streams'
      ? answer.value.streams.flatMap(({ labels, lines: own }) =>
          own.map(({ timeNs, line, metadata }) => ({ cluster, timeNs, stream: labels, line, metadata })),
        )
      : [],
  )
  lines.sort((a, b) => (a.timeNs === b.timeNs ? 0 : a.timeNs < b.timeNs === forward ? -1 : 1))
  return { outcomes, lines: lines.slice(0, when.limit), truncated: lines.length >= when.limit }
}
