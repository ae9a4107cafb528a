/** Budgets of the stand-in. */
import { type Budget, BudgetInput, type BudgetStatus } from '@aiops/contract/model/budget'
import { monthly, usd } from '@aiops/contract/model/money'
import { costWorld, iso } from './cost-made.ts'
import { type Input, Refusal } from './refusal.ts'

const hour = 3_600_000

export const budget = (id: string, name: string, limit: number, team: string): Budget => ({
  ...{ id, name, selector: { team, environment: '', namespace: '', service: '' } },
  ...{ limit_monthly_usd: monthly(limit), hard_limit_monthly_usd: team === '' ? null : monthly(limit * 1.2) },
  ...{
    thresholds: [0.8, 0.9, 1],
    created_at: iso(Date.now() - 40 * 24 * hour),
    updated_at: iso(Date.now()),
    created_by: 'anna',
  },
})

export function statusOf(of: Budget, i: number): BudgetStatus {
  const known = costWorld !== 'unpriced'
  const spent = i === 0 ? 1_512.4 : of.limit_monthly_usd * 0.93
  return {
    budget: of,
    spent_usd: known ? usd(spent) : null,
    forecast_usd: known ? { p10: usd(spent * 1.32), p50: usd(spent * 1.4), p90: usd(spent * 1.52) } : null,
    ...{
      band: i === 0 || !known ? 'MONITOR' : 'FREEZE',
      forecast_band: known ? (i === 0 ? 'ALERT' : 'HARD') : null,
    },
    ...{ coverage: known ? 0.94 : 0, sources: known ? ['kubernetes swen-aws', 'aws-on-demand'] : [] },
  }
}

export function checked(body: Input['body'], others: readonly Budget[]): BudgetInput {
  const input = BudgetInput.parse(body)
  if (others.some(({ name }) => name === input.name))
    throw new Refusal(409, 'CONFLICT', `name: there is a budget ${input.name} already.`)
  if (input.hard_limit_monthly_usd !== null && input.hard_limit_monthly_usd < input.limit_monthly_usd)
    throw new Refusal(422, 'VALIDATION_FAILED', 'hard_limit_monthly_usd must not be below limit_monthly_usd.')
  return input
}
