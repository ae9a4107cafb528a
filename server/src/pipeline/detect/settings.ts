import { durationMs } from '@aiops/contract/model/time'
import type { DetectConfig } from './config.ts'

/** What the detector reads of its configuration, in milliseconds: plain data that crosses to the worker. */
export type DetectSettings = {
  historyPoints: number
  historyMs: number
  memoryPoints: number
  recoveryPoints: number
  recoveryMs: number
  cooldownMs: number
  updateMs: number
  adoptMs: number
  missingIntervals: number
  missingMs: number
  silentMs: number
  staleMs: number
  settleMs: number
  activeMax: number
  agileSeriesMax: number
  agileStepMs: number
  /** Entities whose metrics are judged together, 0 for none; how many of each, and how long a row is. */
  groupsMax: number
  groupMembersMax: number
  groupStepMs: number
}

export const settingsOf = (config: DetectConfig): DetectSettings => ({
  historyPoints: config.history_points,
  historyMs: durationMs(config.history_min),
  memoryPoints: config.memory_points,
  recoveryPoints: config.recovery_points,
  recoveryMs: durationMs(config.recovery),
  cooldownMs: durationMs(config.cooldown),
  updateMs: durationMs(config.update_interval),
  adoptMs: durationMs(config.adopt_after),
  missingIntervals: config.missing_intervals,
  missingMs: durationMs(config.missing_min),
  silentMs: durationMs(config.silent_after),
  staleMs: durationMs(config.stale_after),
  settleMs: durationMs(config.settle_for),
  activeMax: config.active_max,
  agileSeriesMax: config.agile_series_max,
  agileStepMs: durationMs(config.agile_step),
  groupsMax: config.multivariate.groups_max,
  groupMembersMax: config.multivariate.members_max,
  groupStepMs: durationMs(config.multivariate.step),
})
