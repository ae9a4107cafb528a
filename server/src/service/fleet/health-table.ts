import type { ClusterState, ClusterTarget, ClusterType } from '@aiops/contract/model/cluster'

/** How often a cluster is checked, and how long a check may take; seconds. */
export const paceOf: Record<ClusterType, { intervalMs: number; timeoutMs: number }> = {
  HUB: { intervalMs: 15_000, timeoutMs: 5_000 },
  SPOKE: { intervalMs: 30_000, timeoutMs: 10_000 },
  EDGE: { intervalMs: 60_000, timeoutMs: 15_000 },
  FAR_EDGE: { intervalMs: 120_000, timeoutMs: 30_000 },
}

/** In the order in which they are checked and told. */
export const targets = ['API_SERVER', 'PROMETHEUS', 'TEMPO', 'LOKI'] as const satisfies ClusterTarget[]

/** What a failure takes from a score of 100. */
export const penaltyOf: Record<ClusterTarget, number> = {
  API_SERVER: 50,
  PROMETHEUS: 20,
  TEMPO: 15,
  LOKI: 15,
}

/** ALL_PASS: nothing that was checked failed. SOME_FAIL: the API server is there, a backend is not. LOST: the API server is not there. */
export type Verdict = 'ALL_PASS' | 'SOME_FAIL' | 'LOST'

/** From a state, by what a check found, to the next. */
export const nextState: Record<ClusterState, Record<Verdict, ClusterState>> = {
  UNKNOWN: { ALL_PASS: 'ONLINE', SOME_FAIL: 'DEGRADED', LOST: 'OFFLINE' },
  PROVISIONING: { ALL_PASS: 'ONLINE', SOME_FAIL: 'DEGRADED', LOST: 'OFFLINE' },
  ONLINE: { ALL_PASS: 'ONLINE', SOME_FAIL: 'DEGRADED', LOST: 'OFFLINE' },
  DEGRADED: { ALL_PASS: 'ONLINE', SOME_FAIL: 'DEGRADED', LOST: 'OFFLINE' },
  OFFLINE: { ALL_PASS: 'ONLINE', SOME_FAIL: 'DEGRADED', LOST: 'OFFLINE' },
}

/** INTERMITTENT: at least so many changes between connected and not within the last so many checks. */
export const intermittent = { checks: 5, flips: 2 }

/** A status is stale when its last check is older than so many intervals. */
export const staleIntervals = 2
