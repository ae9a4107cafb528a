import type { ForecastMethod } from '@aiops/contract/model/forecast'

/** Value so many steps ahead of its origin; 1 is the first. */
export type Course = (ahead: number) => number

/** One way to foretell, fitted at each origin on what lies before it; undefined where that is too little. */
export type Candidate = {
  readonly method: Exclude<ForecastMethod, 'COMBINED'>
  /** 0 without one. */
  readonly seasonSteps: number
  readonly courses: readonly (Course | undefined)[]
}
