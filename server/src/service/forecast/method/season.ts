import { levelStarts } from './change-point.ts'
import { medianOf, robustScaleOf } from './order.ts'
import { trendOf } from './theil-sen.ts'

const seasonsMax = 3
const stepsMin = 4
/** How often a season must have been seen. */
const repeatsMin = 2.2
const correlationMin = 0.25
/** Ways in which people count time, s. */
const weekSeconds = 604_800
const naturalSeconds = [3_600, 43_200, 86_400, weekSeconds]

/**
 * Lengths of seasons in steps, the strongest first: peaks of the autocorrelation (by way of the periodogram, Wiener and Khinchin) of what
 * is left without a moving trend, and the lengths by which people count time. What is a multiple of a stronger one is left out, except a
 * week of days.
 */
export function seasonsOf(values: Float64Array, stepMs: number): number[] {
  const found = seasonsIn(values, stepMs, false)
  // Beside a great change of level nothing else shows; but a level that changes and comes back may be the season.
  return found.length > 0 ? found : seasonsIn(values, stepMs, true)
}

function seasonsIn(values: Float64Array, stepMs: number, isLevelled: boolean): number[] {
  const longest = Math.floor(values.length / repeatsMin)
  if (longest < stepsMin) return []
  const flat = flattened(values, isLevelled)
  if (!flat) return []
  const correlation = autocorrelationsOf(flat, values, longest + 1)
  const noise = 2 / Math.sqrt(values.length)
  const threshold = Math.max(correlationMin, 2 * noise)
  const isPeak = (lag: number): boolean => {
    const reach = Math.max(1, Math.floor(lag / 8))
    for (let at = Math.max(1, lag - reach); at <= Math.min(longest, lag + reach); at++)
      if (correlation[at]! > correlation[lag]!) return false
    return true
  }
  const found: { steps: number; strength: number }[] = []
  for (let lag = stepsMin; lag <= longest; lag++)
    if (correlation[lag]! > threshold && isPeak(lag) && dips(correlation, lag))
      found.push({ steps: lag, strength: correlation[lag]! })
  const natural = naturalSeconds
    .map((seconds) => (seconds * 1_000) / stepMs)
    .filter((steps) => Number.isInteger(steps) && steps >= stepsMin && steps <= longest)
    .filter((steps) => correlation[steps]! > threshold * 0.6 && dips(correlation, steps))
  return chosen(found, natural, correlation, (weekSeconds * 1_000) / stepMs)
}

/** A season comes back: half of it away, the values are less alike. */
const dips = (correlation: Float64Array, lag: number): boolean => {
  let least = correlation[lag]!
  for (let at = 1; at < lag; at++) least = Math.min(least, correlation[at]!)
  return least < correlation[lag]! - 0.15
}

function chosen(
  found: { steps: number; strength: number }[],
  natural: readonly number[],
  correlation: Float64Array,
  week: number,
): number[] {
  // A peak beside a natural length is that length, measured with noise.
  const snapped = found.map(({ steps, strength }) => ({
    steps: natural.find((length) => Math.abs(length - steps) <= Math.max(1, length * 0.02)) ?? steps,
    strength,
  }))
  const all = [...snapped, ...natural.map((steps) => ({ steps, strength: correlation[steps]! }))]
  // The shorter of two that are about as strong: the longer one is it several times over.
  all.sort((a, b) => a.steps - b.steps)
  const kept: { steps: number; strength: number }[] = []
  for (const one of all) {
    const is = kept.some(
      ({ steps, strength }) =>
        one.steps === steps || (isMultiple(one.steps, steps) && one.strength < strength + 0.1),
    )
    if (!kept.some(({ steps }) => steps === one.steps) && (!is || one.steps === week)) kept.push(one)
  }
  return (
    kept
      // A week of days is measured in fewer repeats than a day.
      .sort((a, b) => b.strength - a.strength - (b.steps === week ? 0.1 : 0) + (a.steps === week ? 0.1 : 0))
      .slice(0, seasonsMax)
      .map(({ steps }) => steps)
  )
}

const isMultiple = (long: number, short: number): boolean => {
  const times = Math.round(long / short)
  return times >= 2 && Math.abs(long - times * short) <= Math.max(2, 0.03 * long)
}

/**
 * Without its trend, outliers cut to four scales, gaps at nought; or without its changes of level, undefined where there are none.
 */
function flattened(values: Float64Array, isLevelled: boolean): Float64Array | undefined {
  const parts = Math.min(24, Math.max(4, values.length >> 4))
  const length = values.length / parts
  const centres = Float64Array.from({ length: parts }, (_, i) => (i + 0.5) * length)
  const middles = centres.map((_, i) =>
    medianOf(values, Math.floor(i * length), Math.floor((i + 1) * length)),
  )
  const flat = isLevelled
    ? levelled(values, middles, length)
    : sloped(values, trendOf(centres, middles).slope)
  if (!flat) return undefined
  const middle = medianOf(flat)
  const scale = robustScaleOf(flat) || Number.POSITIVE_INFINITY
  return flat.map((value) =>
    Number.isFinite(value) ? Math.max(-4 * scale, Math.min(4 * scale, value - middle)) : 0,
  )
}

const sloped = (values: Float64Array, slope: number) => values.map((value, i) => value - slope * i)

function levelled(values: Float64Array, middles: Float64Array, length: number): Float64Array | undefined {
  const starts = levelStarts(middles)
  if (starts.length < 2 || !middles.every(Number.isFinite)) return undefined
  const levels = starts.map((start, i) => medianOf(middles, start, starts[i + 1] ?? middles.length))
  let at = 0
  return values.map((value, i) => {
    while ((starts[at + 1] ?? Number.POSITIVE_INFINITY) * length <= i) at += 1
    return value - levels[at]!
  })
}

/** For each lag below `count`, of those pairs that are both known in `given`. */
function autocorrelationsOf(values: Float64Array, given: Float64Array, count: number): Float64Array {
  const products = productsOf(values, count)
  const hasGaps = !given.every(Number.isFinite)
  const pairs = hasGaps
    ? productsOf(
        given.map((value) => (Number.isFinite(value) ? 1 : 0)),
        count,
      )
    : Float64Array.from({ length: count }, (_, lag) => values.length - lag)
  const whole = products[0]! / Math.max(1, pairs[0]!) || 1
  // Few pairs say little.
  return products.map((sum, lag) => (pairs[lag]! < 8 ? 0 : sum / pairs[lag]! / whole))
}

/** Sum over all places of a value times that so many places later, for each distance below `count`. */
function productsOf(values: Float64Array, count: number): Float64Array {
  // Room for the longest distance alone: what wraps around falls on those beyond it.
  const size = 2 ** Math.ceil(Math.log2(values.length + count))
  const real = new Float64Array(size)
  real.set(values)
  const imaginary = new Float64Array(size)
  const angles = { cosines: new Float64Array(size / 2), sines: new Float64Array(size / 2) }
  for (let i = 0; i < size / 2; i++) {
    angles.cosines[i] = Math.cos((2 * Math.PI * i) / size)
    angles.sines[i] = -Math.sin((2 * Math.PI * i) / size)
  }
  transform(real, imaginary, angles)
  for (let i = 0; i < size; i++) {
    real[i] = real[i]! ** 2 + imaginary[i]! ** 2
    imaginary[i] = 0
  }
  transform(real, imaginary, angles)
  return real.slice(0, count).map((sum) => sum / size)
}

/** Fourier transform in place (Cooley and Tukey 1965), of a power of two. */
function transform(
  real: Float64Array,
  imaginary: Float64Array,
  { cosines, sines }: { cosines: Float64Array; sines: Float64Array },
): void {
  const size = real.length
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1
    for (; j & bit; bit >>= 1) j ^= bit
    j ^= bit
    if (i >= j) continue
    const [r, m] = [real[i]!, imaginary[i]!]
    real[i] = real[j]!
    imaginary[i] = imaginary[j]!
    real[j] = r
    imaginary[j] = m
  }
  for (let length = 2; length <= size; length *= 2) {
    const [half, stride] = [length / 2, size / length]
    for (let at = 0; at < size; at += length)
      for (let k = 0; k < half; k++) {
        const c = cosines[k * stride]!
        const s = sines[k * stride]!
        const low = at + k
        const high = low + half
        const r = real[high]! * c - imaginary[high]! * s
        const i = real[high]! * s + imaginary[high]! * c
        real[high] = real[low]! - r
        imaginary[high] = imaginary[low]! - i
        real[low] = real[low]! + r
        imaginary[low] = imaginary[low]! + i
      }
  }
}
