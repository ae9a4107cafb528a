import type { Anomaly } from '@aiops/contract/model/anomaly'

const leastMs = 600_000
const mostMs = 6 * 3_600_000

/** What of the time around an anomaly is drawn: twice its length before it and half of it after, within ten minutes and six hours. Unix milliseconds. */
export function anomalySpan(
  { started_at, detected_at, ended_at }: Pick<Anomaly, 'started_at' | 'detected_at' | 'ended_at'>,
  nowMs: number,
): { from: number; to: number } {
  const began = Date.parse(started_at)
  const ended = ended_at === null ? nowMs : Date.parse(ended_at)
  const length = Math.max(ended, Date.parse(detected_at)) - began
  const within = (ms: number): number => Math.min(mostMs, Math.max(leastMs, ms))
  const to = Math.min(nowMs, began + Math.min(length, mostMs) + within(length / 2))
  return { from: began - within(2 * length), to: Math.max(to, began + 1) }
}
