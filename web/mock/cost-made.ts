/** Services, providers and decisions of the stand-in's small world of cost. Rates and times are functions of name and hour. */
import type { Decision, DecisionTest, Option, ScoreFactor } from '@aiops/contract/model/decision'
import { hourly, usd } from '@aiops/contract/model/money'
import type { ProviderReading } from '@aiops/contract/model/provider'

/** `AIOPS_MOCK_COST`: `many` services, `stale` telemetry, `unpriced`: nothing says what anything costs. */
export const costWorld = process.env.AIOPS_MOCK_COST ?? ''

export const iso = (ms: number): string => new Date(ms).toISOString()
const now = (): number => Date.now()
const minute = 60_000

type Place = { provider: string; cost: number; latency: number; gpus: number; credits: number }
export type MockService = { service: string; at: string; places: Place[]; sinceMs: number }

const place = (provider: string, cost: number, latency: number, gpus: number, credits: number): Place => ({
  ...{ provider, cost, latency, gpus, credits },
})

const named: MockService[] = [
  {
    ...{ service: 'checkout-api', at: 'aws', sinceMs: now() - 19 * 86_400_000 },
    places: [place('aws', 1.184, 74, 2, 0.32), place('alibaba', 0.731, 91, 4, 0.71)],
  },
  {
    ...{ service: 'cart', at: 'aws', sinceMs: now() - 6 * 86_400_000 },
    places: [place('aws', 0.412, 38, 0, 0.32), place('alibaba', 0.447, 66, 1, 0.71)],
  },
  {
    ...{ service: 'recommender', at: 'alibaba', sinceMs: now() - 52 * minute },
    places: [place('aws', 3.06, 61, 1, 0.32), place('alibaba', 2.35, 83, 6, 0.71)],
  },
]

const many = (): MockService[] =>
  Array.from({ length: 297 }, (_, i) => {
    const cost = 0.02 + ((i * 7_919) % 1_000) / 700
    return {
      ...{ service: `team-${i % 12}.worker-${i}`, at: i % 3 === 0 ? 'alibaba' : 'aws' },
      sinceMs: now() - (i + 1) * 3_600_000,
      places: [
        place('aws', cost, 30 + (i % 90), i % 5, 0.32),
        place('alibaba', cost * (0.7 + ((i * 31) % 50) / 80), 40 + ((i * 13) % 110), (i + 2) % 6, 0.71),
      ],
    }
  })

export const mockServices: readonly MockService[] = costWorld === 'many' ? [...named, ...many()] : named

const where: Record<string, { region: string; instance: string }> = {
  aws: { region: 'us-east-1', instance: 'm6i.large' },
  alibaba: { region: 'ap-southeast-1', instance: 'ecs.g7.large' },
}

/** Alibaba's price list is asked less often; in a stale world nothing has been told for a while. */
export const ageOf = (provider: string): number =>
  costWorld === 'stale' ? (provider === 'aws' ? 2_760 : 41) : provider === 'aws' ? 4 : 38

export function readingOf({ service, places }: MockService, provider: string): ProviderReading {
  const at = places.find((one) => one.provider === provider)
  const known = costWorld !== 'unpriced'
  return {
    ...{ service, provider },
    cost_hourly_usd: known && at ? hourly(at.cost) : null,
    latency_ms: at?.latency ?? null,
    credits: service === 'cart' && provider === 'alibaba' ? null : (at?.credits ?? null),
    available_gpus: at?.gpus ?? null,
    ...{ region: where[provider]?.region ?? null, instance: where[provider]?.instance ?? null },
    at: iso(now() - ageOf(provider) * 1_000),
    source: provider === 'aws' ? 'opencost-exporter' : 'price-feed/alibaba',
  }
}

export const weights: Record<ScoreFactor, number> = {
  ...{ COST: 0.4, LATENCY: 0.25, CREDITS: 0.2, AVAILABILITY: 0.15 },
}
const order: readonly ScoreFactor[] = ['COST', 'LATENCY', 'CREDITS', 'AVAILABILITY']

function factorsOf(reading: ProviderReading): Option['factors'] {
  const falling = (value: number, scale: number): number => 1 - Math.min(value / scale, 1)
  return {
    ...(reading.cost_hourly_usd === null ? {} : { COST: falling(reading.cost_hourly_usd, 4) }),
    ...(reading.latency_ms === null ? {} : { LATENCY: falling(reading.latency_ms, 500) }),
    CREDITS: reading.credits ?? 0.5,
    AVAILABILITY: Math.min((reading.available_gpus ?? 0) / 4, 1),
  }
}
const scoreOf = (factors: Option['factors']): number =>
  order.reduce((sum, name) => sum + weights[name] * (factors[name] ?? 0), 0)

export type Made = Partial<Decision> & { wins?: number }

/** A decision as the engine would write it: its score, gap and economics follow from the readings. */
export function decisionOf(one: MockService, id: string, atMs: number, made: Made = {}): Decision {
  const { wins = 0.91, ...fixed } = made
  const options = one.places.map(({ provider }): Option => {
    const reading = { ...readingOf(one, provider), at: iso(atMs - 4_000) }
    const factors = factorsOf(reading)
    return {
      ...{ provider, reading, factors, score: scoreOf(factors) },
      excluded: [],
      acceptability: provider === one.at ? 1 - wins : wins,
    }
  })
  const from = options.find(({ provider }) => provider === one.at)
  const to = options.find(({ provider }) => provider !== one.at)
  const parts = Object.fromEntries(
    order.map((name) => [name, weights[name] * ((to?.factors[name] ?? 0) - (from?.factors[name] ?? 0))]),
  )
  const saving = (from?.reading.cost_hourly_usd ?? 0) - (to?.reading.cost_hourly_usd ?? 0)
  const migration = 0.31
  return {
    ...{ id, service: one.service, at: iso(atMs), action: 'MOVE', state: 'RECOMMENDED' },
    ...{ from: one.at, to: to?.provider ?? null, options },
    ...{ confidence: wins, calibration: { outcomes: 17, hit_rate: null }, runner_up: one.at },
    gap: { against: one.at, total: Object.values(parts).reduce((sum, part) => sum + part, 0), parts },
    flips: [
      'flips if the latency weight is above 0.61 (it is 0.25)',
      `flips if ${to?.provider} costs more than $1.05/h`,
    ],
    economics: {
      saving_usd: {
        ...{ p10: usd(saving * 98 - migration), p50: usd(saving * 168 - migration) },
        p90: usd(saving * 211 - migration),
      },
      saving_hourly_usd: {
        ...{ p10: hourly(saving * 0.6), p50: hourly(saving), p90: hourly(saving * 1.25) },
      },
      migration_usd: usd(migration),
      migration_parts: [
        {
          name: 'data carried over, 1.2 GiB',
          usd: usd(0.108),
          source: 'placement.migration.egress_usd_per_gib',
        },
        {
          name: 'both sides run for 10 min',
          usd: usd(0.152),
          source: 'opencost-exporter, price-feed/alibaba',
        },
        { name: 'warm-up of 5 min', usd: usd(0.05), source: 'price-feed/alibaba' },
      ],
      horizon_hours: 168,
      payback_hours: saving > 0 ? migration / saving : null,
    },
    tests: testsOf(wins, []),
    ...{ emergency: false, signals: [] },
    explanation: `Move ${one.service} from ${one.at} to ${to?.provider}: it costs $${Math.abs(saving).toFixed(2)}/h ${saving > 0 ? 'less' : 'more'} there and stays within its latency SLO. It wins ${Math.round(wins * 100)} % of plausible weights and samples.`,
    ...{ seed: 4_711, settings_version: '7c1e9b42', deployment_id: null, outcome: null, hypothetical: false },
    ...fixed,
  }
}

export function testsOf(wins: number, failed: readonly DecisionTest['name'][]): DecisionTest[] {
  const details: [DecisionTest['name'], string][] = [
    ['BETTER_OPTION', 'alibaba scores 0.082 more than aws'],
    ['CONFIDENCE', `alibaba wins ${Math.round(wins * 100)} % of the draws, 85 % needed`],
    ['SAVING_P10', 'saves $44.07 to $95.25 in 168 h, migration paid; the low end must be above $0'],
    ['PAYBACK', 'pays for itself in 0.7 h, 72 h at most'],
    ['REGRET', 'staying has cost $8.12 so far, a move costs $0.31'],
    ['DWELL', '19 d at aws, at least 30 min'],
    ['COOLDOWN', 'never proposed before, at least 6 h apart'],
    ['RATE', '0 of 4 moves in this hour, 0 of 2 of the service in a day'],
    ['INCIDENT', failed.includes('INCIDENT') ? 'open: INC-42' : 'no open incident'],
    ['BUDGET', 'no budget is frozen'],
    ['FRESH_TELEMETRY', 'readings of both sides are fresh'],
    ['FRESH_PRICES', 'the newest price book is of 3 d ago, 30 d at most'],
    ['KILL_SWITCH', 'not set'],
    ['OPEN_DEPLOYMENT', 'none is open'],
  ]
  return details.map(([name, detail]) => ({ name, detail, passed: !failed.includes(name) }))
}
