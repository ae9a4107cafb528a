import { cost } from '@aiops/contract/api/cost'
import { Allocation } from '@aiops/contract/model/allocation'
import { BudgetStatus } from '@aiops/contract/model/budget'
import { Time } from '@aiops/contract/model/time'
import { z } from 'zod'
import { hourlyText, monthlyText, usdText } from '../money-text.ts'
import { listPriceSources } from './price-source.ts'
import { type EvidenceDraft, evidenceMax, tool } from './tool.ts'
import { listUnitCosts } from './unit-cost.ts'

const Overview = cost.getCostOverview.response
type Overview = z.output<typeof Overview>
/** Services of the overview that are told one by one; the rest is in the totals. */
const servicesMax = 100

const getCost = tool({
  name: 'get_cost',
  title: 'Cost now',
  description:
    'What is spent now by the hour and projected to a month, by provider and by service, where each service runs, which sources tell it and how old they are, and what moves were decided. Use it for "what do we spend", "what does X cost", "where does X run". For a past time or by namespace and team use get_cost_allocation.',
  input: z.object({
    service: z.array(z.string().max(200)).max(50).default([]).describe('Only these services.'),
    provider: z.array(z.string().max(64)).max(20).default([]).describe('Only what runs there.'),
  }),
  output: z.object({ overview: Overview, total: z.number().int() }),
  permission: 'cost:read',
  effect: 'READ',
  async run(client, { service, provider }) {
    const overview = await client.getCostOverview()
    const rows = overview.spend.by_service.filter(
      (row) =>
        (service.length === 0 || service.includes(row.service)) &&
        (provider.length === 0 || provider.includes(row.provider)),
    )
    const byCost = [...rows].sort((a, b) => (b.hourly_usd ?? -1) - (a.hourly_usd ?? -1))
    const spend = { ...overview.spend, by_service: byCost.slice(0, servicesMax) }
    return { overview: { ...overview, spend }, total: rows.length }
  },
  evidence: ({ overview }) => [
    ...overview.spend.by_service.map((row) => serviceRecord(row, overview)),
    ...(overview.spend.by_service.length > 0 || overview.sources.length > 0 ? [totalRecord(overview)] : []),
    ...overview.spend.by_provider.slice(0, 20).map((row) => providerRecord(row, overview)),
    ...overview.sources.slice(0, 20).map(sourceRecord),
  ],
  sentence: ({ overview, total }, { service }) =>
    overview.sources.length === 0
      ? 'Looked at what is spent: nobody tells what any provider costs.'
      : `Looked at what is spent now${service.length > 0 ? ` for ${service.join(', ')}` : ''}: ${total} of the services, told by ${overview.sources.map(({ name }) => name).join(', ')}.`,
})

const lastOf = ({ sources }: Overview): string | null =>
  sources
    .flatMap(({ last_at }) => last_at ?? [])
    .sort()
    .at(-1) ?? null

const toldBy = ({ sources }: Overview): string => sources.map(({ name }) => name).join(', ') || 'nobody'

const serviceRecord = (
  { service, provider, hourly_usd, age_seconds }: Overview['spend']['by_service'][number],
  overview: Overview,
): EvidenceDraft => ({
  ...{ type: 'COST', query: 'spend by service', source: toldBy(overview), time: lastOf(overview) },
  entity: `service/${service}`,
  sentence:
    hourly_usd === null
      ? `${service} runs at ${provider}; nothing says what it costs there.`
      : `${service} runs at ${provider} for ${hourlyText(hourly_usd)}.`,
  fields: { about: 'SERVICE', service, provider, hourly_usd, age_seconds },
  ...{ trust: 'TELEMETRY', link: '/cost' },
})

const totalRecord = (overview: Overview): EvidenceDraft => {
  const { spend, decisions, predicted_monthly_usd, realised_usd, kill_switch } = overview
  const rate = spend.current_hourly_usd
  return {
    ...{ type: 'COST', query: 'spend now', source: toldBy(overview), time: lastOf(overview), entity: null },
    sentence:
      rate === null || spend.monthly_usd === null
        ? 'No rate of any service is known where it runs.'
        : `All services together cost ${hourlyText(rate)} now, which is ${monthlyText(spend.monthly_usd)} of 730 hours.`,
    fields: {
      ...{ about: 'TOTAL', current_hourly_usd: rate, monthly_usd: spend.monthly_usd, predicted_monthly_usd },
      ...{ realised_usd, services: spend.by_service.length, services_unknown: spend.unknown.length },
      unknown: spend.unknown.slice(0, 20).join(', '),
      ...{ decisions: decisions.total, decisions_24h: decisions.last_24h, moves_24h: decisions.moves_24h },
      kill_switch,
    },
    ...{ trust: 'PLATFORM', link: '/cost' },
  }
}

const providerRecord = (
  { provider, services, hourly_usd }: Overview['spend']['by_provider'][number],
  overview: Overview,
): EvidenceDraft => ({
  ...{ type: 'COST', query: 'spend by provider', source: toldBy(overview), time: lastOf(overview) },
  entity: provider,
  sentence: `${provider} runs ${services} services for ${hourly_usd === null ? 'an unknown rate' : hourlyText(hourly_usd)}.`,
  fields: { about: 'PROVIDER', provider, services, hourly_usd },
  ...{ trust: 'TELEMETRY', link: '/cost' },
})

const sourceRecord = ({
  name,
  last_at,
  age_seconds,
  services,
}: Overview['sources'][number]): EvidenceDraft => ({
  ...{ type: 'COST', query: 'sources of cost', source: name, time: last_at, entity: null },
  sentence: `${name} tells of ${services} services, last at ${last_at ?? 'no known time'}.`,
  fields: { about: 'SOURCE', name, services, age_seconds },
  ...{ trust: 'TELEMETRY', link: '/cost' },
})

const dayMs = 86_400_000

const getCostAllocation = tool({
  name: 'get_cost_allocation',
  title: 'Cost over a time',
  description:
    'What ran in a time and what it cost, by namespace, service, team, cluster, provider or another property, the dearest first: amounts of that time in USD, with processors, memory, GPUs, idle and shared parts. The last 24 hours when no time is given. An amount has no source where `missing` names it.',
  input: z.object({
    aggregate: z
      .array(z.string().max(64))
      .max(5)
      .default(['namespace'])
      .describe('namespace, service, team, …'),
    name: z.array(z.string().max(300)).max(50).default([]).describe('Only rows of these names.'),
    since: Time.optional(),
    until: Time.optional(),
    include_idle: z.boolean().default(true),
    limit: z.number().int().min(1).max(evidenceMax).default(50),
  }),
  output: z.object({
    allocations: z.array(Allocation),
    total: z.number().int(),
    total_usd: z.number(),
    start: Time,
    end: Time,
    sources: z.array(z.object({ name: z.string(), as_of: Time.nullable(), stale: z.boolean() })),
    notices: z.array(z.string()),
  }),
  permission: 'cost:read',
  effect: 'READ',
  async run(client, { aggregate, name, since, until, include_idle, limit }, { nowMs }) {
    const end = until ?? new Date(nowMs).toISOString()
    const start = since ?? new Date(Date.parse(end) - dayMs).toISOString()
    const found = await client.listAllocations({
      query: { start, end, aggregate, include_idle: include_idle ? 'true' : 'false' },
    })
    const rows = found.allocations
      .filter((one) => name.length === 0 || name.some((part) => one.name.split('/').includes(part)))
      .sort((a, b) => b.total_usd - a.total_usd)
    return {
      ...{ allocations: rows.slice(0, limit), total: rows.length, total_usd: found.total_usd },
      ...{ start, end, sources: found.sources, notices: found.notices.slice(0, 20) },
    }
  },
  evidence: (output, { aggregate }) => [
    ...output.allocations.slice(0, evidenceMax - 1).map((one) => allocationRecord(one, aggregate, output)),
    ...(output.allocations.length > 0 ? [allocatedRecord(output, aggregate)] : []),
  ],
  sentence: ({ total, start, end, sources }, { aggregate }) =>
    `Looked at cost by ${aggregate.join(' and ')} from ${start} to ${end}: ${total} with a cost, ${sources.length === 0 ? 'no source of prices' : `prices of ${sources.map(({ name }) => name).join(', ')}`}.`,
})

type Allocated = { start: string; end: string; total_usd: number; sources: readonly { name: string }[] }
const pricedBy = ({ sources }: Allocated): string => sources.map(({ name }) => name).join(', ') || 'no price'

const allocationRecord = (one: Allocation, aggregate: readonly string[], all: Allocated): EvidenceDraft => ({
  ...{ type: 'COST', query: `cost by ${aggregate.join(', ')}`, source: pricedBy(all), time: all.end },
  entity: one.name,
  sentence: `${one.name} cost ${usdText(one.total_usd)} from ${all.start} to ${all.end}${one.missing.length > 0 ? `, without ${one.missing.join(', ')}` : ''}.`,
  fields: {
    ...{ about: 'ALLOCATION', name: one.name, total_usd: one.total_usd, cpu_usd: one.cpu_usd },
    ...{ ram_usd: one.ram_usd, gpu_usd: one.gpu_usd, storage_usd: one.storage_usd },
    ...{ network_usd: one.network_usd, shared_usd: one.shared_usd, idle_usd: one.idle_usd },
    ...{ external_usd: one.external_usd ?? null, efficiency_ratio: one.efficiency, minutes: one.minutes },
    ...{ missing: one.missing.slice(0, 20).join(', '), from: all.start, to: all.end },
  },
  ...{ trust: 'TELEMETRY', link: '/cost' },
})

const allocatedRecord = (
  all: Allocated & { notices: readonly string[] },
  aggregate: readonly string[],
): EvidenceDraft => ({
  ...{ type: 'COST', query: `cost by ${aggregate.join(', ')}`, source: pricedBy(all), time: all.end },
  entity: null,
  sentence: `All together cost ${usdText(all.total_usd)} from ${all.start} to ${all.end}.`,
  fields: {
    ...{ about: 'ALLOCATED', total_usd: all.total_usd, from: all.start, to: all.end },
    ...(all.notices.length > 0 ? { notices: all.notices.slice(0, 3).join(' ').slice(0, 1_000) } : {}),
  },
  ...{ trust: 'PLATFORM', link: '/cost' },
})

const listBudgets = tool({
  name: 'list_budgets',
  title: 'Budgets',
  description:
    'Budgets by the month: limit, what was spent since the month began, what the whole month will come to with p10 and p90, and the band (MONITOR, ALERT, FREEZE, BLOCK, HARD) of both. Use it for "are we over budget" and "what will this month cost".',
  input: z.object({
    name: z.array(z.string().max(200)).max(20).default([]).describe('Name of a budget, or what it is for.'),
  }),
  output: z.object({ budgets: z.array(BudgetStatus), total: z.number().int() }),
  permission: 'cost:read',
  effect: 'READ',
  async run(client, { name }) {
    const { budgets } = await client.listBudgets()
    const isAsked = ({ budget: { name: own, selector } }: BudgetStatus): boolean =>
      name.length === 0 || [own, ...Object.values(selector)].some((one) => name.includes(one))
    const fit = budgets.filter(isAsked)
    return { budgets: fit.slice(0, evidenceMax), total: fit.length }
  },
  evidence: ({ budgets }, _, { nowMs }) => budgets.map((one) => budgetRecord(one, nowMs)),
  sentence: ({ total }) => `Looked at budgets: ${total}.`,
})

const budgetRecord = (
  { budget, spent_usd, forecast_usd, band, forecast_band, coverage, sources }: BudgetStatus,
  nowMs: number,
): EvidenceDraft => ({
  ...{ type: 'COST', query: 'budgets', source: sources.join(', ') || 'no price' },
  ...{ time: new Date(nowMs).toISOString(), entity: budget.name },
  sentence: `Budget ${budget.name}: ${monthlyText(budget.limit_monthly_usd)} at most, ${spent_usd === null ? 'an unknown amount' : usdText(spent_usd)} spent this month, band ${band}${forecast_usd === null ? '' : `; the month will come to ${usdText(forecast_usd.p50)}`}.`,
  fields: {
    ...{
      about: 'BUDGET',
      name: budget.name,
      ...budget.selector,
      limit_monthly_usd: budget.limit_monthly_usd,
    },
    ...{ hard_limit_monthly_usd: budget.hard_limit_monthly_usd, spent_usd, band, forecast_band },
    ...{ forecast_p10_usd: forecast_usd?.p10 ?? null, forecast_usd: forecast_usd?.p50 ?? null },
    ...{ forecast_p90_usd: forecast_usd?.p90 ?? null, coverage_ratio: coverage },
    ...{
      used_ratio: spent_usd === null ? null : spent_usd / budget.limit_monthly_usd,
      forecast_ratio: forecast_usd === null ? null : forecast_usd.p50 / budget.limit_monthly_usd,
    },
  },
  ...{ trust: 'OPERATOR', link: '/cost?tab=budgets' },
})

export const costTools = {
  get_cost: getCost,
  get_cost_allocation: getCostAllocation,
  list_price_sources: listPriceSources,
  list_budgets: listBudgets,
  list_unit_costs: listUnitCosts,
} as const
