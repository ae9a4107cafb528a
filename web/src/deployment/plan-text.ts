import type { PlanAction, PlanCost, PlanSummary } from '@aiops/contract/model/plan'
import { signedHourlyText } from '../cost/money-text.ts'
import type { Tone } from '../ui/badge.tsx'

/** What a plan adds to the bill: nothing is called known that is not, nor free where nobody was asked for prices. */
export function costText({
  hourly_delta_usd,
  known_hourly_delta_usd,
  known,
  unknown,
  source,
}: PlanCost): string {
  if (source === null && known.length === 0) return 'cost unknown'
  if (hourly_delta_usd !== null) return signedHourlyText(hourly_delta_usd)
  return known.length === 0
    ? 'cost unknown'
    : `${signedHourlyText(known_hourly_delta_usd)} and ${unknown.length} unknown`
}

export type Count = { sign: string; count: number; word: string; tone: 'ok' | 'medium' | 'critical' | 'info' }

/** As the engines sum up a plan: + to create, ~ to change, ± to replace, - to delete. Zeros are left out. */
export function planCounts({
  creates,
  updates,
  replaces,
  deletes,
  forgets,
}: PlanSummary['summary']): Count[] {
  const all: Count[] = [
    { sign: '+', count: creates, word: 'to create', tone: 'ok' },
    { sign: '~', count: updates, word: 'to change', tone: 'medium' },
    { sign: '±', count: replaces, word: 'to replace', tone: 'critical' },
    { sign: '-', count: deletes, word: 'to delete', tone: 'critical' },
    { sign: '×', count: forgets, word: 'to forget', tone: 'info' },
  ]
  return all.filter(({ count }) => count > 0)
}

export const actionLooks: Record<PlanAction, { tone: Tone; word: string; sign: string }> = {
  CREATE: { tone: 'ok', word: 'create', sign: '+' },
  UPDATE: { tone: 'medium', word: 'change', sign: '~' },
  REPLACE: { tone: 'critical', word: 'replace', sign: '±' },
  DELETE: { tone: 'critical', word: 'delete', sign: '-' },
  READ: { tone: 'info', word: 'read', sign: '←' },
  FORGET: { tone: 'info', word: 'forget', sign: '×' },
  NO_OP: { tone: 'info', word: 'no change', sign: '=' },
}

const shownMax = 500

/** A value of a plan or a variable file as one reads it in HCL; long ones are cut and say so. */
export function valueText(value: unknown): string {
  if (value === undefined) return 'not set'
  if (value === '(known after apply)' || value === '(sensitive)') return value
  const text = JSON.stringify(value) ?? 'not set'
  return text.length > shownMax ? `${text.slice(0, shownMax)}… (${text.length} characters)` : text
}
