import type { Decision, Opportunity } from '@aiops/contract/model/decision'
import { type HourlyUsd, hoursPerMonth, monthly, monthlyOf, sumOf, usd } from '@aiops/contract/model/money'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../kernel/clock.ts'
import type { PlacementRepository } from '../../port/placement-repository.ts'
import type { PlacementConfig } from './config.ts'
import type { PlacementOverview } from './index.ts'
import type { TenantLedger } from './tenant-ledger.ts'

const dayMs = 86_400_000
const everything = { startMs: 0, services: [], actions: [], states: [], limit: 1, offset: 0 }
/** Decisions of a day that a mean is taken of, and outcomes that are summed. */
const someMax = 10_000

/** What the overview page shows; every number counted, none where nothing is known. */
export async function overviewOf(
  ledger: TenantLedger,
  repository: PlacementRepository,
  config: PlacementConfig,
  killSwitch: string | null,
  nowMs: number,
): Promise<PlacementOverview> {
  const all = await repository.decisions(ledger.tenant, { ...everything, endMs: nowMs })
  const day = await repository.decisions(ledger.tenant, {
    ...everything,
    startMs: nowMs - dayMs,
    endMs: nowMs,
    limit: someMax,
  })
  const confidences = day.decisions.flatMap(({ confidence, action }) =>
    action === 'MOVE' && confidence !== null ? [confidence] : [],
  )
  const done = await repository.decisions(ledger.tenant, {
    ...everything,
    endMs: nowMs,
    actions: ['MOVE'],
    states: ['DONE', 'PROPOSED', 'REVERTED'],
    limit: someMax,
  })
  const realised = done.decisions.flatMap(({ outcome }) => outcome?.realised_usd.p50 ?? [])
  const open = openMoves(ledger).filter(({ economics }) => economics !== null)
  return {
    spend: spendOf(ledger, nowMs),
    decisions: {
      ...{ total: all.total, last_24h: day.total },
      moves_24h: [...ledger.book.services.keys()].reduce(
        (sum, service) => sum + ledger.movesInDay(service, nowMs),
        0,
      ),
      mean_confidence: mean(confidences),
      last_at: all.decisions[0]?.at ?? null,
    },
    predicted_monthly_usd:
      open.length === 0
        ? null
        : monthly(
            open.reduce(
              (sum, { economics }) => sum + (economics?.saving_hourly_usd.p50 ?? 0) * hoursPerMonth,
              0,
            ),
          ),
    realised_usd: realised.length === 0 ? null : usd(realised.reduce<number>((sum, one) => sum + one, 0)),
    sources: sourcesOf(ledger, nowMs),
    kill_switch: killSwitch !== null,
    engine: {
      enabled: config.mode !== 'OFF',
      interval_seconds: durationMs(config.interval) / 1_000,
      last_run: ledger.lastRunMs === null ? null : isoTime(ledger.lastRunMs),
      last_run_ms: ledger.lastRunTookMs,
    },
  }
}

/** What runs now, each service at its own provider and nowhere else; a rate that is not known is no 0. */
export function spendOf(ledger: TenantLedger, nowMs: number): PlacementOverview['spend'] {
  const rows: PlacementOverview['spend']['by_service'] = []
  for (const [service, { pairs }] of ledger.book.services) {
    const provider = ledger.book.placement(service)?.provider
    if (provider === undefined) continue
    const pair = pairs.get(provider)
    const age = pair ? Math.max(0, (nowMs - pair.atMs) / 1_000) : null
    rows.push({ service, provider, hourly_usd: pair?.reading.cost_hourly_usd ?? null, age_seconds: age })
  }
  const rates = (some: typeof rows): HourlyUsd | null => {
    const known = some.flatMap(({ hourly_usd }) => (hourly_usd === null ? [] : [hourly_usd]))
    return known.length === 0 ? null : sumOf(known)
  }
  const providers = [...new Set(rows.map(({ provider }) => provider))].sort()
  const current = rates(rows)
  const placed = new Set(rows.flatMap(({ service, hourly_usd }) => (hourly_usd === null ? [] : [service])))
  return {
    ...{ current_hourly_usd: current, monthly_usd: current === null ? null : monthlyOf(current) },
    by_provider: providers.map((provider) => {
      const some = rows.filter((row) => row.provider === provider)
      return { provider, services: some.length, hourly_usd: rates(some) }
    }),
    by_service: rows,
    unknown: [...ledger.book.services.keys()].filter((service) => !placed.has(service)),
  }
}

/** Moves that would be made or are held, each service at most one. */
export const openMoves = (ledger: TenantLedger): Decision[] =>
  [...ledger.latest.values()].filter(
    ({ action, state }) => action === 'MOVE' && (state === 'RECOMMENDED' || state === 'HELD'),
  )

export const opportunitiesOf = (ledger: TenantLedger): Opportunity[] =>
  openMoves(ledger).flatMap(({ economics, service, explanation, at, id, from, to, tests }) => {
    if (!economics || economics.saving_hourly_usd.p50 <= 0) return []
    const rate = economics.saving_hourly_usd
    const held = tests.flatMap(({ passed, detail }) => (passed ? [] : [detail]))
    return [
      {
        ...{ action: 'MOVE', subject: `service/${service}`, summary: explanation, at },
        saving_monthly_usd: {
          p10: monthly(rate.p10 * hoursPerMonth),
          p50: monthly(rate.p50 * hoursPerMonth),
          p90: monthly(rate.p90 * hoursPerMonth),
        },
        evidence: [`decision ${id}: ${from} to ${to}`, ...held.slice(0, 5)],
      } satisfies Opportunity,
    ]
  })

function sourcesOf(ledger: TenantLedger, nowMs: number): PlacementOverview['sources'] {
  const found = new Map<string, { lastMs: number; services: Set<string> }>()
  for (const [service, { pairs }] of ledger.book.services)
    for (const { bySource } of pairs.values())
      for (const [name, { atMs }] of bySource) {
        const one = found.get(name) ?? { lastMs: 0, services: new Set<string>() }
        one.lastMs = Math.max(one.lastMs, atMs)
        one.services.add(service)
        found.set(name, one)
      }
  return [...found].map(([name, { lastMs, services }]) => ({
    ...{ name, last_at: isoTime(lastMs), services: services.size },
    age_seconds: Math.max(0, (nowMs - lastMs) / 1_000),
  }))
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
