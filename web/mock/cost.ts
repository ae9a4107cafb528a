/** Operations of cost and placement in the stand-in: three services at two providers, or as `AIOPS_MOCK_COST` says. */
import type { EventType } from '@aiops/contract/event'
import type { Budget } from '@aiops/contract/model/budget'
import type { Decision, Opportunity } from '@aiops/contract/model/decision'
import { monthly, monthlyOf, sumOf, usd } from '@aiops/contract/model/money'
import { budget, checked, statusOf } from './budget.ts'
import { allocations, prices, units } from './cost-allocation.ts'
import {
  ageOf,
  costWorld,
  decisionOf,
  iso,
  type MockService,
  mockServices,
  readingOf,
  testsOf,
} from './cost-made.ts'
import { replayed } from './cost-replay.ts'
import { type Input, Refusal } from './refusal.ts'

type Tell = (type: EventType, payload: unknown) => void
const hour = 3_600_000
const rateOf = (one: MockService) => readingOf(one, one.at).cost_hourly_usd

export function costHandlers(empty: boolean, tell: Tell) {
  const services = empty ? [] : mockServices
  const decisions = empty ? [] : history()
  const budgets = empty
    ? []
    : [budget('b1', 'Storefront', 2_400, 'storefront'), budget('b2', 'Everything', 4_000, '')]
  const find = (id = ''): Decision => {
    const one = decisions.find((decision) => decision.id === id)
    if (!one) throw new Refusal(404, 'NOT_FOUND', `There is no decision ${id}.`)
    return one
  }
  const stored = (id = ''): Budget => {
    const one = budgets.find((each) => each.id === id)
    if (!one) throw new Refusal(404, 'NOT_FOUND', `There is no budget ${id}.`)
    return one
  }
  if (!empty) everyMinute(decisions, tell)
  return {
    getCostOverview: () => overview(services, decisions),
    listProviderTelemetry: () => ({
      readings: services.flatMap((one) =>
        one.places.map(({ provider }) => ({
          ...readingOf(one, provider),
          ...{ age_seconds: ageOf(provider), stale: ageOf(provider) > 300 },
        })),
      ),
      placements: services.map(({ service, at, sinceMs }, i) => ({
        ...{ service, provider: at, region: null, instance: null, since: iso(sinceMs) },
        source: i === 2 ? ('DEPLOYMENT' as const) : ('TELEMETRY' as const),
      })),
      at: iso(Date.now()),
      notices: empty
        ? []
        : ['cart: opencost-exporter says aws, price-feed/alibaba says alibaba; the newer counts.'],
    }),
    listAllocations: (input: Input) =>
      empty
        ? { allocations: [], total_usd: usd(0), steps: [], sources: [], notices: [] }
        : allocations(input),
    listUnitCosts: () => (empty ? { units: [], notices: [] } : units()),
    listPriceBooks: () => prices(empty),
    listDecisions: ({ query }: Input) => paged(decisions, query),
    getDecision: ({ params }: Input) => find(params.id),
    decideNow: ({ body }: Input) => ({ decisions: services.slice(0, 50).map((one) => tried(one, body)) }),
    replayDecisions: () => replayed(empty),
    putPlacement: ({ params, body }: Input) => ({
      ...{ region: null, instance: null, ...(body as object) },
      ...{ service: params.service, since: iso(Date.now()), source: 'API' as const },
    }),
    proposeDecision: ({ params }: Input) => {
      const one = find(params.id)
      if (one.state === 'PROPOSED') throw new Refusal(409, 'CONFLICT', 'It is proposed already.')
      Object.assign(one, { state: 'PROPOSED', deployment_id: 'dep-1042' })
      tell('DECISION_MADE', one)
      return { deployment_id: 'dep-1042' }
    },
    dropDecision: ({ params }: Input) => Object.assign(find(params.id), { state: 'DROPPED' }),
    listOpportunities: () => ({
      opportunities: empty || costWorld === 'unpriced' ? [] : opportunities(),
      notices: empty ? [] : ['2 containers have no request: they cannot be right-sized.'],
    }),
    getCalibration: () => calibration(empty ? 0 : costWorld === 'many' ? 214 : 17),
    listSavings: () => savings(decisions),
    listBudgets: () => ({ budgets: budgets.map(statusOf) }),
    createBudget: ({ body }: Input) => {
      const made = { ...budget(`b${budgets.length + 1}`, '', 1, ''), ...checked(body, budgets) }
      budgets.push(made)
      return made
    },
    updateBudget: ({ params, body }: Input) => Object.assign(stored(params.id), checked(body, [])),
    deleteBudget: ({ params }: Input) => {
      budgets.splice(budgets.indexOf(stored(params.id)), 1)
      return undefined
    },
  }
}

function history(): Decision[] {
  const [checkout, cart, recommender] = mockServices as [MockService, MockService, MockService]
  const at = (hours: number): number => Date.now() - hours * hour
  const outcome = {
    realised_usd: { p10: usd(21.4), p50: usd(29.8), p90: usd(36.2) },
    ...{ measured_until: iso(Date.now() - 300_000), coverage: 0.97, right: true },
  }
  const some = [
    decisionOf(checkout, 'd-2207', at(0.05)),
    decisionOf(cart, 'd-2206', at(0.4), {
      ...{ action: 'STAY', state: 'STAYING', to: null, wins: 0.12, economics: null, runner_up: 'alibaba' },
      ...{ confidence: 0.88, flips: ['flips if the credits weight is above 0.52 (it is 0.2)'] },
      explanation: 'cart stays at aws. alibaba costs $0.04/h more and answers 28 ms later.',
      tests: testsOf(0.12, ['BETTER_OPTION']),
    }),
    decisionOf(checkout, 'd-2198', at(5), {
      ...{ state: 'HELD', wins: 0.71, tests: testsOf(0.71, ['CONFIDENCE', 'INCIDENT']) },
      explanation:
        'alibaba would suit checkout-api better than aws. Held: alibaba wins 71 % of the draws, 85 % needed; open: INC-42.',
    }),
    decisionOf({ ...recommender, at: 'aws' }, 'd-2190', at(47), {
      ...{ state: 'DONE', wins: 0.94, deployment_id: 'dep-1031', outcome },
    }),
    decisionOf({ ...recommender, at: 'aws' }, 'd-2101', at(200), {
      ...{ state: 'DONE', emergency: true, deployment_id: 'dep-0977', wins: 0.97 },
      signals: ['anomaly a-881 (latency 1.9 s)', 'alert ProviderOutage aws'],
      explanation: 'Move recommender from aws to alibaba: the provider is out.',
      outcome: { ...outcome, realised_usd: { p10: usd(-3.1), p50: usd(-0.4), p90: usd(2) }, right: false },
      review: {
        ...{
          at: iso(Date.now() - 180 * hour),
          right: true,
          finding: 'aws was out for 41 min; moving was right.',
        },
        thresholds: [
          {
            ...{ setting: 'placement.emergency.latency_factor', from: 3, to: 2.4 },
            why: 'the signal came 4 min after the first slow answer',
          },
        ],
        runbook: 'When a provider is out: check its status page, then approve the open emergency deployment.',
      },
    }),
    decisionOf(cart, 'd-2044', at(310), { state: 'DROPPED', wins: 0.66 }),
  ]
  const rest = mockServices.slice(3).map((one, i) =>
    decisionOf(one, `m-${i}`, at(1 + i / 9), {
      ...{ wins: 0.5 + ((i * 37) % 50) / 100 },
      ...(i % 4 === 0
        ? { action: 'STAY' as const, state: 'STAYING' as const, to: null, economics: null }
        : i % 3 === 0
          ? { state: 'HELD' as const, tests: testsOf(0.7, ['CONFIDENCE', 'PAYBACK']) }
          : { state: i % 3 === 1 ? ('RECOMMENDED' as const) : ('DONE' as const) }),
    }),
  )
  return [...some, ...rest].sort((a, b) => b.at.localeCompare(a.at))
}

/** One more decision each minute, so that the feed lives. */
function everyMinute(decisions: Decision[], tell: Tell): void {
  let count = 0
  setInterval(
    () => {
      count += 1
      const one = mockServices[count % 3]
      if (!one) return
      const made = decisionOf(one, `l-${count}`, Date.now(), {
        ...{ wins: 0.6 + (count % 4) / 10, state: 'HELD' },
        tests: testsOf(0.6 + (count % 4) / 10, [count % 2 === 0 ? 'DWELL' : 'CONFIDENCE']),
      })
      decisions.unshift(made)
      tell('DECISION_MADE', made)
    },
    Number(process.env.AIOPS_MOCK_DECISION_MS ?? 60_000),
  ).unref()
}

function overview(services: readonly MockService[], decisions: readonly Decision[]) {
  const rows = services.map((one) => ({
    ...{ service: one.service, provider: one.at, hourly_usd: rateOf(one), age_seconds: ageOf(one.at) },
  }))
  const known = (some: typeof rows) =>
    some.flatMap(({ hourly_usd }) => (hourly_usd === null ? [] : [hourly_usd]))
  const current = known(rows).length > 0 ? sumOf(known(rows)) : null
  const providers = [...new Set(rows.map(({ provider }) => provider))]
  return {
    spend: {
      ...{ current_hourly_usd: current, monthly_usd: current === null ? null : monthlyOf(current) },
      by_provider: providers.map((provider) => {
        const some = rows.filter((row) => row.provider === provider)
        const rates = known(some)
        return { provider, services: some.length, hourly_usd: rates.length > 0 ? sumOf(rates) : null }
      }),
      by_service: rows,
      unknown: rows.filter(({ hourly_usd }) => hourly_usd === null).map(({ service }) => service),
    },
    decisions: {
      ...{
        total: decisions.length,
        last_24h: Math.min(41, decisions.length),
        moves_24h: decisions.length > 0 ? 1 : 0,
      },
      mean_confidence: decisions.length > 0 ? 0.83 : null,
      last_at: decisions[0]?.at ?? null,
    },
    predicted_monthly_usd: current === null ? null : monthly(330.7),
    realised_usd: current === null ? null : usd(29.4),
    sources:
      services.length === 0
        ? []
        : (['aws', 'alibaba'] as const).map((provider) => ({
            name: provider === 'aws' ? 'opencost-exporter' : 'price-feed/alibaba',
            last_at: iso(Date.now() - ageOf(provider) * 1_000),
            ...{ age_seconds: ageOf(provider), services: services.length },
          })),
    kill_switch: costWorld === 'stale',
    engine: {
      ...{ enabled: true, interval_seconds: 30 },
      last_run: services.length === 0 ? null : iso(Date.now() - 12_000),
      last_run_ms: services.length === 0 ? null : 84,
    },
  }
}

function opportunities(): Opportunity[] {
  const bill = (p10: number, p50: number, p90: number) => ({
    ...{ p10: monthly(p10), p50: monthly(p50), p90: monthly(p90) },
  })
  const of = (
    action: Opportunity['action'],
    subject: string,
    summary: string,
    saving: ReturnType<typeof bill>,
  ) => ({
    ...{ action, subject, summary, saving_monthly_usd: saving, at: iso(Date.now() - 60_000) },
    evidence: ['p95 of usage over 7 d: 0.41 cores of 2 requested', 'price aws-on-demand of 3 d ago'],
  })
  return [
    of(
      'MOVE',
      'service/checkout-api',
      'Move checkout-api from aws to alibaba: $0.45/h less.',
      bill(198, 330.7, 413),
    ),
    of(
      'RIGHT_SIZE',
      'workload/shop/search',
      'Lower the CPU request of search from 2 to 0.5 cores.',
      bill(61, 84.2, 97),
    ),
    of(
      'SPOT',
      'workload/batch/reindex',
      'reindex tolerates interruption: run it on spot nodes.',
      bill(20, 41, 66),
    ),
    of(
      'RECLAIM_IDLE',
      'node/node-a2',
      'node-a2 has been below 6 % for 9 days: drain and remove it.',
      bill(34, 36.5, 38),
    ),
    of(
      'CONSOLIDATE',
      'cluster/swen-aws',
      'Two of five nodes would hold all pods of three.',
      bill(-4, 18, 44),
    ),
  ]
}

function tried(one: MockService, body: Input['body']): Decision {
  type Change = { provider: string; cost_percent?: number; latency_percent?: number; outage?: boolean }
  const changes = (body.what_if ?? []) as Change[]
  const places = one.places.map((at) => {
    const change = changes.find(({ provider }) => provider === at.provider)
    return {
      ...at,
      cost: at.cost * (1 + (change?.cost_percent ?? 0) / 100),
      latency: at.latency * (1 + (change?.latency_percent ?? 0) / 100),
    }
  })
  const out = changes.some(({ provider, outage }) => outage && provider === one.at)
  const here = places.find(({ provider }) => provider === one.at)
  const there = places.find(({ provider }) => provider !== one.at)
  const better = out || (here?.cost ?? 0) > (there?.cost ?? 0) * 1.1
  const made = decisionOf({ ...one, places }, `what-if-${one.service}`, Date.now(), {
    ...{ hypothetical: true, wins: out ? 0.99 : better ? 0.93 : 0.2, emergency: out },
    ...(better
      ? {}
      : {
          action: 'STAY',
          state: 'STAYING',
          to: null,
          economics: null,
          explanation: `${one.service} stays at ${one.at}.`,
        }),
  })
  const whole = readingOf({ ...one, places }, one.at)
  if (whole.cost_hourly_usd === null)
    return { ...made, action: 'STAY', state: 'STAYING', to: null, economics: null }
  return made
}

function paged(all: readonly Decision[], query: Input['query']) {
  const list = (name: string): string[] =>
    (query[name] ?? []).flatMap((one) => one.split(',')).filter(Boolean)
  const fits = (wanted: string[], value: string): boolean => wanted.length === 0 || wanted.includes(value)
  const items = all.filter(
    (one) =>
      fits(list('service'), one.service) &&
      fits(list('action'), one.action) &&
      fits(list('state'), one.state),
  )
  const [page, size] = [Number(query.page?.[0] ?? 1), Number(query.page_size?.[0] ?? 20)]
  return {
    items: items.slice((page - 1) * size, page * size),
    ...{ total: items.length, page, page_size: size, total_pages: Math.ceil(items.length / size) },
  }
}

function calibration(outcomes: number) {
  const bins = Array.from({ length: 10 }, (_, i) => {
    const n = outcomes === 0 || i < 3 ? 0 : Math.round((outcomes * (i - 2)) / 28)
    const rate = n === 0 ? null : Math.min(1, 0.07 + i / 10)
    return {
      ...{ from: i / 10, to: (i + 1) / 10, outcomes: n },
      ...{ mean_confidence: n === 0 ? null : (i + 0.5) / 10, hit_rate: rate },
      hit_rate_low: rate === null ? null : Math.max(0, rate - 0.9 / Math.sqrt(n + 1)),
      hit_rate_high: rate === null ? null : Math.min(1, rate + 0.6 / Math.sqrt(n + 1)),
    }
  })
  return { outcomes, calibrated: outcomes >= 30, brier: outcomes === 0 ? null : 0.121, bins }
}

function savings(decisions: readonly Decision[]) {
  const done = decisions.filter(({ state }) => ['DONE', 'PROPOSED', 'REVERTED'].includes(state))
  const measured = done.flatMap(({ outcome }) => outcome?.realised_usd.p50 ?? [])
  return {
    savings: done.map(({ id, service, at, economics, outcome }) => ({
      ...{ decision_id: id, service, at, predicted_usd: economics?.saving_usd ?? null },
      ...{ realised_usd: outcome?.realised_usd ?? null, measured_until: outcome?.measured_until ?? null },
      right: outcome?.right ?? null,
    })),
    realised_total_usd: measured.length === 0 ? null : sumOf(measured),
  }
}
