import type { Api } from '@aiops/contract/api/index'
import type { OperationOutput } from '@aiops/contract/api/operation'
import type { Client } from '@aiops/contract/client'
import { hourly, monthly, monthlyOf, usd } from '@aiops/contract/model/money'
import type { TenantId } from '@aiops/contract/model/tenant'
import { Fault } from '../../../server/src/kernel/fault.ts'
import { decisions } from './decision.ts'
import { deployments, driftChecks, policyNow } from './deployment.ts'
import { costNowMs, minutesBefore, offers, readingAgeSeconds, regions, sender } from './fact.ts'

type Out<K extends keyof Api> = OperationOutput<Api[K]>
const page = <T>(items: readonly T[], size = 200) => ({
  items: items.slice(0, size),
  ...{ total: items.length, page: 1, page_size: size, total_pages: 1 },
})
const readAt = new Date(costNowMs - readingAgeSeconds * 1_000).toISOString()

/** The world as the public API tells it. Operations that are not here fail. */
export function costWorld(): Partial<Client> {
  return {
    getTopology: async () =>
      ({
        entities: [
          entity('namespace/harbour-east/shop', {}),
          entity('namespace/harbour-east/payments', {}),
          entity('service/gateway', { team: 'team-storefront' }),
          entity('service/search', { team: 'team-catalogue' }),
        ],
        edges: [],
      }) as never,
    listClusters: async () => page([]) as never,
    listSilences: async () => ({ silences: [], total: 0 }) as never,
    listChanges: async () => page([{ actor: 'dana' }, { actor: 'anna' }]) as never,
    getCostOverview: async () => overview(),
    listProviderTelemetry: async (input) => telemetry((input?.query?.service ?? []) as readonly string[]),
    listAllocations: async ({ query } = {}) => allocations([...((query?.aggregate ?? []) as string[])]),
    listUnitCosts: async () => ({
      units: [],
      notices: ['No metric of requests is known for freight, stowage, pilotage.'],
    }),
    listPriceBooks: async () => priceBooks(),
    listBudgets: async () => budgets(),
    listDecisions: async ({ query } = {}) => {
      const services = (query?.service ?? []) as readonly string[]
      const fit = decisions.filter(({ service }) => services.length === 0 || services.includes(service))
      return page(fit, Number(query?.page_size ?? 20))
    },
    getDecision: async ({ params }) => orMissing(decisions.find(({ id }) => id === params.id)),
    listOpportunities: async () => opportunities(),
    listSavings: async () => savings(),
    listDeployments: async ({ query } = {}) => {
      const services = (query?.service ?? []) as readonly string[]
      const states = (query?.state ?? []) as readonly string[]
      return page(
        deployments.filter(
          ({ service, state }) =>
            (services.length === 0 || services.includes(service)) &&
            (states.length === 0 || states.includes(state)),
        ),
        Number(query?.page_size ?? 20),
      )
    },
    getDeployment: async ({ params }) => orMissing(deployments.find(({ id }) => id === params.id)),
    listDrift: async () => ({ checks: driftChecks, interval_seconds: 3_600 }),
    getPolicy: async () => policyNow,
    getDeploymentControl: async () => ({
      kill_switch: { on: false, by: null, at: null, reason: null },
      freezes: [{ name: 'weekend', active: false, next_start: null, next_end: null }],
      ...{ open: 1, open_max: 5, engine: { name: 'OpenTofu', version: '1.10.6' }, repositories: [] },
    }),
    listAudit: async ({ query } = {}) => auditOf(query as never),
  }
}

const entity = (id: string, labels: Record<string, string>) => ({
  ...{ id, kind: id.split('/')[0], name: id.split('/').at(-1), labels },
})

function orMissing<T>(one: T | undefined): T {
  if (one === undefined) throw new Fault('NOT_FOUND', 'There is no such thing.')
  return one
}

function overview(): Out<'getCostOverview'> {
  const here = offers.filter((one) => one.here)
  const sum = (some: typeof here) => hourly(some.reduce((total, { rate }) => total + rate, 0))
  const providers = [...new Set(here.map(({ provider }) => provider))].sort()
  return {
    spend: {
      ...{ current_hourly_usd: sum(here), monthly_usd: monthlyOf(sum(here)) },
      by_provider: providers.map((provider) => {
        const some = here.filter((one) => one.provider === provider)
        return { provider, services: some.length, hourly_usd: sum(some) }
      }),
      by_service: here.map(({ service, provider, rate }) => ({
        ...{ service, provider, hourly_usd: hourly(rate), age_seconds: readingAgeSeconds },
      })),
      unknown: ['ballast'],
    },
    decisions: {
      ...{ total: decisions.length, last_24h: 3, moves_24h: 0, mean_confidence: 0.81 },
      last_at: minutesBefore(4),
    },
    ...{ predicted_monthly_usd: monthly(197.1), realised_usd: usd(6.2) },
    sources: [{ name: sender, last_at: readAt, age_seconds: readingAgeSeconds, services: 3 }],
    kill_switch: false,
    engine: { enabled: true, interval_seconds: 30, last_run: readAt, last_run_ms: 4 },
  }
}

function telemetry(services: readonly string[]): Out<'listProviderTelemetry'> {
  const fit = offers.filter(({ service }) => services.length === 0 || services.includes(service))
  return {
    readings: fit.map(({ service, provider, rate, latencyMs, gpus }) => ({
      ...{ service, provider, cost_hourly_usd: hourly(rate), latency_ms: latencyMs, credits: 0.2 },
      ...{ available_gpus: gpus, ...regions[provider]!, at: readAt, source: sender },
      ...{ age_seconds: readingAgeSeconds, stale: false },
    })),
    placements: fit
      .filter(({ here }) => here)
      .map(({ service, provider }) => ({
        ...{ service, provider, ...regions[provider]!, since: minutesBefore(6_000), source: 'TELEMETRY' },
      })),
    at: new Date(costNowMs).toISOString(),
  } as Out<'listProviderTelemetry'>
}

/** What a day cost. */
const costs: Readonly<Record<string, readonly (readonly [string, number, number])[]>> = {
  namespace: [
    ['shop', 18.4, 0.42],
    ['payments', 9.1, 0.61],
    ['__idle__', 4.2, 0],
  ],
  team: [
    ['team-storefront', 12.6, 0.5],
    ['team-catalogue', 5.8, 0.3],
  ],
  service: [
    ['gateway', 7.5, 0.5],
    ['search', 3.1, 0.22],
  ],
  provider: [
    ['aws', 55.2, 0.5],
    ['alibaba', 14.4, 0.5],
  ],
  cluster: [],
}

function allocations(aggregate: readonly string[]): Out<'listAllocations'> {
  const rows = costs[aggregate[0] ?? ''] ?? []
  const [start, end] = [minutesBefore(1_440), minutesBefore(0)]
  return {
    allocations: rows.map(([name, total, efficiency]) => ({
      ...{ name, properties: {}, start, end, minutes: 1_440, cpu_core_hours: 20, gpu_hours: null },
      ...{ cpu_core_request_average: 2, cpu_core_usage_average: 1, cpu_usd: usd(total), gpu_usd: null },
      ...{ ram_byte_hours: null, ram_byte_request_average: null, ram_byte_usage_average: null },
      ...{ ram_usd: null, storage_usd: null, network_usd: null, load_balancer_usd: null },
      ...{ shared_usd: null, idle_usd: null, total_usd: usd(total) },
      ...{
        efficiency: efficiency === 0 ? null : efficiency,
        missing: name === 'payments' ? ['network'] : [],
      },
    })),
    total_usd: usd(rows.reduce((sum, [, total]) => sum + total, 0)),
    steps: [],
    sources: rows.length === 0 ? [] : [{ name: 'list-2026', as_of: minutesBefore(4_320), stale: false }],
    notices: rows.length === 0 ? ['No price is known for any node of that time.'] : [],
  }
}

const priceBooks = (): Out<'listPriceBooks'> => ({
  books: [
    {
      ...{ name: 'list-2026', provenance: 'list prices of the providers', as_of: minutesBefore(4_320) },
      ...{ age_days: 3, stale: false, transfer: [] },
      prices: [
        { ...price('aws', 'GPU', 'a100'), hourly_usd: hourly(3.06) },
        { ...price('alibaba', 'GPU', 'a10'), hourly_usd: hourly(1.46) },
        { ...price('aws', 'INSTANCE', 'm5.large'), hourly_usd: hourly(0.107) },
      ],
    },
    {
      ...{ name: 'old-list', provenance: 'a spreadsheet of accounting', as_of: minutesBefore(57_600) },
      ...{ age_days: 40, stale: true, transfer: [], prices: [] },
    },
  ],
  stale_after_days: 30,
})
const price = (provider: string, resource: 'GPU' | 'INSTANCE', kind: string) => ({
  ...{ provider, region: '', resource, kind, spot: false },
})

const budgets = (): Out<'listBudgets'> => {
  const budget = (name: string, team: string, limit: number) => ({
    ...{ id: name, name, selector: { team, environment: '', namespace: '', service: '' } },
    ...{ limit_monthly_usd: monthly(limit), hard_limit_monthly_usd: null },
    thresholds: [0.8, 0.9, 1] as [number, number, number],
    ...{ created_at: minutesBefore(30_000), updated_at: minutesBefore(30_000), created_by: 'anna' },
  })
  return {
    budgets: [
      {
        ...{ budget: budget('harbour', '', 2_000), spent_usd: usd(1_420.5), band: 'MONITOR' },
        forecast_usd: { p10: usd(2_050), p50: usd(2_110), p90: usd(2_190) },
        ...{ forecast_band: 'BLOCK', coverage: 0.99, sources: ['list-2026'] },
      },
    ],
  }
}

const opportunities = (): Out<'listOpportunities'> => ({
  opportunities: [
    {
      ...{ action: 'RIGHT_SIZE', subject: 'shop/search', at: minutesBefore(30) },
      summary: 'Lower requests of shop/search, 2 pods: cpu from 2 to 0.6 cores.',
      saving_monthly_usd: { p10: monthly(12), p50: monthly(41), p90: monthly(60) },
      evidence: ['usage p99 of 7 days'],
    },
  ],
  notices: [],
})

const savings = (): Out<'listSavings'> => ({
  savings: [
    {
      ...{ decision_id: decisions[2]!.id, service: 'stowage', at: minutesBefore(8_000) },
      predicted_usd: { p10: usd(5), p50: usd(8), p90: usd(11) },
      realised_usd: { p10: usd(5.1), p50: usd(6.2), p90: usd(7.4) },
      ...{ measured_until: minutesBefore(2), right: true },
    },
  ],
  realised_total_usd: usd(6.2),
})

function auditOf(query: { actor?: string; text?: string; outcome?: string } = {}): Out<'listAudit'> {
  const rows = [
    ['dana', 'deployment.approve', 'deployments/stowage', 'SUCCESS', 8_010],
    ['anna', 'budget.create', 'budgets/harbour', 'SUCCESS', 300],
    ['mallory', 'kill-switch.set', 'deployments/control', 'DENIED', 120],
  ] as const
  const fit = rows.filter(
    ([actor, action, resource, outcome]) =>
      (!query.actor || actor.includes(query.actor)) &&
      (!query.outcome || outcome === query.outcome) &&
      (!query.text || `${actor} ${action} ${resource}`.includes(query.text)),
  )
  return {
    entries: fit.map(([actor, action, resource, outcome, minutes], i) => ({
      ...{ sequence: rows.length - i, at: minutesBefore(minutes), tenant_id: 'default' as TenantId },
      ...{ actor, action, resource, outcome, details: {}, hash: 'a', previous_hash: 'b' },
    })),
    next: null,
  }
}
