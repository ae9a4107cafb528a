import { isoTime } from '../../../kernel/clock.ts'

/** Of a field that a cluster gave: ms since 1970, 0 where it says none or what is none. */
export function timeOf(text: string | undefined): number {
  const ms = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(ms) ? 0 : ms
}

export function timeOrNull(text: string | undefined): string | null {
  return isoOrNull(timeOf(text))
}

/** Null for 0. */
export const isoOrNull = (ms: number): string | null => (ms === 0 ? null : isoTime(ms))
