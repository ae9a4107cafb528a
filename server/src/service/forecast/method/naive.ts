import type { Candidate, Course } from './candidate.ts'

/** As it is, so it stays. */
export const naive = (values: Float64Array, origins: readonly number[]): Candidate => ({
  ...{ method: 'NAIVE', seasonSteps: 0 },
  courses: origins.map((origin) => {
    const last = lastOf(values, origin)
    return last === undefined ? undefined : () => last
  }),
})

/** As a season ago; where that is a gap, as a season before it. */
export const seasonalNaive = (
  values: Float64Array,
  origins: readonly number[],
  seasonSteps: number,
): Candidate => ({
  ...{ method: 'SEASONAL_NAIVE', seasonSteps },
  courses: origins.map((origin): Course | undefined => {
    const last = lastOf(values, origin)
    if (last === undefined || origin < seasonSteps) return undefined
    return (ahead) => {
      const phase = origin - seasonSteps + ((ahead - 1) % seasonSteps)
      for (let at = phase; at >= 0; at -= seasonSteps) if (Number.isFinite(values[at]!)) return values[at]!
      return last
    }
  }),
})

export function lastOf(values: Float64Array, origin: number): number | undefined {
  for (let at = origin - 1; at >= 0; at--) if (Number.isFinite(values[at]!)) return values[at]!
  return undefined
}
