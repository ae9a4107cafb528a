/** Alerts that began together: any two neighbours of a burst lie within the burst window. */
export type Burst = { firstMs: number; lastMs: number; keys: Set<string> }

/** What begins in one group, alerts of MEDIUM and worse only. The newest bursts are kept. */
export type Bursts = {
  list: Burst[]
  /** Different alerts in the largest burst. */
  largest: number
  /** Different alerts in all of them; no more than `keysMax` are told apart. */
  keys: Set<string>
}

const burstsMax = 16
/** Three are as sure a sign as three hundred, so counting stops early. */
const keysMax = 64

export const createBursts = (): Bursts => ({ list: [], largest: 0, keys: new Set() })

/** In whatever order beginnings are noted, the bursts are the same as long as none is let go. */
export function noteBeginning(bursts: Bursts, key: string, startMs: number, windowMs: number): void {
  if (bursts.keys.size < keysMax) bursts.keys.add(key)
  let into: Burst | undefined
  for (let i = bursts.list.length - 1; i >= 0; i -= 1) {
    const burst = bursts.list[i]
    if (!burst || startMs < burst.firstMs - windowMs || startMs > burst.lastMs + windowMs) continue
    if (!into) {
      into = burst
      into.firstMs = Math.min(into.firstMs, startMs)
      into.lastMs = Math.max(into.lastMs, startMs)
      if (into.keys.size < keysMax) into.keys.add(key)
    } else {
      // What was noted lies between two and makes them one.
      into.firstMs = Math.min(into.firstMs, burst.firstMs)
      into.lastMs = Math.max(into.lastMs, burst.lastMs)
      for (const other of burst.keys) if (into.keys.size < keysMax) into.keys.add(other)
      bursts.list.splice(i, 1)
    }
  }
  if (!into) {
    into = { firstMs: startMs, lastMs: startMs, keys: new Set([key]) }
    bursts.list.push(into)
    if (bursts.list.length > burstsMax) dropOldest(bursts.list)
  }
  bursts.largest = Math.max(bursts.largest, into.keys.size)
}

function dropOldest(list: Burst[]): void {
  let oldest = 0
  for (let i = 1; i < list.length; i += 1)
    if ((list[i]?.lastMs ?? 0) < (list[oldest]?.lastMs ?? 0)) oldest = i
  list.splice(oldest, 1)
}

/** Time between the nearest two; 0 where they overlap, infinite where one has none. */
export function gapMsOf(a: readonly Burst[], b: readonly Burst[]): number {
  let gapMs = Number.POSITIVE_INFINITY
  for (const x of a)
    for (const y of b) gapMs = Math.min(gapMs, Math.max(0, y.firstMs - x.lastMs, x.firstMs - y.lastMs))
  return gapMs
}

/** Different alerts of the burst that goes on at this time; 0 where none does. */
export function goingOn(bursts: Bursts, atMs: number, windowMs: number): number {
  let keys = 0
  for (const burst of bursts.list)
    if (atMs >= burst.firstMs - windowMs && atMs <= burst.lastMs + windowMs)
      keys = Math.max(keys, burst.keys.size)
  return keys
}
