import type { Budget, BudgetBand } from '@aiops/contract/model/budget'

/** Where no hard limit is set it is a fifth above the limit. */
export const hardShare = 1.2

/** The band that an amount of a month is in. */
export function bandOf(
  budget: Pick<Budget, 'limit_monthly_usd' | 'hard_limit_monthly_usd' | 'thresholds'>,
  usd: number,
): BudgetBand {
  const { limit_monthly_usd: limit, hard_limit_monthly_usd: hard, thresholds } = budget
  const [alert, freeze, block] = thresholds as [number, number, number]
  if (usd >= (hard ?? limit * hardShare)) return 'HARD'
  if (usd >= limit * block) return 'BLOCK'
  if (usd >= limit * freeze) return 'FREEZE'
  return usd >= limit * alert ? 'ALERT' : 'MONITOR'
}

const order: readonly BudgetBand[] = ['MONITOR', 'ALERT', 'FREEZE', 'BLOCK', 'HARD']
export const bandRank = (band: BudgetBand): number => order.indexOf(band)
