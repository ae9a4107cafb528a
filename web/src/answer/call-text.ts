import type { ToolCallRecord } from '@aiops/contract/model/answer'
import { counted } from '../ui/words.ts'

/** Arguments of a call in a line: `service=billing, limit=20`. What is empty says nothing and is left out. */
export function argumentText(given: Readonly<Record<string, unknown>>): string {
  return Object.entries(given)
    .filter(([, value]) => value !== undefined && value !== null && value !== '' && !isEmptyList(value))
    .map(([name, value]) => `${name}=${valueText(value)}`)
    .join(', ')
}

/** "Looked at 5 things in 0.2 s; 1 could not be": calls that ran side by side count their own time once. */
export function callSummary(
  calls: readonly Pick<ToolCallRecord, 'status' | 'ms'>[],
  seconds: number,
): string {
  const bad = calls.filter(({ status }) => isBad(status)).length
  const looked = `Looked at ${counted(calls.length, 'thing')} in ${secondsText(seconds)}`
  return bad === 0 ? looked : `${looked}; ${bad} could not be looked at`
}

export const isBad = (status: ToolCallRecord['status']): boolean =>
  status === 'FAILED' || status === 'DENIED' || status === 'TIMEOUT'

export const secondsText = (seconds: number): string =>
  seconds < 0.1 ? 'under 0.1 s' : `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0

const valueText = (value: unknown): string =>
  Array.isArray(value)
    ? value.map(valueText).join('|')
    : typeof value === 'object' && value !== null
      ? JSON.stringify(value)
      : String(value)
