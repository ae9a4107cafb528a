import { CnfType } from '@aiops/contract/model/cluster'
import type { CnfWorkload, PtpStatus } from '@aiops/contract/model/cnf'
import { asInteger, asOneOf, asSomeOf, asText, asTexts } from '../shell/search.ts'

export const cnfTabs = ['workloads', 'ptp', 'sriov', 'dpdk', 'kpis', 'findings'] as const
export type CnfTab = (typeof cnfTabs)[number]
/** Worst first. */
export const workloadStatuses: readonly CnfWorkload['status'][] = ['FAILED', 'DEGRADED', 'UNKNOWN', 'HEALTHY']
/** Worst first. */
export const clockStates: readonly PtpStatus['state'][] = ['FREERUN', 'HOLDOVER', 'UNKNOWN', 'LOCKED']

/** What the page of network functions shows, as it stands in the address. */
export type CnfSearch = {
  tab?: CnfTab
  cluster?: string[]
  type?: CnfType[]
  /** Of workloads. */
  status?: CnfWorkload['status'][]
  /** Of clocks. */
  state?: PtpStatus['state'][]
  text?: string
  page?: number
  /** Whose packet counters are shown: `cluster/pod`. */
  pod?: string
}

export function readCnfSearch(raw: Record<string, unknown>): CnfSearch {
  const tab = asOneOf(raw.tab, cnfTabs)
  const cluster = asTexts(raw.cluster, 100)
  const type = asSomeOf(raw.type, CnfType.options)
  const status = asSomeOf(raw.status, workloadStatuses)
  const state = asSomeOf(raw.state, clockStates)
  const text = asText(raw.text, 200)
  const page = asInteger(raw.page, 1, 100_000)
  const pod = asText(raw.pod, 400)
  return {
    ...(tab && tab !== 'workloads' && { tab }),
    ...(cluster && { cluster }),
    ...(type && { type }),
    ...(status && { status }),
    ...(state && { state }),
    ...(text && { text }),
    ...(page && page > 1 && { page }),
    ...(pod && /^[^/]+\/[^/]+$/.test(pod) && { pod }),
  }
}

export const isFiltered = ({ cluster, type, status, state, text }: CnfSearch): boolean =>
  Boolean(cluster || type || status || state || text)
export const noFilter = {
  ...{ cluster: undefined, type: undefined, status: undefined, state: undefined, text: undefined },
}
