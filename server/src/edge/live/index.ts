/** Live: one WebSocket per viewer, events and points as they happen; and the pulse, the flow's rates each second. */
import type { PipelineStats } from '@aiops/contract/event'

export interface Pulse {
  /** Of the last whole second. */
  stats(): PipelineStats
}

export { createLiveHub, type LiveHub } from './hub.ts'
export { liveLimits } from './limit.ts'
export { createPulse } from './pulse.ts'
