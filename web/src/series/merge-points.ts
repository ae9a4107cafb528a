import type { Point } from '@aiops/contract/model/series'

/** A live buffer holds at most this many points of one series: an hour at one a second. */
export const livePointsMax = 3_600

/** Adds newer points to a buffer and drops the oldest beyond the limit. Points not newer than the last are left out. */
export function appendPoints(buffer: readonly Point[], added: readonly Point[]): readonly Point[] {
  const last = buffer.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY
  const newer = added.filter((point) => point[0] > last)
  if (newer.length === 0) return buffer
  return [...buffer, ...newer].slice(-livePointsMax)
}

/** What was read, then what came live after it, from `fromMs` on. */
export function mergePoints(
  read: readonly Point[],
  live: readonly Point[],
  fromMs: number,
): readonly Point[] {
  const last = read.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY
  const kept =
    read.length > 0 && (read[0]?.[0] ?? 0) >= fromMs ? read : read.filter((point) => point[0] >= fromMs)
  const newer = live.filter((point) => point[0] > last && point[0] >= fromMs)
  return newer.length === 0 ? kept : [...kept, ...newer]
}
