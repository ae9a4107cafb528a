import { durationMs } from '@aiops/contract/model/time'
import type { LogWatchConfig } from './config.ts'

/** What the engine goes by: plain numbers, so that they cross to a thread as they are. */
export type LogSettings = {
  bucketMs: number
  delayMs: number
  learnMs: number
  learnLines: number
  newCount: number
  newWithinMs: number
  burstCount: number
  confidenceMin: number
  quietMs: number
  adoptMs: number
  sourcesMax: number
  patternsMax: number
  memoryMaxBytes: number
  patternSeriesMax: number
  toldMax: number
}

export const logSettingsOf = (config: LogWatchConfig): LogSettings => ({
  bucketMs: durationMs(config.interval),
  delayMs: durationMs(config.delay),
  learnMs: durationMs(config.learn_for),
  learnLines: config.learn_lines,
  newCount: config.new_count,
  newWithinMs: durationMs(config.new_within),
  burstCount: config.burst_count,
  confidenceMin: config.confidence_min,
  quietMs: durationMs(config.quiet_after),
  adoptMs: durationMs(config.adopt_after),
  sourcesMax: config.sources_max,
  patternsMax: config.patterns_max,
  memoryMaxBytes: config.memory_max_mb * 2 ** 20,
  patternSeriesMax: config.pattern_series_max,
  toldMax: config.told_max,
})
