import { usd } from '@aiops/contract/model/money'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { type AllocationAnswer, type Cost, stepMsOf } from '../../../service/cost/index.ts'
import type { Handler } from '../handler-deps.ts'
import { rangeOf } from './time-range.ts'

type CostHandlers = {
  [K in
    | 'listAllocations'
    | 'listUnitCosts'
    | 'listPriceBooks'
    | 'putPriceBook'
    | 'listBudgets'
    | 'createBudget'
    | 'updateBudget'
    | 'deleteBudget']: Handler<K>
}

const dayMs = 86_400_000

/** What things cost where they run, by which prices, and budgets. */
export const costHandlers = ({ cost, clock }: { cost: Cost; clock: Clock }): CostHandlers => ({
  async listAllocations({ query }, { tenant }) {
    const answer = await cost.allocation(tenant, {
      window: rangeOf(query, clock, dayMs),
      aggregate: query.aggregate.length > 0 ? query.aggregate : ['namespace'],
      stepMs: query.step === undefined ? undefined : stepMsOf('step', query.step),
      ...{ includeIdle: query.include_idle, shareIdle: query.share_idle },
    })
    return {
      ...{ allocations: answer.total.allocations, total_usd: answer.totalUsd, steps: stepsOf(answer) },
      sources: answer.sources.map(({ name, asOfMs, stale }) => ({ name, as_of: isoTime(asOfMs), stale })),
      notices: answer.notices,
    }
  },
  async listUnitCosts({ query }, { tenant }) {
    const { units, notices } = await cost.units(tenant, rangeOf(query, clock, dayMs))
    return {
      units: units.map(({ thousandRequestsUsd, ...unit }) => ({
        ...unit,
        thousand_requests_usd: thousandRequestsUsd,
      })),
      notices,
    }
  },
  async listPriceBooks(_input, { tenant }) {
    const { books, staleAfterDays } = await cost.books(tenant)
    return { books, stale_after_days: staleAfterDays }
  },
  putPriceBook: ({ params, body }, { tenant }) => cost.putBook(tenant, { ...body, name: params.name }),
  listBudgets: async (_input, { tenant }) => ({ budgets: await cost.budgets(tenant) }),
  createBudget: ({ body }, { tenant, actor }) => cost.createBudget(tenant, actor, body),
  updateBudget: ({ params, body }, { tenant }) => cost.updateBudget(tenant, params.id, body),
  async deleteBudget({ params }, { tenant }) {
    await cost.deleteBudget(tenant, params.id)
    return null
  },
})

/** Only where steps were asked for: one step is the answer itself. */
const stepsOf = ({ sets }: AllocationAnswer) =>
  sets.length < 2
    ? []
    : sets.map(({ startMs, endMs, allocations }) => ({
        ...{ start: isoTime(startMs), end: isoTime(endMs) },
        by_name: Object.fromEntries(allocations.map(({ name, total_usd }) => [name, usd(total_usd)])),
      }))
