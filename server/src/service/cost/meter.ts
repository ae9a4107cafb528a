import { hourly, sumOf } from '@aiops/contract/model/money'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { Turn } from '../../kernel/turn.ts'
import { type ComputeDeps, type Computed, compute } from './allocation/compute.ts'
import { clusterOf } from './allocation/directory.ts'
import { idleName } from './allocation/grouping.ts'
import { BudgetAlerts } from './budget/budget-alert.ts'
import type { Budgets } from './budget/budgets.ts'
import type { HourBook } from './budget/hour-book.ts'
import { spendAggregate, spendRowOf } from './budget/spend-key.ts'
import type { CostConfig } from './config.ts'
import type { CostDeps, CostWritten, CurrentSpend } from './index.ts'
import { watchedSamples } from './watched-sample.ts'

type Deps = CostDeps & { compute: ComputeDeps; hours: HourBook; budgets: Budgets }

const minuteMs = 60_000
/** Old hours are looked for once in so many looks. */
const forgetEvery = 60

/** Measures spend as it goes on: writes it as metrics, which ordinary detection sees, closes hours, and looks at budgets. */
export class Meter {
  readonly #deps: Deps
  readonly #config: CostConfig
  readonly #alerts: BudgetAlerts
  readonly #spend = new Map<TenantId, CurrentSpend>()
  readonly #measuredMs = new Map<TenantId, number>()
  readonly #took
  #looks = 0

  constructor(deps: Deps, config: CostConfig) {
    this.#deps = deps
    this.#config = config
    this.#alerts = new BudgetAlerts(deps)
    this.#took = deps.metrics.histogram('aiops_cost_measure_seconds', 'Time to measure what a tenant spends.')
  }

  spend(tenant: TenantId): CurrentSpend {
    return this.#spend.get(tenant) ?? { atMs: undefined, hourlyUsd: hourly(0), byService: [], sources: [] }
  }

  /** One look at all tenants. */
  async look(): Promise<void> {
    for (const tenant of this.#deps.tenants) {
      const begunMs = this.#deps.clock.monotonic()
      await this.#watch(tenant)
      await this.#measure(tenant)
      await this.#deps.hours.close(tenant)
      await this.#budgets(tenant)
      this.#took.observe((this.#deps.clock.monotonic() - begunMs) / 1_000)
    }
    if (this.#looks % forgetEvery === 0)
      await this.#deps.repository.deleteHoursBefore(
        this.#deps.clock.now() - durationMs(this.#config.hours_kept),
      )
    this.#looks += 1
  }

  async #watch(tenant: TenantId): Promise<void> {
    if (!this.#config.watch_samples) return
    const inventories = await this.#deps.inventory(tenant)
    if (inventories.length === 0) return
    const nowMs = this.#deps.clock.now()
    const question = 'count by (cluster, cluster_id) (kube_pod_container_resource_requests)'
    const told = new Set(
      (await this.#deps.query(tenant, question, nowMs)).map(({ labels }) => clusterOf(labels)),
    )
    // One that does not say which cluster it is of can only be of the one there is.
    const one = inventories.length === 1 && told.has('') ? inventories[0] : undefined
    if (one) told.add(one.cluster)
    const turn = new Turn(this.#deps.clock)
    for (const samples of watchedSamples(inventories, told, this.#config, nowMs)) {
      await this.#deps.record(tenant, samples)
      if (turn.due()) await turn.give()
    }
  }

  /** The last whole minute; what went on while nobody looked is computed when its hour is closed. */
  async #measure(tenant: TenantId): Promise<void> {
    const endMs = Math.floor(this.#deps.clock.now() / minuteMs) * minuteMs
    if (this.#measuredMs.get(tenant) === endMs) return
    this.#measuredMs.set(tenant, endMs)
    const grid = { startMs: endMs - minuteMs, endMs, resolutionMs: minuteMs, stepMs: minuteMs }
    const minute = await compute(this.#deps.compute, this.#config, tenant, {
      ...{ grid, aggregate: spendAggregate, includeIdle: true, shareIdle: false },
    })
    this.#deps.hours.measured(tenant, minute)
    this.#spend.set(tenant, spendOf(minute))
    const samples = samplesOf(minute)
    if (samples.length > 0) await this.#deps.record(tenant, samples)
  }

  async #budgets(tenant: TenantId): Promise<void> {
    const statuses = await this.#deps.budgets.statuses(tenant)
    const timeMs = this.#deps.clock.now()
    const samples = statuses.flatMap(({ budget, spent_usd, forecast_usd }): CostWritten[] => [
      ...(spent_usd === null
        ? []
        : [sample('aiops_budget_spent_usd', { budget: budget.name }, timeMs, spent_usd)]),
      ...(forecast_usd
        ? [sample('aiops_budget_forecast_usd', { budget: budget.name }, timeMs, forecast_usd.p50)]
        : []),
      sample('aiops_budget_limit_usd', { budget: budget.name }, timeMs, budget.limit_monthly_usd),
    ])
    if (samples.length > 0) await this.#deps.record(tenant, samples)
    await this.#alerts.look(tenant, statuses)
  }
}

const sample = (
  name: string,
  labels: Record<string, string>,
  timeMs: number,
  value: number,
): CostWritten => ({ labels: { __name__: name, ...labels }, timeMs, value })

/** USD an hour by what it is spent on. `source` says what was measured, not what it was priced by. */
function samplesOf({ total, grid }: Computed): CostWritten[] {
  const sums = new Map<string, CostWritten>()
  for (const row of [...total.values()].map(spendRowOf)) {
    const { cluster, namespace, service, team, environment, provider, usd, from } = row
    const labels = Object.fromEntries(
      Object.entries({ cluster, namespace, service, team, environment, provider }).filter(
        ([, value]) => value !== '',
      ),
    )
    const source = namespace === idleName ? 'idle' : from === 'PLACEMENT' ? 'provider' : 'allocation'
    const made = sample('aiops_cost_hourly_usd', { ...labels, source }, grid.endMs, usd * 60)
    const key = JSON.stringify(made.labels)
    const there = sums.get(key)
    if (there) there.value += made.value
    else sums.set(key, made)
  }
  return [...sums.values()]
}

function spendOf({ total, grid, sources, sets }: Computed): CurrentSpend {
  const rows = [...total.values()].map(spendRowOf)
  const byService = Map.groupBy(
    rows.filter(({ service }) => service !== ''),
    ({ service, provider, from }) => JSON.stringify([service, provider, from]),
  )
  return {
    atMs: sets.some(({ coveredMs }) => coveredMs > 0) ? grid.endMs : undefined,
    hourlyUsd: sumOf(rows.map(({ usd }) => hourly(usd * 60))),
    byService: [...byService.values()].map((same) => ({
      ...{ service: same[0]!.service, provider: same[0]!.provider, from: same[0]!.from },
      hourlyUsd: sumOf(same.map(({ usd }) => hourly(usd * 60))),
    })),
    sources,
  }
}
