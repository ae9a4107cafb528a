import { type Entry, shownStatus } from './entry.ts'
import type { Signal } from './index.ts'

/** Only what a recent check found counts: of what is not known, the query itself will tell. */
export function restingBecause(entry: Entry, signal: Signal, nowMs: number): string | undefined {
  const { state, checked_at, stale, since, checks, last_error } = shownStatus(entry, nowMs)
  if (checked_at === null || stale) return undefined
  if (state === 'OFFLINE') return `It is OFFLINE since ${since}. ${last_error ?? ''}`.trim()
  const target = ({ metrics: 'PROMETHEUS', logs: 'LOKI', traces: 'TEMPO', alerts: undefined } as const)[
    signal
  ]
  const check = checks.find((one) => one.target === target)
  return check?.result === 'UNHEALTHY'
    ? `It is ${state}, and its ${target} fails: ${check.message}`
    : undefined
}
