/** A time range of the address: counted back from now, or fixed. */
export type Range = { duration: RangeStep } | { from: number; to: number }

export const rangeSteps = ['5m', '15m', '1h', '6h', '24h', '7d'] as const
export type RangeStep = (typeof rangeSteps)[number]

export const stepMs: Record<RangeStep, number> = {
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '6h': 21_600_000,
  '24h': 86_400_000,
  '7d': 604_800_000,
}

/** What the server is asked: names are those of `TimeRange`. */
export const rangeQuery = (range: Range): { duration: string } | { start: string; end: string } =>
  'duration' in range
    ? { duration: range.duration }
    : { start: new Date(range.from).toISOString(), end: new Date(range.to).toISOString() }

export const rangeBounds = (range: Range, nowMs: number): { from: number; to: number } =>
  'duration' in range ? { from: nowMs - stepMs[range.duration], to: nowMs } : range

/** A range from two fields of local time; what is wrong with it in words. */
export function typedRange(
  from: string,
  to: string,
  nowMs: number,
): { range: { from: number; to: number } } | { problem: string } {
  const [start, end] = [Date.parse(from), Date.parse(to)]
  if (Number.isNaN(start) || Number.isNaN(end)) return { problem: 'Give a date and a time for both ends.' }
  if (start >= nowMs) return { problem: 'It begins in the future.' }
  if (end - start < 2_000) return { problem: 'The end has to be after the beginning.' }
  return { range: { from: start, to: Math.min(end, nowMs) } }
}

/** A range from a drag over a chart: whole milliseconds, at least 2 s wide, not beyond now. */
export function zoomed(from: number, to: number, nowMs: number): { from: number; to: number } {
  const start = Math.floor(Math.min(from, to))
  const end = Math.min(Math.ceil(Math.max(from, to)), Math.ceil(nowMs))
  return end - start >= 2_000 ? { from: start, to: end } : { from: end - 2_000, to: end }
}
