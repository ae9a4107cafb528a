import { z } from 'zod'
import { Allocation } from '../model/allocation.ts'
import { HourlyUsd, MonthlyUsd, Usd } from '../model/money.ts'
import { PriceBook } from '../model/price-book.ts'
import { Placement, ProviderName, ProviderReading, ServiceName } from '../model/provider.ts'
import { Time } from '../model/time.ts'
import { operations } from './operation.ts'
import { listOf, TimeRange } from './page.ts'

/** What is spent by the hour for where things run now: each service once, at its own provider. */
const Spend = z.object({
  current_hourly_usd: HourlyUsd.nullable(),
  monthly_usd: MonthlyUsd.nullable(),
  by_provider: z.array(
    z.object({ provider: ProviderName, services: z.number().int(), hourly_usd: HourlyUsd.nullable() }),
  ),
  by_service: z.array(
    z.object({
      service: ServiceName,
      provider: ProviderName,
      hourly_usd: HourlyUsd.nullable(),
      age_seconds: z.number().nullable(),
    }),
  ),
  /** Services that run where nothing says what it costs. */
  unknown: z.array(ServiceName),
})

export const cost = operations({
  getCostOverview: {
    method: 'GET',
    path: '/api/v1/cost/overview',
    tag: 'cost',
    permission: 'cost:read',
    errors: [],
    summary: 'What is spent now and where, what could be saved, what was saved, and how old each source is.',
    response: z.object({
      spend: Spend,
      decisions: z.object({
        total: z.number().int(),
        last_24h: z.number().int(),
        moves_24h: z.number().int(),
        mean_confidence: z.number().nullable(),
        last_at: Time.nullable(),
      }),
      predicted_monthly_usd: MonthlyUsd.nullable(),
      realised_usd: Usd.nullable(),
      sources: z.array(
        z.object({
          name: z.string(),
          last_at: Time.nullable(),
          age_seconds: z.number().nullable(),
          services: z.number().int(),
        }),
      ),
      kill_switch: z.boolean(),
      engine: z.object({
        enabled: z.boolean(),
        interval_seconds: z.number(),
        last_run: Time.nullable(),
        last_run_ms: z.number().nullable(),
      }),
    }),
  },
  putProviderTelemetry: {
    method: 'POST',
    path: '/api/v1/cost/telemetry',
    tag: 'cost',
    permission: 'telemetry:write',
    status: 202,
    errors: ['VALIDATION_FAILED'],
    summary:
      'Tell what providers offer services and where those run now. Also takes the form `{service: {current_provider, <provider>: {cost, latency, credits, available_gpus, region, instance, timestamp}}}`.',
    body: z.union([
      z.object({
        source: z.string().min(1).max(200),
        readings: z.array(ProviderReading.omit({ source: true })).max(100_000),
        placements: z
          .array(z.object({ service: ServiceName, provider: ProviderName }))
          .max(20_000)
          .default([]),
      }),
      z.record(ServiceName, z.record(z.string(), z.unknown())),
    ]),
    response: z.object({
      readings: z.number().int(),
      placements: z.number().int(),
      /** Readings that were not taken, the first 100. */
      refused: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    }),
  },
  listProviderTelemetry: {
    method: 'GET',
    path: '/api/v1/cost/telemetry',
    tag: 'cost',
    permission: 'cost:read',
    errors: [],
    summary:
      'The newest reading of each service at each provider, with source and age, and where each service runs.',
    query: z.object({ service: listOf(ServiceName) }),
    response: z.object({
      readings: z.array(ProviderReading.extend({ age_seconds: z.number(), stale: z.boolean() })),
      placements: z.array(Placement),
      at: Time,
      /** What those who tell contradict each other in. */
      notices: z.array(z.string()).optional(),
    }),
  },
  putPlacement: {
    method: 'PUT',
    path: '/api/v1/cost/placements/{service}',
    tag: 'cost',
    permission: 'cost:write',
    errors: ['VALIDATION_FAILED'],
    summary: 'Say where a service runs, where no sender and no deployment does.',
    params: z.object({ service: ServiceName }),
    body: z.object({
      provider: ProviderName,
      region: z.string().max(128).nullable().default(null),
      instance: z.string().max(128).nullable().default(null),
    }),
    response: Placement,
  },
  listAllocations: {
    method: 'GET',
    path: '/api/v1/cost/allocations',
    tag: 'cost',
    permission: 'cost:read',
    errors: ['VALIDATION_FAILED'],
    summary:
      'What ran, and what it cost: by namespace, service, team or another property, idle and shared included.',
    query: TimeRange.extend({
      aggregate: listOf(z.string().max(64)),
      step: z.string().optional(),
      include_idle: z.stringbool().default(true),
      share_idle: z.stringbool().default(false),
    }),
    response: z.object({
      allocations: z.array(Allocation),
      total_usd: Usd,
      /** Spend by step, for a chart: amounts of a whole step. */
      steps: z.array(z.object({ start: Time, end: Time, by_name: z.record(z.string(), Usd) })),
      sources: z.array(z.object({ name: z.string(), as_of: Time.nullable(), stale: z.boolean() })),
      notices: z.array(z.string()),
    }),
  },
  listUnitCosts: {
    method: 'GET',
    path: '/api/v1/cost/units',
    tag: 'cost',
    permission: 'cost:read',
    errors: ['VALIDATION_FAILED'],
    summary: 'What a request of each service costs, where both its cost and its requests are known.',
    query: TimeRange,
    response: z.object({
      units: z.array(
        z.object({
          service: ServiceName,
          usd: Usd,
          requests: z.number(),
          thousand_requests_usd: Usd,
          source: z.string(),
        }),
      ),
      notices: z.array(z.string()),
    }),
  },
  listPriceBooks: {
    method: 'GET',
    path: '/api/v1/cost/prices',
    tag: 'cost',
    permission: 'cost:read',
    errors: [],
    summary:
      'The price books in use, with where they come from, as of when, and whether they are too old to decide by.',
    response: z.object({
      books: z.array(PriceBook.extend({ age_days: z.number(), stale: z.boolean() })),
      stale_after_days: z.number(),
    }),
  },
  putPriceBook: {
    method: 'PUT',
    path: '/api/v1/cost/prices/{name}',
    tag: 'cost',
    permission: 'cost:write',
    errors: ['VALIDATION_FAILED'],
    summary: 'Put a price book in place of the one of that name; older ones are kept with their dates.',
    params: z.object({ name: z.string().max(128) }),
    body: PriceBook.omit({ name: true }),
    response: PriceBook,
  },
})
