import type { ClusterCheck, ClusterState, ClusterTarget } from '@aiops/contract/model/cluster'
import { isoTime } from '../../kernel/clock.ts'
import type { StoredStatus } from '../../port/cluster-repository.ts'
import { intermittent, nextState, penaltyOf, type Verdict } from './health-table.ts'

/** Health of one cluster: its status and whether the last checks found it connected, oldest first. */
export type Health = { status: StoredStatus; connected: readonly boolean[] }

export const newHealth = (nowMs: number, state: ClusterState = 'UNKNOWN'): Health => ({
  status: {
    ...{ state, health_score: 0, last_error: null, connectivity: 'DISCONNECTED' },
    ...{ api_server_healthy: false, prometheus_healthy: false, tempo_healthy: false, loki_healthy: false },
    ...{ since: isoTime(nowMs), checked_at: null, checks: [] },
  },
  connected: [],
})

/** Health after a check. Where nothing could be checked, the state stays as it is and the status says why. */
export function afterCheck(before: Health, checks: readonly ClusterCheck[], nowMs: number): Health {
  const failed = checks.filter(({ result }) => result === 'UNHEALTHY')
  const passed = new Set(checks.filter(({ result }) => result === 'HEALTHY').map(({ target }) => target))
  const verdict = verdictOf(checks)
  const notChecked = checks.map(({ message }) => message).filter((message) => message !== '')
  const flags = {
    api_server_healthy: passed.has('API_SERVER'),
    prometheus_healthy: passed.has('PROMETHEUS'),
    tempo_healthy: passed.has('TEMPO'),
    loki_healthy: passed.has('LOKI'),
    checks: [...checks],
    checked_at: isoTime(nowMs),
  }
  if (verdict === undefined) {
    const status = { ...before.status, ...flags, health_score: 0, last_error: notChecked.join(' ') || null }
    return { ...before, status }
  }
  const connected = [...before.connected, verdict !== 'LOST'].slice(-intermittent.checks)
  const state = nextState[before.status.state][verdict]
  return {
    connected,
    status: {
      ...flags,
      state,
      health_score: scoreOf(failed.map(({ target }) => target)),
      last_error: failed.map(({ target, message }) => `${nameOf[target]}: ${message}`).join(' ') || null,
      connectivity: isIntermittent(connected)
        ? 'INTERMITTENT'
        : verdict === 'LOST'
          ? 'DISCONNECTED'
          : 'CONNECTED',
      since: state === before.status.state ? before.status.since : isoTime(nowMs),
    },
  }
}

export const scoreOf = (failed: readonly ClusterTarget[]): number =>
  Math.max(
    0,
    failed.reduce((score, target) => score - penaltyOf[target], 100),
  )

export const nameOf: Record<ClusterTarget, string> = {
  ...{ API_SERVER: 'API server', PROMETHEUS: 'Prometheus', TEMPO: 'Tempo', LOKI: 'Loki' },
}

/** Without credentials the API server is not asked; then it is the backends that tell whether the cluster is there. */
function verdictOf(checks: readonly ClusterCheck[]): Verdict | undefined {
  const results = checks.map(({ result }) => result).filter((result) => result !== 'NOT_CHECKED')
  if (results.length === 0) return undefined
  const api = checks.find(({ target }) => target === 'API_SERVER')?.result
  if (api === 'UNHEALTHY' || !results.includes('HEALTHY')) return 'LOST'
  return results.includes('UNHEALTHY') ? 'SOME_FAIL' : 'ALL_PASS'
}

const isIntermittent = (connected: readonly boolean[]): boolean =>
  connected.filter((now, i) => i > 0 && now !== connected[i - 1]).length >= intermittent.flips
