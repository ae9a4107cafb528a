import type { Profile } from './rule/profile.ts'
import type { Place } from './silence.ts'

export type Registration = { index: number; profile: Profile; place: Place }

/** How series are judged from now on, as columns. */
export type Reprofiled = {
  indexes: Uint32Array
  /** By place in `table`. */
  profiles: Uint32Array
  table: readonly Profile[]
}

/** Series for the engine to watch, as columns: an object a series would cost more than all else of its first point. */
export type Registrations = Reprofiled & {
  /** `noEntity` where there is none; cohort and steadiness say nothing then. */
  entities: Uint32Array
  cohorts: Uint32Array
  tenants: Uint32Array
  steady: Uint8Array
  /** 1 where a snapshot holds what was learned; absent for none. */
  kept?: Uint8Array
}

export function registrationsOf(series: readonly Registration[]): Registrations {
  const table = [...new Set(series.map(({ profile }) => profile))]
  const places = new Map(table.map((profile, at) => [profile, at]))
  return {
    indexes: Uint32Array.from(series, ({ index }) => index),
    profiles: Uint32Array.from(series, ({ profile }) => places.get(profile) ?? 0),
    table,
    entities: Uint32Array.from(series, ({ place }) => place.entity),
    cohorts: Uint32Array.from(series, ({ place }) => place.cohort),
    tenants: new Uint32Array(series.length),
    steady: Uint8Array.from(series, ({ place }) => (place.steady ? 1 : 0)),
  }
}
