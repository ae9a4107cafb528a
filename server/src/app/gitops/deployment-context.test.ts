import { BudgetInput, type BudgetStatus } from '@aiops/contract/model/budget'
import { monthly, usd } from '@aiops/contract/model/money'
import { expect, it } from 'vitest'
import { budgetPercent, isStateful } from './deployment-context.ts'

const status = (
  selector: Partial<BudgetStatus['budget']['selector']>,
  spent: number | null,
  forecast: number | null = null,
): BudgetStatus => ({
  budget: {
    ...BudgetInput.parse({ name: 'b', selector, limit_monthly_usd: 200 }),
    ...{ id: 'b', created_at: '', updated_at: '', created_by: 'anna', limit_monthly_usd: monthly(200) },
  },
  spent_usd: spent === null ? null : usd(spent),
  forecast_usd:
    forecast === null ? null : { p10: usd(forecast / 2), p50: usd(forecast), p90: usd(forecast * 2) },
  ...{ band: 'MONITOR', forecast_band: null, coverage: 1, sources: [] },
})

it('is the fullest budget that takes the service in, by what is spent or what the month will come to', () => {
  expect(budgetPercent([], 'cart')).toBeNull()
  expect(budgetPercent([status({ service: 'cart' }, null)], 'cart')).toBeNull()
  expect(budgetPercent([status({ service: 'cart' }, 50), status({}, 20, 190)], 'cart')).toBe(95)
  expect(budgetPercent([status({ service: 'cart' }, 250)], 'cart')).toBe(125)
  // Of others: another service, and a team, of which nobody knows whether the service is one of its own.
  expect(budgetPercent([status({ service: 'mail' }, 250), status({ team: 'shop' }, 250)], 'cart')).toBeNull()
})

const pod = (labels: Record<string, string>, owner?: { kind: string; name: string }) => ({ labels, owner })
const cluster = (...pods: object[]) => ({ inventory: () => ({ pods }) }) as never

it('holds data where its pods belong to a StatefulSet, and is unknown where nothing runs it', () => {
  const set = pod({ app: 'cart' }, { kind: 'StatefulSet', name: 'cart-db' })
  const replica = pod({ 'app.kubernetes.io/name': 'cart' }, { kind: 'ReplicaSet', name: 'cart-5f' })
  expect(isStateful([cluster(replica)], 'cart')).toBe(false)
  expect(isStateful([cluster(replica), cluster(set)], 'cart')).toBe(true)
  expect(isStateful([cluster(pod({ app: 'mail' }))], 'cart')).toBeNull()
  expect(isStateful([], 'cart')).toBeNull()
})
