/** Network functions of vRAN and 5G core: precision time, virtual functions, DPDK, pinned CPUs, procedures of the core; from their exporters, logs and files. */

import type { Signature } from '../signature/signature.ts'
import type { CnfConfig } from './config.ts'
import { cnfDefaults } from './config.ts'
import { coreRatioSignatures } from './signature/core.ts'
import { corePeerSignatures } from './signature/core-peers.ts'
import { cpuSignatures } from './signature/cpu.ts'
import { dpdkSignatures } from './signature/dpdk.ts'
import { ptpOffsetSignatures } from './signature/ptp-offset.ts'
import { ptpProcessSignatures } from './signature/ptp-process.ts'
import { ptpStateSignatures } from './signature/ptp-state.ts'
import { radioSignatures } from './signature/radio.ts'
import { sriovSignatures } from './signature/sriov.ts'
import { workloadSignatures } from './signature/workload.ts'

export { cnfKpis } from './cnf-kpis.ts'
export { cnfViews, cnfViewsOf } from './cnf-views.ts'
export { cnfWorkloads } from './cnf-workloads.ts'
export { CnfConfig } from './config.ts'
export { dpdkStats } from './dpdk-stats.ts'
export { parseEthdevStats, parsePmdStats } from './dpdk-telemetry.ts'
export { linuxptpSamples } from './linuxptp-log.ts'
export { LinuxptpSource } from './linuxptp-source.ts'
export { cnfSelectors } from './names.ts'
export { type PmFile, parsePmFile, pmSamples } from './pm-file.ts'
export { ptpStatus } from './ptp-status.ts'
export { sriovStatus } from './sriov-status.ts'

/** Signatures with a site’s own thresholds. */
export const cnfSignatures = (config: CnfConfig = cnfDefaults): readonly Signature[] => [
  ...ptpStateSignatures(config),
  ...ptpOffsetSignatures(config),
  ...ptpProcessSignatures(config),
  ...sriovSignatures(config),
  ...dpdkSignatures(config),
  ...cpuSignatures(config),
  ...coreRatioSignatures(config),
  ...corePeerSignatures(config),
  ...radioSignatures(config),
  ...workloadSignatures(config),
]
