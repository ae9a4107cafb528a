import type { Opened } from './opened.ts'

/**
 * Raw confidence and the share of anomalies with it that were true, ascending: isotonic regression (Barlow et al. 1972; Zadrozny
 * and Elkan 2002) on anomalies told on made series, half of them with an event of a kind and size drawn at random.
 * `node bench/detect-calibration.ts --fit` makes it; seeds 1 to 8 were used, others are for judging it.
 */
const knots: readonly (readonly [raw: number, share: number])[] = [
  [0, 0.3],
  [0.268, 0.547],
  [0.375, 0.61],
  [0.437, 0.633],
  [0.455, 0.687],
  [0.612, 0.725],
  [0.751, 0.743],
  [0.764, 0.78],
  [0.77, 0.88],
  [0.805, 0.929],
  [0.871, 0.973],
  [0.915, 0.985],
]

/** What each anomaly before takes away: what comes often is the series' way. */
const habitual = 0.5

/** Of anomalies of several metrics together, told as live on ten labelled server recordings, the share that met a labelled fault. */
const togetherTrue = 0.56

/** How sure: the share of anomalies like this one that are what they seem, in the long run. */
export function confidenceOf(opened: Opened): number {
  // Nothing is estimated: the value was beyond a limit that people set.
  if (opened.shape === 'THRESHOLD_BREACH') return 1
  if (opened.shape === 'MULTIVARIATE') return togetherTrue
  const raw = rawConfidenceOf(opened)
  // What is missing is no value; nothing was made to calibrate it by.
  return opened.shape === 'MISSING' ? raw : calibrated(raw)
}

/** An order of how sure: little history, a value near the bound, few points and anomalies before each take from it. */
export function rawConfidenceOf({ history, ratio, points, shape, earlier = 0 }: Opened): number {
  const learned = 1 - Math.exp(-history / 8)
  // Its like still speak, and it was waited for five of its intervals.
  if (shape === 'MISSING') return 0.9 * learned
  const clear = 1 - 0.5 * Math.exp(1 - Math.max(1, ratio))
  const lasting = 1 - 0.35 / Math.max(1, points)
  return (learned * clear * lasting) / (1 + habitual * earlier)
}

/** Straight between the knots. */
export function calibrated(raw: number): number {
  let [lowRaw, lowShare] = knots[0] as readonly [number, number]
  for (const [knotRaw, share] of knots) {
    if (raw <= knotRaw)
      return knotRaw === lowRaw
        ? share
        : lowShare + ((share - lowShare) * (raw - lowRaw)) / (knotRaw - lowRaw)
    lowRaw = knotRaw
    lowShare = share
  }
  return lowShare
}
