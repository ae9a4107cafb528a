import { durationMs } from '@aiops/contract/model/time'
import type { CorrelateConfig } from '../config.ts'
import type { CoreSettings } from './turn.ts'

/** The configuration in milliseconds, as the core wants it. */
export const settingsOf = (config: CorrelateConfig): CoreSettings => ({
  windowMs: durationMs(config.time_window),
  depth: config.topology_depth,
  threshold: config.similarity_threshold,
  pairMs: durationMs(config.pair_window),
  persistMs: durationMs(config.persist),
  confidenceMin: config.confidence_min,
  resolveMs: durationMs(config.resolve_after),
  reopenMs: durationMs(config.reopen_within),
  mergeMs: durationMs(config.merge_window),
  burstMs: durationMs(config.burst_window),
  echoMs: durationMs(config.burst_echo),
  spanMs: durationMs(config.burst_span),
  alertPersistMs: durationMs(config.alert_persist),
  pendingMax: config.pending_max,
  incidentsMax: config.incidents_max,
  timelineMembersMax: config.timeline_members_max,
})
