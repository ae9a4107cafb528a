import type { Severity } from '@aiops/contract/model/severity'

/** What people have done to an incident, as far as correlation minds it. */
export type Life = {
  /** The severity that somebody set; it no longer follows the members. */
  fixed: { severity: Severity; by: string } | null
  splitFrom: string | null
  /** Keys of what somebody took out: the same does not come back by itself. The newest `barredMax`. */
  barred: ReadonlySet<string>
  /** Groups that hold what somebody took out, or that it was taken out of: they do not merge by themselves. The newest `apartMax`. */
  apart: ReadonlySet<string>
}

/** As many as a split of the largest storm takes out. */
const barredMax = 20_000
const apartMax = 1_000
/** Most groups are never touched, and share this one. */
const none: ReadonlySet<string> = new Set()

export const createLife = (): Life => ({ fixed: null, splitFrom: null, barred: none, apart: none })

/** What people see: set by hand, or the worst of the members. */
export const severityOf = (group: { severity: Severity; life: Life }): Severity =>
  group.life.fixed?.severity ?? group.severity

export function bar(life: Life, keys: Iterable<string>): void {
  life.barred = newest([...life.barred, ...keys], barredMax)
}

export function liftBars(life: Life, keys: ReadonlySet<string>): void {
  life.barred = new Set([...life.barred].filter((key) => !keys.has(key)))
}

const newest = (all: readonly string[], max: number): Set<string> => {
  const unique = new Set(all)
  return unique.size <= max ? unique : new Set([...unique].slice(-max))
}

/** The newest `apartMax` are remembered. */
export function keepFrom(life: Life, id: string): void {
  life.apart = newest([...life.apart, id], apartMax)
}
