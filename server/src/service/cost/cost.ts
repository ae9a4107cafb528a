import { usd } from '@aiops/contract/model/money'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../kernel/clock.ts'
import { messageOf } from '../../kernel/fault.ts'
import { createRepeated } from '../../kernel/repeated.ts'
import { allocationView } from './allocation/allocation-view.ts'
import { type ComputeDeps, type Computed, compute } from './allocation/compute.ts'
import { focusLines } from './allocation/focus.ts'
import type { Tally } from './allocation/tally.ts'
import { type Grid, gridOf } from './allocation/window.ts'
import { Budgets } from './budget/budgets.ts'
import { HourBook } from './budget/hour-book.ts'
import type { CostConfig } from './config.ts'
import type { AllocationAnswer, AllocationAsk, Cost, CostDeps, PricedBy } from './index.ts'
import { Meter } from './meter.ts'
import { createOpportunities } from './opportunity/opportunities.ts'
import { PriceShelf } from './price/price-shelf.ts'
import { unitCosts } from './unit/unit-cost.ts'

const dayMs = 86_400_000

export function createCost(deps: CostDeps, config: CostConfig): Cost {
  const { clock, log, repository } = deps
  const prices = new PriceShelf({ clock, log, repository, source: deps.priceSource }, config.prices)
  const computing: ComputeDeps = { clock, prices, query: deps.query, queryRange: deps.queryRange }
  const hours = new HourBook({ ...computing, repository }, config)
  const budgets = new Budgets({ clock, random: deps.random, repository, hours })
  const meter = new Meter({ ...deps, compute: computing, hours, budgets }, config)
  const look = createRepeated(
    clock,
    durationMs(config.interval),
    () => meter.look(),
    (error) => log.warn({ problem: messageOf(error) }, 'spend could not be measured'),
  )
  const opportunities = createOpportunities({ ...deps, computing }, config)
  const grid = (ask: Pick<AllocationAsk, 'window' | 'stepMs' | 'resolutionMs'>): Grid =>
    gridOf(ask.window, ask, {
      ...{ finestMs: durationMs(config.resolution), samplesMax: config.samples_max, nowMs: clock.now() },
    })
  return {
    async allocation(tenant, ask) {
      return answerOf(await compute(computing, config, tenant, { ...ask, grid: grid(ask) }))
    },
    async units(tenant, window) {
      const computed = await compute(computing, config, tenant, {
        ...{ grid: grid({ window }), aggregate: ['service'], includeIdle: false, shareIdle: true },
      })
      const { units, notices } = await unitCosts(deps, tenant, {
        grid: computed.grid,
        byService: computed.total,
      })
      return { units, notices: [...notices, ...computed.notices] }
    },
    async books(tenant) {
      const { staleAfterDays, problems } = prices
      return { books: await prices.shown(tenant), staleAfterDays, problems }
    },
    putBook: (tenant, book) => prices.put(tenant, book),
    async price(tenant, ask) {
      const found = (await prices.table(tenant, clock.now())).find(ask)
      return found && { ...found, stale: prices.isStale(found.source.asOfMs) }
    },
    async transferPrice(tenant, ask) {
      const found = (await prices.table(tenant, clock.now())).transfer(ask)
      return found && { ...found, stale: prices.isStale(found.source.asOfMs) }
    },
    pricesFresh: (tenant) => freshness(meter.spend(tenant).sources),
    budgets: (tenant) => budgets.statuses(tenant),
    createBudget: (tenant, actor, input) => budgets.create(tenant, actor, input),
    updateBudget: (tenant, id, input) => budgets.update(tenant, id, input),
    deleteBudget: (tenant, id) => budgets.delete(tenant, id),
    frozen: (tenant, service) => budgets.frozen(tenant, service),
    spend: (tenant) => meter.spend(tenant),
    opportunities: (tenant) => opportunities.list(tenant),
    focus: (tenant, window) => focusLines(tenant, daysOf(hours, tenant, window)),
    async start() {
      await prices.start()
      if (!config.enabled) return
      await look.start()
      look.now()
    },
    async stop() {
      await look.stop()
      await opportunities.stop()
      await prices.stop()
    },
  }
}

function freshness(sources: readonly PricedBy[]): { fresh: boolean; detail: string } {
  const dayOf = ({ name, asOfMs }: PricedBy): string => `${name} of ${isoTime(asOfMs).slice(0, 10)}`
  const stale = sources.filter((one) => one.stale)
  if (stale.length > 0)
    return { fresh: false, detail: `too old to decide by: ${stale.map(dayOf).join(', ')}` }
  const detail = sources.length === 0 ? 'nothing is priced by a book' : sources.map(dayOf).join(', ')
  return { fresh: true, detail }
}

async function* daysOf(
  hours: HourBook,
  tenant: string,
  { startMs, endMs }: { startMs: number; endMs: number },
) {
  for (let day = Math.floor(startMs / dayMs) * dayMs; day < endMs; day += dayMs)
    yield* await hours.days(tenant, day, day + 1)
}

function answerOf({ grid, sets, total, sources, notices }: Computed): AllocationAnswer {
  let sum = 0
  for (const tally of total.values()) sum += tally.totalUsd
  return {
    ...{ resolutionMs: grid.resolutionMs, stepMs: grid.stepMs, sources, notices, totalUsd: usd(sum) },
    total: windowOf(total, grid),
    sets: sets.map((set) => windowOf(set.tallies, set)),
  }
}

/** The dearest first; what was there and cost nothing is in it, what was not there is not. */
function windowOf(
  tallies: ReadonlyMap<string, Tally>,
  { startMs, endMs }: { startMs: number; endMs: number },
): AllocationAnswer['total'] {
  const there = [...tallies.values()]
    .filter((tally) => tally.lastMs > tally.firstMs || tally.totalUsd !== 0)
    .toSorted((a, b) => b.totalUsd - a.totalUsd || (a.name < b.name ? -1 : 1))
  return {
    ...{ startMs, endMs, allocations: there.map((tally) => allocationView(tally, { startMs, endMs })) },
    parts: new Map(there.map((tally) => [tally.name, tally])),
  }
}
