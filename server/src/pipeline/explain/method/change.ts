import { type Meaning, usualFloor } from './meaning.ts'

/** How a series left its usual level. Values are in the series' unit, times in unix milliseconds. */
export type Change = {
  before: number
  after: number
  /** Distance of the time after from the usual, in robust standard deviations of the usual, signed. */
  z: number
  /** after / before as a binary logarithm, clipped to ±6; against the scale where there was nothing before. */
  octaves: number
  /** Relative fall, 0..1; 0 when it rose. */
  fall: number
  onsetMs: number
  countBefore: number
  countAfter: number
  /** Since when at the latest, where it had come about by the last samples before and stayed: the time before ends too late for it. */
  begunMs?: number
}

/** Before `baseEndMs` lies what is usual; from there to `endMs` what is explained. `[startMs, endMs]` is all that is looked at. */
export type Split = { startMs: number; baseEndMs: number; endMs: number }

const baselineMin = 4
/** Larger values are no measurements, and their squares no numbers. */
const valueMax = 1e100
/** Where a series was always zero, its new level counts as this many deviations: new, and no more is known. */
const novelDeviations = 12
/** A change must differ from the last samples of the baseline too, all of which must have drifted to count. */
const latestCount = 2
/** z counts no further than this: beyond it only the quietness of the series speaks. */
export const zMax = 1_000
/** Independent samples credited to a mean at most. */
const samplesMax = 16

/**
 * Median and interquartile range instead of mean and deviation, as in BARO's robust scorer (Pham et al., FSE 2024), because a
 * late detection puts faulty samples into the baseline. Different from it: a floor relative to the level, so that units do not
 * matter and an IQR of 0 is no special case; the tails of the baseline widen the scale, so that spiky series need a larger
 * spike; a mean over n samples is allowed the precision of its effective sample size (autocorrelation taken off).
 */
export function measureChange(
  timesMs: Float64Array,
  values: Float64Array,
  split: Split,
  meaning: Meaning,
): Change | undefined {
  const read = reader(values, meaning)
  const base: number[] = []
  const baseTimes: number[] = []
  const after: number[] = []
  const afterTimes: number[] = []
  for (let i = 0; i < timesMs.length; i += 1) {
    const time = timesMs[i]!
    const value = read(values[i]!)
    if (time < split.startMs || time > split.endMs || !(Math.abs(value) <= valueMax)) continue
    if (time < split.baseEndMs) {
      base.push(value)
      baseTimes.push(time)
    } else {
      after.push(value)
      afterTimes.push(time)
    }
  }
  if (base.length < baselineMin || after.length === 0) return undefined
  const correlation = lagOne(base)
  const latest = base.slice(-latestCount)
  const recent = isCoarse(baseTimes) ? base.slice(-1) : latest
  const early = base.slice(0, Math.ceil(earlyShare * base.length))
  base.sort((a, b) => a - b)
  const middle = quantile(base, 0.5)
  const scale = scaleOf(base, middle, after, meaning)
  const drift = commonDrift(recent.map((value) => (value - middle) / scale))
  const deviations = after.map((value) => lessDrift((value - middle) / scale, drift))
  const precisionMax = scale / Math.max(usualFloor * Math.abs(middle), meaning.step, scale / 8)
  const z = clip(pickDirection(deviations, correlation, precisionMax, meaning), -zMax, zMax)
  const level = levelAfter(after, z)
  const octaves = clip(Math.log2((Math.abs(level) + scale) / (Math.abs(middle) + scale)), -6, 6)
  const fall = middle > 0 && level < middle ? clip(1 - level / middle, 0, 1) : 0
  return {
    before: unread(middle, meaning, values),
    after: unread(level, meaning, values),
    z,
    octaves,
    fall,
    onsetMs: onset(afterTimes, deviations, z),
    countBefore: base.length,
    countAfter: after.length,
    ...(hasBegun(early, latest, after, meaning) ? { begunMs: baseTimes.at(-latestCount)! } : {}),
  }
}

/** Where samples are this far apart, the last one before is old enough to speak alone: what it shows had come about minutes earlier. */
const coarseMs = 180_000

const isCoarse = (times: readonly number[]): boolean =>
  times.length > 1 && (times.at(-1)! - times[0]!) / (times.length - 1) >= coarseMs

/** Part of the time before that nobody takes for the trouble's, and how far beyond it trouble is, in its deviations. */
const earlyShare = 0.6
const begunFrom = 15

function hasBegun(
  early: number[],
  latest: readonly number[],
  after: readonly number[],
  meaning: Meaning,
): boolean {
  if (early.length < baselineMin) return false
  early.sort(ascending)
  const middle = quantile(early, 0.5)
  const far = Math.max(early.at(-1)! - middle, middle - early[0]!)
  const least = begunFrom * Math.max(far / 2, usualFloor * Math.abs(middle), meaning.step)
  const isUp = meaning.bad !== 'DOWN' || meaning.ratio
  const stayed = quantile([...after].sort(ascending), 0.5)
  return [...latest, stayed].every((value) => (isUp ? value - middle : middle - value) > least)
}

const ascending = (a: number, b: number): number => a - b

function commonDrift(deviations: readonly number[]): number {
  const low = Math.min(...deviations)
  const high = Math.max(...deviations)
  return low > 0 ? low : high < 0 ? high : 0
}

/** What had changed before the time in question is no news: of a deviation in the direction of the drift only the rest counts. */
function lessDrift(deviation: number, drift: number): number {
  if (deviation * drift <= 0) return deviation
  return Math.sign(deviation) * Math.max(0, Math.abs(deviation) - Math.abs(drift))
}

/** Shares of success become shares of failure: there 99 → 96 % is a fourfold rise, not a fall by 3 %. */
function reader(values: Float64Array, meaning: Meaning): (value: number) => number {
  if (!(meaning.ratio && meaning.bad === 'DOWN')) return (value) => value
  const top = topOf(values)
  return (value) => 1 - value / top
}

function unread(value: number, meaning: Meaning, values: Float64Array): number {
  return meaning.ratio && meaning.bad === 'DOWN' ? (1 - value) * topOf(values) : value
}

/** Shares come as 0..1 or 0..100. */
function topOf(values: Float64Array): number {
  for (const value of values) if (value > 1.5) return 100
  return 1
}

function scaleOf(
  sorted: readonly number[],
  middle: number,
  after: readonly number[],
  meaning: Meaning,
): number {
  const spread = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.349
  // Two or three odd samples, such as a program's first seconds, are not its tail.
  const rare = Math.min(0.25, Math.max(0.02, 2.5 / sorted.length))
  const tail = Math.max(quantile(sorted, 1 - rare) - middle, middle - quantile(sorted, rare)) / 2.5
  const floor = Math.max(meaning.floor * Math.abs(middle), meaning.step)
  const scale = Math.max(spread, tail, floor)
  if (scale > 0) return scale
  const largest = after.reduce((most, value) => Math.max(most, Math.abs(value - middle)), 0)
  return largest > 0 ? largest / novelDeviations : 1
}

/** The more damaging of: the worst half of the samples, and the level of all of them. */
function pickDirection(
  deviations: readonly number[],
  correlation: number,
  precisionMax: number,
  meaning: Meaning,
): number {
  const sorted = [...deviations].sort((a, b) => a - b)
  const half = Math.ceil(sorted.length / 2)
  const low = mean(sorted.slice(0, half))
  const high = mean(sorted.slice(sorted.length - half))
  const effective = Math.min(samplesMax, Math.max(1, (sorted.length * (1 - correlation)) / (1 + correlation)))
  // 1.25: what the median loses against the mean on Gaussian noise.
  const level = quantile(sorted, 0.5) * Math.max(1, Math.min(precisionMax, Math.sqrt(effective) / 1.25))
  const up = Math.max(high, level)
  const down = Math.min(low, level)
  const bad = meaning.ratio && meaning.bad === 'DOWN' ? 'UP' : meaning.bad
  if (bad === 'UP') return up >= -0.5 * down ? up : down
  if (bad === 'DOWN') return -down >= 0.5 * up ? down : up
  return up >= -down ? up : down
}

/** The median of the half that deviates, so that neither the minute before the onset nor one spike decides. */
function levelAfter(after: readonly number[], z: number): number {
  const sorted = [...after].sort((a, b) => a - b)
  const half = Math.ceil(sorted.length / 2)
  return quantile(z >= 0 ? sorted.slice(sorted.length - half) : sorted.slice(0, half), 0.5)
}

/** First sample that stands out and is followed by another that does (the last needs none). */
function onset(times: readonly number[], deviations: readonly number[], z: number): number {
  const sign = z >= 0 ? 1 : -1
  const typical = Math.max(...deviations.map((deviation) => deviation * sign))
  const threshold = Math.min(typical, Math.max(2.5, 0.25 * typical))
  for (let i = 0; i < times.length; i += 1) {
    const next = deviations[i + 1]
    if (deviations[i]! * sign >= threshold && (next === undefined || next * sign >= 0.5 * threshold))
      return times[i]!
  }
  return times[deviations.findIndex((deviation) => deviation * sign >= typical)] ?? times[0]!
}

/** Correlation of neighbours in time, 0..0.9. */
function lagOne(values: readonly number[]): number {
  const centre = mean(values)
  let product = 0
  let square = 0
  for (let i = 0; i < values.length; i += 1) {
    square += (values[i]! - centre) ** 2
    if (i > 0) product += (values[i]! - centre) * (values[i - 1]! - centre)
  }
  return square === 0 ? 0 : clip(product / square, 0, 0.9)
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** Linear between the neighbours; `sorted` ascending and not empty. */
export function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share
  const low = Math.floor(at)
  const below = sorted[low]!
  const above = sorted[Math.min(low + 1, sorted.length - 1)]!
  return below + (above - below) * (at - low)
}

export const clip = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))

/** 0 up to `low`, 1 from `high` on, smooth between. */
export function ramp(value: number, low: number, high: number): number {
  const t = clip((value - low) / (high - low), 0, 1)
  return t * t * (3 - 2 * t)
}
