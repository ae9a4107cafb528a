/** Trace: spans become points by operation and by call, and anomalies where a service calls one that it never called. */
import type { Lifecycle } from '../../../kernel/lifecycle.ts'
import type { SignalDeps } from '../log/signals.ts'

export interface TraceWatch extends Lifecycle {
  openCount(): number
}

export type TraceWatchDeps = SignalDeps

export { TraceWatchConfig } from './config.ts'
export { createTraceWatch } from './trace-watch.ts'
