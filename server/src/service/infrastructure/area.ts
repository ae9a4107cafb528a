import type { CnfType } from '@aiops/contract/model/cluster'
import type { CnfKpi, CnfWorkload, DpdkStats, PtpStatus, SriovStatus } from '@aiops/contract/model/cnf'
import type { ReadingHistory } from './signature/signature.ts'

/** One cluster as the views of an area see it: its past up to the newest reading. */
export type ObservedState = {
  id: string
  name: string
  history: ReadingHistory
  /** The newest reading is older than what is due. */
  stale: boolean
}

/**
 * The views of network functions, each a pure function of one cluster's state; `infrastructure.ts` puts the clusters together. What
 * `cnf/index.ts` exports besides: `cnfSelectors` (regular expressions of metric names, fully anchored) and `cnfSignatures`.
 */
export type CnfViews = {
  workloads(state: ObservedState, types: readonly CnfType[]): CnfWorkload[]
  ptp(state: ObservedState): PtpStatus[]
  /** Undefined where the pod tells no packet counters. */
  dpdk(state: ObservedState, pod: string): DpdkStats | undefined
  sriov(state: ObservedState): SriovStatus[]
  kpis(state: ObservedState): CnfKpi[]
}
