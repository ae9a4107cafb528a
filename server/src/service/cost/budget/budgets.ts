import type { Budget, BudgetInput, BudgetStatus } from '@aiops/contract/model/budget'
import { usd } from '@aiops/contract/model/money'
import type { TenantId } from '@aiops/contract/model/tenant'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { Random } from '../../../kernel/random.ts'
import type { CostRepository } from '../../../port/cost-repository.ts'
import type { Freeze } from '../index.ts'
import { bandOf, bandRank } from './band.ts'
import { forecastOf } from './forecast.ts'
import type { DaySpend, HourBook } from './hour-book.ts'
import { type SpendSubject, takesIn } from './spend-key.ts'

type Deps = { clock: Clock; random: Random; repository: CostRepository; hours: Pick<HourBook, 'days'> }

const dayMs = 86_400_000
const budgetsMax = 1_000

/** Budgets of all tenants, and how this month stands against them. */
export class Budgets {
  readonly #deps: Deps
  /** As they stood when they were looked at last. */
  readonly #stands = new Map<TenantId, { statuses: BudgetStatus[]; subjects: Map<string, SpendSubject[]> }>()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  async create(tenant: TenantId, actor: string, input: BudgetInput): Promise<Budget> {
    check(input)
    const { clock, random, repository } = this.#deps
    if ((await repository.budgets(tenant)).length >= budgetsMax)
      throw new Fault('VALIDATION_FAILED', `There are ${budgetsMax} budgets already.`)
    const at = isoTime(clock.now())
    const budget: Budget = {
      ...{ ...input, id: random.uuid(clock.now()), created_at: at, updated_at: at, created_by: actor },
    }
    await repository.insertBudget(tenant, budget)
    return budget
  }

  async update(tenant: TenantId, id: string, input: BudgetInput): Promise<Budget> {
    check(input)
    const there = (await this.#deps.repository.budgets(tenant)).find((one) => one.id === id)
    if (!there) throw unknown(id)
    const budget: Budget = { ...there, ...input, updated_at: isoTime(this.#deps.clock.now()) }
    if (!(await this.#deps.repository.updateBudget(tenant, budget))) throw unknown(id)
    return budget
  }

  async delete(tenant: TenantId, id: string): Promise<void> {
    if (!(await this.#deps.repository.deleteBudget(tenant, id))) throw unknown(id)
  }

  /** How every budget stands now. */
  async statuses(tenant: TenantId): Promise<BudgetStatus[]> {
    const nowMs = this.#deps.clock.now()
    const now = new Date(nowMs)
    const monthMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1)
    const nextMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)
    const budgets = await this.#deps.repository.budgets(tenant)
    const days = budgets.length === 0 ? [] : await this.#deps.hours.days(tenant, monthMs - 15 * dayMs, nowMs)
    const statuses = budgets.map((budget) => statusOf(budget, days, { nowMs, monthMs, nextMs }))
    const subjects = Map.groupBy(
      (days.at(-1)?.rows ?? []).filter(({ service }) => service !== ''),
      ({ service }) => service,
    )
    this.#stands.set(tenant, { statuses, subjects })
    return statuses
  }

  /** By how they stood at the last look. */
  frozen(tenant: TenantId, service: string): Freeze | undefined {
    const stands = this.#stands.get(tenant)
    if (!stands) return undefined
    const subjects = stands.subjects.get(service) ?? [{ service, namespace: '', team: '', environment: '' }]
    const strict = stands.statuses
      .filter(({ band }) => bandRank(band) >= bandRank('FREEZE'))
      .filter(({ budget }) => subjects.some((subject) => takesIn(budget, subject)))
      .toSorted((a, b) => bandRank(b.band) - bandRank(a.band))[0]
    if (!strict) return undefined
    const { budget, spent_usd, band } = strict
    return {
      ...{ budgetId: budget.id, budget: budget.name, band },
      reason: `budget ${budget.name} has $${(spent_usd ?? 0).toFixed(2)} of $${budget.limit_monthly_usd.toFixed(2)} spent this month`,
    }
  }
}

const unknown = (id: string): Fault => new Fault('NOT_FOUND', `There is no budget ${id}.`)

function check({ thresholds, limit_monthly_usd: limit, hard_limit_monthly_usd: hard }: BudgetInput): void {
  const [alert, freeze, block] = thresholds as [number, number, number]
  if (!(alert > 0 && alert <= freeze && freeze <= block))
    throw new Fault('VALIDATION_FAILED', 'thresholds must be above 0 and ascend.')
  if (hard !== null && hard < limit)
    throw new Fault('VALIDATION_FAILED', 'hard_limit_monthly_usd must not be below limit_monthly_usd.')
}

function statusOf(
  budget: Budget,
  days: readonly DaySpend[],
  { nowMs, monthMs, nextMs }: { nowMs: number; monthMs: number; nextMs: number },
): BudgetStatus {
  const sums = days.map((day) => {
    const rows = day.rows.filter((row) => takesIn(budget, row))
    return { ...day, found: rows.length > 0, usd: rows.reduce((sum, row) => sum + row.usd, 0) }
  })
  const month = sums.filter((day) => day.dayMs >= monthMs)
  const isKnown = month.some(({ found }) => found)
  const spent = month.reduce((sum, day) => sum + day.usd, 0)
  const coveredHours = month.reduce((sum, day) => sum + day.coveredHours, 0)
  const elapsedHours = (nowMs - monthMs) / 3_600_000
  // Days of which nothing is known are no days without spend: what is known stands for as long as it was known.
  const forecast = isKnown
    ? forecastOf({
        ...{ spentUsd: spent, elapsedDays: coveredHours / 24 },
        monthDays: (nextMs - monthMs) / dayMs - Math.max(0, elapsedHours - coveredHours) / 24,
        days: sums.slice(0, -1).map(({ usd: its, coveredHours: hours }) => (hours >= 23 ? its : Number.NaN)),
      })
    : null
  return {
    budget,
    spent_usd: isKnown ? usd(spent) : null,
    forecast_usd: forecast && { p10: usd(forecast.p10), p50: usd(forecast.p50), p90: usd(forecast.p90) },
    band: bandOf(budget, isKnown ? spent : 0),
    forecast_band: forecast && bandOf(budget, forecast.p50),
    coverage: elapsedHours > 0 ? Math.min(1, coveredHours / elapsedHours) : 0,
    sources: [
      ...new Set(month.flatMap(({ sources }) => sources)),
      ...(forecast ? [`forecast by ${forecast.method}`] : []),
    ],
  }
}
