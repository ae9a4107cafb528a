import type { Answerer } from './answerer.ts'
import { cnf } from './hardware/cnf.ts'
import { gpus } from './hardware/gpu.ts'
import { ptp } from './hardware/ptp.ts'

/** GPUs, network functions and their clocks. */
export const hardwareAnswerers: readonly Answerer[] = [gpus, cnf, ptp]
