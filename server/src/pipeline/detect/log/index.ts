/** Log: lines become points that the detectors judge, and anomalies where what they say was never said before. */
import type { Lifecycle } from '../../../kernel/lifecycle.ts'
import type { LogStore } from '../../../port/log-store.ts'
import type { SnapshotStore } from '../../../port/snapshot-store.ts'
import type { LogStats } from './log-engine.ts'
import type { Mining } from './mining.ts'
import type { SignalDeps } from './signals.ts'

export interface LogWatch extends Lifecycle {
  openCount(): number
  /** As of the last second. */
  stats(): LogStats
}

export type LogWatchDeps = SignalDeps & {
  logStore: Pick<LogStore, 'scan'>
  mining: Mining
  /** What a thread that mines begins with. */
  minerWorker: URL
  /** Keeps which patterns are known over a restart; without it stored lines tell. */
  snapshots?: SnapshotStore
}

export { LogWatchConfig } from './config.ts'
export { createLogWatch } from './log-watch.ts'
