import { durationMs } from '@aiops/contract/model/time'
import type { TraceWatchConfig } from './config.ts'

export type TraceSettings = {
  bucketMs: number
  delayMs: number
  requestsMin: number
  learnMs: number
  learnRequests: number
  newCount: number
  quietMs: number
  adoptMs: number
  servicesMax: number
  operationsMax: number
  edgesMax: number
  spansPendingMax: number
  toldMax: number
}

export const traceSettingsOf = (config: TraceWatchConfig): TraceSettings => ({
  bucketMs: durationMs(config.interval),
  delayMs: durationMs(config.delay),
  requestsMin: config.requests_min,
  learnMs: durationMs(config.learn_for),
  learnRequests: config.learn_requests,
  newCount: config.new_count,
  quietMs: durationMs(config.quiet_after),
  adoptMs: durationMs(config.adopt_after),
  servicesMax: config.services_max,
  operationsMax: config.operations_max,
  edgesMax: config.edges_max,
  spansPendingMax: config.spans_pending_max,
  toldMax: config.told_max,
})
