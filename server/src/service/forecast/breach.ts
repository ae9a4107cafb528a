import type { Bands } from './forecast-of.ts'

export type Limit = { value: number; direction: 'ABOVE' | 'BELOW' }
/** Steps ahead at which the limit is reached with a chance of one, five and nine in ten; null beyond the horizon. */
export type BreachSteps = {
  probability: number
  p10: number | null
  p50: number | null
  p90: number | null
}

/** Of the normal distribution at 90 %. */
const z90 = 1.281_551_6
/** Of the distribution function below. */
const slack = 1e-6

/**
 * When a limit is reached, from the bands: at each step the value is taken for normal on either side of its middle, with the widths of the
 * band; to have reached the limit by a step is at least as likely as to lie beyond it at any step until then.
 */
export function breachOf(
  bands: Pick<Bands, 'p10' | 'p50' | 'p90'>,
  { value, direction }: Limit,
): BreachSteps {
  const found: BreachSteps = { probability: 0, p10: null, p50: null, p90: null }
  for (const [i, middle] of bands.p50.entries()) {
    const isUp = direction === 'ABOVE'
    const distance = isUp ? value - middle : middle - value
    const up = (bands.p90[i]! - middle) / z90
    const down = (middle - bands.p10[i]!) / z90
    // The side of the middle on which the limit lies decides.
    const scale = isUp === distance > 0 ? up : down
    const chance = beyond(distance, scale)
    if (chance <= found.probability) continue
    found.probability = chance
    if (chance >= 0.1 - slack) found.p10 ??= i + 1
    if (chance >= 0.5 - slack) found.p50 ??= i + 1
    if (chance >= 0.9 - slack) {
      found.p90 ??= i + 1
      // Nothing more is to be learned than the last digits of the chance.
      if (chance > 0.999) break
    }
  }
  return found
}

/** Chance that a value lies further than `distance` from its middle, on that side. */
function beyond(distance: number, scale: number): number {
  if (scale <= 0) return distance <= 0 ? 1 : 0
  return 1 - normal(distance / scale)
}

/** Distribution function of the normal distribution, to 1e-7 (Abramowitz and Stegun 26.2.17). */
function normal(z: number): number {
  const t = 1 / (1 + 0.231_641_9 * Math.abs(z))
  const series =
    t * (0.319_381_53 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))))
  const tail = Math.exp((-z * z) / 2) * 0.398_942_28 * series
  return z >= 0 ? 1 - tail : tail
}
