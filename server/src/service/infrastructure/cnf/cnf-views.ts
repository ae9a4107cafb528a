import type { CnfViews } from '../area.ts'
import { cnfKpis } from './cnf-kpis.ts'
import { cnfWorkloads } from './cnf-workloads.ts'
import { type CnfConfig, cnfDefaults } from './config.ts'
import { dpdkStats } from './dpdk-stats.ts'
import { ptpStatus } from './ptp-status.ts'
import { inventoryOf } from './series.ts'
import { sriovStatus } from './sriov-status.ts'

/** Views of network functions, with a site's own windows. */
export const cnfViewsOf = (config: CnfConfig): CnfViews => ({
  workloads: ({ id, name, history }, types) =>
    cnfWorkloads(inventoryOf(history), history.now, { id, name }).filter(
      ({ cnf_type: type }) => types.length === 0 || types.includes(type),
    ),
  ptp: ({ id, name, history }) => ptpStatus(history, { id, name }),
  dpdk: ({ id, name, history }, pod) =>
    dpdkStats(history, { id, name }, config).find(({ pod_name: of }) => of === pod),
  sriov: ({ id, name, history }) => sriovStatus(history.now, inventoryOf(history), { id, name }),
  kpis: ({ id, name, history }) => cnfKpis(history, { id, name }, config),
})

export const cnfViews: CnfViews = cnfViewsOf(cnfDefaults)
