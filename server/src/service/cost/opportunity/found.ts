import type { Opportunity } from '@aiops/contract/model/decision'
import { hourly, type MonthlyUsd, monthlyOf } from '@aiops/contract/model/money'

export type FoundOpportunity = Opportunity

/** Of hourly amounts. */
export const savingOf = (
  p10: number,
  p50: number,
  p90: number,
): Record<'p10' | 'p50' | 'p90', MonthlyUsd> => ({
  p10: monthlyOf(hourly(p10)),
  p50: monthlyOf(hourly(p50)),
  p90: monthlyOf(hourly(p90)),
})
