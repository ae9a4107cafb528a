import type { RemotePoints } from '../../../port/cluster-backend.ts'

export type Span = { fromMs: number; toMs: number }

/** Nothing shorter is called a gap, and nothing shorter than so many intervals. */
const gapMsMin = 120_000
const gapIntervals = 3
/** Series whose times are looked at: those with most samples speak for the others. */
const seriesLooked = 64

/**
 * Stretches of a span in which no series has a sample, by the interval at which samples of the densest series come (or came before). Empty
 * where the span is covered.
 */
export function uncovered(
  series: readonly RemotePoints[],
  { fromMs, toMs }: Span,
  intervalMs: number | undefined,
): { gaps: Span[]; intervalMs: number | undefined } {
  const densest = [...series].sort((a, b) => b.timesMs.length - a.timesMs.length).slice(0, seriesLooked)
  const interval = medianInterval(densest[0]?.timesMs ?? []) ?? intervalMs
  const longest = Math.max(gapMsMin, gapIntervals * (interval ?? 0))
  const times = [...new Set(densest.flatMap(({ timesMs }) => timesMs))].sort((a, b) => a - b)
  const gaps: Span[] = []
  let last = fromMs
  for (const time of [...times, toMs]) {
    if (time - last > longest) gaps.push({ fromMs: last, toMs: time })
    last = Math.max(last, time)
  }
  return { gaps, intervalMs: interval }
}

/** Gaps that touch are one. */
export function joined<T extends Span & { reason: string }>(gaps: readonly T[]): T[] {
  const all: T[] = []
  for (const gap of [...gaps].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = all.at(-1)
    if (last && last.reason === gap.reason && gap.fromMs <= last.toMs)
      last.toMs = Math.max(last.toMs, gap.toMs)
    else all.push({ ...gap })
  }
  return all
}

function medianInterval(times: readonly number[]): number | undefined {
  if (times.length < 3) return undefined
  const steps = times.slice(1).map((time, at) => time - (times[at] ?? time))
  return steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)]
}
