import { cnfFaults } from './cnf-fault.ts'
import { type Fault, gpuFaults } from './gpu-fault.ts'

/** What happens to GPUs and network functions in the field, told by what it does to the metrics of their exporters. */
export const faults: readonly Fault[] = [...gpuFaults, ...cnfFaults]

export { type HealthyStory, healthyStories } from './healthy-story.ts'
export type { Fault }
