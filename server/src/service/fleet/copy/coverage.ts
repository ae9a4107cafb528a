import type { RemotePoints } from '../../../port/cluster-backend.ts'

export type Span = { fromMs: number; toMs: number }

/** Nothing shorter is called a gap: a few intervals, and as long as the interval is not known what any has. */
const gapIntervals = 3
const gapMsMin = 10_000
const gapMsUnknown = 120_000
/** Series whose times are looked at: those with most samples speak for the others. */
const seriesLooked = 64

/**
 * Stretches of a span in which no series has a sample, by the interval at which samples of the densest series come (or came before). A
 * gap that began before the span is counted from its last sample on. Empty where the span is covered.
 */
export function uncovered(
  series: readonly Pick<RemotePoints, 'timesMs' | 'histograms'>[],
  { fromMs, toMs }: Span,
  before: { intervalMs: number | undefined; lastMs?: number | undefined },
): { gaps: Span[]; intervalMs: number | undefined; lastMs: number | undefined } {
  const densest = series
    .map((one) => timesOf(one))
    .sort((a, b) => b.length - a.length)
    .slice(0, seriesLooked)
  const interval = medianInterval(densest[0] ?? []) ?? before.intervalMs
  const longest = interval === undefined ? gapMsUnknown : Math.max(gapMsMin, gapIntervals * interval)
  const times = [...new Set(densest.flat())].sort((a, b) => a - b)
  const gaps: Span[] = []
  let last = before.lastMs ?? fromMs
  for (const time of [...times, toMs]) {
    if (time - last > longest) gaps.push({ fromMs: last, toMs: time })
    last = Math.max(last, time)
  }
  return { gaps, intervalMs: interval, lastMs: times.at(-1) ?? before.lastMs }
}

/** Native histograms count as samples do. */
const timesOf = ({ timesMs, histograms }: Pick<RemotePoints, 'timesMs' | 'histograms'>): readonly number[] =>
  timesMs.length >= histograms.length ? timesMs : histograms.map(({ timeMs }) => timeMs)

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
