/** GPUs of a cluster: what their exporters and nvidia-smi say, in views and in signatures of their faults. */

export { GpuConfig } from './config.ts'
export { gpuNodesOf, summaryOf } from './gpu-view.ts'
export type { SmiProcesses } from './nvidia-smi-source.ts'
export { gpuSignatures } from './signature/index.ts'
export { xidSeedOf, xidSeedQuery } from './xid-seed.ts'

/** Each a whole PromQL selector. */
export const gpuSelectors: readonly string[] = ['{__name__=~"DCGM_FI_.*|DCGM_EXP_.*"}', 'up{job=~".*dcgm.*"}']
