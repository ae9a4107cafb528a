/** Which kind of difference is taken between the ends of a window that reaches beyond its samples. */
export type Extent = { smoothed: boolean; counter: boolean; perSecond: boolean }

/** The samples of a column that bound a window, as indexes; undefined where it has nothing to do with them. */
export function boundsOf(
  timesMs: Float64Array,
  from: number,
  to: number,
  { startMs, endMs }: { startMs: number; endMs: number },
  smoothed: boolean,
): { first: number; last: number } | undefined {
  let last = to - 1
  let first = from
  while (first < last && timesMs[first]! <= startMs) first++
  first = Math.max(from, first - 1)
  if (smoothed) while (last > from && timesMs[last - 1]! >= endMs) last--
  if (timesMs[last]! <= startMs || (smoothed && timesMs[first]! > endMs)) return undefined
  return { first, last }
}

/** On the line between two samples at a moment; after a reset a counter rises from zero. */
export function interpolate(
  timesMs: Float64Array,
  values: Float64Array,
  i: number,
  timeMs: number,
  counter: boolean,
): number {
  const to = values[i + 1]!
  const from = counter && to < values[i]! ? 0 : values[i]!
  return from + ((to - from) * (timeMs - timesMs[i]!)) / (timesMs[i + 1]! - timesMs[i]!)
}

/** Values at the ends of a window. */
export function endsOf(
  { timesMs, values }: { timesMs: Float64Array; values: Float64Array },
  from: number,
  { first, last }: { first: number; last: number },
  { startMs, endMs }: { startMs: number; endMs: number },
  { smoothed, counter }: { smoothed: boolean; counter: boolean },
): [number, number] {
  const drawLeft = smoothed && timesMs[first]! < startMs
  const drawRight = smoothed && last > from && timesMs[last]! > endMs
  return [
    drawLeft ? interpolate(timesMs, values, first, startMs, counter) : values[first]!,
    drawRight ? interpolate(timesMs, values, last - 1, endMs, counter) : values[last]!,
  ]
}
