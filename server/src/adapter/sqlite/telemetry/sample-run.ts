/** Samples of one series, times ascending and unique. `order`: of two runs with the same time the one with the greater order holds. */
export type SampleRun = { order: number; timesMs: Float64Array; values: Float64Array }

/**
 * Runs as one, within [startMs, endMs]. Bits are copied as two words, never as numbers. Runs that follow one another, the rule, are
 * copied whole; those that overlap (late samples) are merged.
 */
export function mergeRuns(
  runs: readonly SampleRun[],
  startMs: number,
  endMs: number,
): { timesMs: Float64Array; values: Float64Array } {
  const cut = runs.map((run) => within(run, startMs, endMs)).filter((run) => run.timesMs.length > 0)
  cut.sort((a, b) => a.timesMs[0]! - b.timesMs[0]! || a.order - b.order)
  if (cut.length === 1) return cut[0]!
  const size = cut.reduce((sum, run) => sum + run.timesMs.length, 0)
  const timesMs = new Float64Array(size)
  const values = new Float64Array(size)
  let used = 0
  for (let i = 0; i < cut.length; ) {
    let end = i + 1
    let until = lastOf(cut[i]!)
    for (; end < cut.length && cut[end]!.timesMs[0]! <= until; end += 1)
      until = Math.max(until, lastOf(cut[end]!))
    if (end === i + 1) {
      timesMs.set(cut[i]!.timesMs, used)
      words(values).set(words(cut[i]!.values), used * 2)
      used += cut[i]!.timesMs.length
    } else used = interleave(cut.slice(i, end), timesMs, values, used)
    i = end
  }
  return { timesMs: timesMs.subarray(0, used), values: values.subarray(0, used) }
}

/** Overlapping runs are few: the next time is looked for in each. */
function interleave(
  runs: readonly SampleRun[],
  timesMs: Float64Array,
  values: Float64Array,
  from: number,
): number {
  const at = runs.map(() => 0)
  const out = words(values)
  const sources = runs.map((run) => words(run.values))
  for (let used = from; ; used += 1) {
    let time = Number.POSITIVE_INFINITY
    let winner = -1
    for (let i = 0; i < runs.length; i += 1) {
      const next = runs[i]!.timesMs[at[i]!]
      if (next === undefined || next > time) continue
      if (next < time || runs[i]!.order > runs[winner]!.order) winner = i
      time = next
    }
    if (winner < 0) return used
    timesMs[used] = time
    out[2 * used] = sources[winner]![2 * at[winner]!]!
    out[2 * used + 1] = sources[winner]![2 * at[winner]! + 1]!
    for (let i = 0; i < runs.length; i += 1) if (runs[i]!.timesMs[at[i]!] === time) at[i]! += 1
  }
}

function within(run: SampleRun, startMs: number, endMs: number): SampleRun {
  const { timesMs, values, order } = run
  if (timesMs.length === 0 || (timesMs[0]! >= startMs && lastOf(run) <= endMs)) return run
  let from = 0
  while (from < timesMs.length && timesMs[from]! < startMs) from += 1
  let to = timesMs.length
  while (to > from && timesMs[to - 1]! > endMs) to -= 1
  return { order, timesMs: timesMs.subarray(from, to), values: values.subarray(from, to) }
}

const lastOf = (run: SampleRun): number => run.timesMs[run.timesMs.length - 1]!
const words = (values: Float64Array): Uint32Array =>
  new Uint32Array(values.buffer, values.byteOffset, values.length * 2)
