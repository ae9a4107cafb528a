import type { SampleWindow } from './function.ts'

/**
 * Start timestamps: since when a sample counts. A later one tells of a reset that values alone do not show, and of deltas.
 * https://prometheus.io/docs/prometheus/latest/feature_flags/ (`use-start-timestamps`)
 */

/** The parts of a column of samples that are asked for here. */
type Timed = { timesMs: Float64Array; startsMs?: Float64Array }

/** Whether sample `i` counts from anew since the one before: its start lies between them, or at the one before where that one knows its own. */
export function startedAnew({ timesMs, startsMs }: Timed, i: number): boolean {
  if (startsMs === undefined) return false
  const start = startsMs[i]!
  const beforeMs = timesMs[i - 1]!
  // A start at its own sample stands for an unknown one, as OpenTelemetry has it; a later one for a mistake.
  if (start === 0 || start >= timesMs[i]! || start < beforeMs) return false
  if (start > beforeMs) return true
  return startsMs[i - 1]! !== 0 && startsMs[i - 1]! < beforeMs
}

/** Whether sample `i` claims time that the one before has counted, from another start: two sources mixed up. */
export function startOverlaps({ timesMs, startsMs }: Timed, i: number): boolean {
  if (startsMs === undefined) return false
  const start = startsMs[i]!
  return start !== 0 && start < timesMs[i - 1]! && start !== startsMs[i - 1]!
}

/** When the first sample of a window began to count, where that is within the window: it was zero then. */
export function startWithin({ timesMs, startsMs }: Timed, first: number, { startMs }: SampleWindow) {
  if (startsMs === undefined) return undefined
  const start = startsMs[first]!
  return start !== 0 && start > startMs && start < timesMs[first]! ? start : undefined
}
