/** Middle of the finite values from `start` to before `end`; NaN where there is none. */
export function medianOf(values: ArrayLike<number>, start = 0, end = values.length): number {
  return quantileOf(sortedFinite(values, start, end), 0.5)
}

export function sortedFinite(
  values: ArrayLike<number>,
  start = 0,
  end = values.length,
): Float64Array<ArrayBuffer> {
  const kept = new Float64Array(Math.max(0, end - start))
  let count = 0
  for (let i = start; i < end; i++) {
    const value = values[i]!
    if (Number.isFinite(value)) kept[count++] = value
  }
  return kept.subarray(0, count).sort()
}

/** The same of some of many: at most `countMax`, evenly spread. */
export function medianOfSome(
  values: ArrayLike<number>,
  start: number,
  end: number,
  countMax: number,
): number {
  const stride = Math.ceil((end - start) / countMax)
  if (stride <= 1) return medianOf(values, start, end)
  return medianOf(
    Float64Array.from({ length: Math.floor((end - start) / stride) }, (_, i) => values[start + i * stride]!),
  )
}

/** Middle of the first `count` of a few values, which are left in order. */
export function medianInPlace(few: Float64Array, count: number): number {
  for (let i = 1; i < count; i++) {
    const value = few[i]!
    let at = i
    for (; at > 0 && few[at - 1]! > value; at--) few[at] = few[at - 1]!
    few[at] = value
  }
  const middle = count >> 1
  return count % 2 === 1 ? few[middle]! : (few[middle - 1]! + few[middle]!) / 2
}

/** Between neighbours of sorted values (type 7 of Hyndman and Fan, 1996); NaN of none. */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  const last = sorted.length - 1
  if (last < 0) return Number.NaN
  const place = Math.min(last, Math.max(0, share * last))
  const at = Math.floor(place)
  const [below, above] = [sorted[at]!, sorted[Math.min(last, at + 1)]!]
  return below + (above - below) * (place - at)
}

/** Standard deviation of a normal distribution with this median absolute deviation. */
export function robustScaleOf(values: ArrayLike<number>): number {
  const middle = medianOf(values)
  return 1.4826 * medianOf(Float64Array.from(values, (value) => Math.abs(value - middle)))
}

/** Autocorrelation at one lag of values around nought; gaps are left out. 0 where nothing varies. */
export function autocorrelationAt(values: ArrayLike<number>, lag: number): number {
  let together = 0
  let own = 0
  for (let i = lag; i < values.length; i++) {
    const [before, now] = [values[i - lag]!, values[i]!]
    if (!Number.isFinite(before) || !Number.isFinite(now)) continue
    together += before * now
    own += (before * before + now * now) / 2
  }
  return own > 0 ? together / own : 0
}
