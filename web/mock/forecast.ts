/** Forecasts of the stand-in: a plan with one of each kind of advice, predictions that came true and did not, and courses of any query. */
import type {
  CapacityKind,
  CapacityRow,
  ForecastWatch,
  Prediction,
  SeriesForecast,
} from '@aiops/contract/model/forecast'
import { type Input, Refusal } from './refusal.ts'

const hourMs = 3_600_000
const at = (fromNowMs: number): string => new Date(Date.now() + fromNowMs).toISOString()
const backtest = { origins: 12, targets: 288, coverage: 0.81, error: 0.012, naive_error: 0.019 }

export function forecastHandlers(empty: boolean) {
  const plan = empty ? [] : rows()
  return {
    getCapacityPlan: ({ query }: Input) => {
      const kinds = (query.kinds ?? []).flatMap((one) => one.split(',')).filter(Boolean)
      const items = plan.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
      return {
        ...{
          items,
          total: items.length,
          page: 1,
          page_size: 200,
          total_pages: 1,
          made_at: at(-40_000),
          notices: [],
        },
        unknown: [
          {
            ...{ kind: 'QUOTA' as const, reason: 'No quota of a namespace is told of.' },
            looked_for: ['kube_resourcequota'],
          },
        ],
      }
    },
    listPredictions: () => {
      const items = empty ? [] : predictions()
      const watches = empty ? [] : [watch('disk', 0.9, 0.86, 19, 3), watch('certificate', 0, null, 0, 0)]
      return { items, total: items.length, page: 1, page_size: 200, total_pages: 1, watches }
    },
    createForecast: ({ body }: Input) => {
      if (String(body.query).includes('!!'))
        throw new Refusal(400, 'INVALID_PROMQL', "1:4: parse error: unexpected character: '!'")
      const forecasts = empty ? [] : [course('node-1', body.above as number | undefined), refused()]
      return {
        ...{ forecasts, total: empty ? 0 : 31, start: at(-96 * hourMs), end: at(0), step_seconds: 900 },
        ...{ horizon_seconds: 86_400, notices: [] },
      }
    },
  }
}

const row = (
  kind: CapacityKind,
  name: string,
  used: number | null,
  more: Partial<CapacityRow>,
): CapacityRow => ({
  ...{
    kind,
    name,
    labels: { instance: name },
    used,
    used_amount: used === null ? null : used * 512e9,
    capacity: 512e9,
  },
  ...{ unit: 'By', trend_per_day: { mid: 0.011, low: 0.008, high: 0.014, significant: true }, advice: 'OK' },
  ...{ days_to_80: { p10: 9, p50: 12, p90: 20 }, days_to_full: { p10: 28, p50: 34, p90: null } },
  ...{ reason: '', method: 'COMBINED', backtest, history_days: 30, horizon_days: 90, as_of: at(-30_000) },
  ...{ query: '1 - node_filesystem_avail_bytes / node_filesystem_size_bytes' },
  ...more,
})

const rows = (): CapacityRow[] => [
  row('CERTIFICATE', 'shop.example', null, {
    ...{ advice: 'RENEW', reason: 'It ends in 6 days.', trend_per_day: null, days_to_80: null, method: null },
    ...{ days_to_full: { p10: 6, p50: 6, p90: 6 }, used_amount: null, capacity: null, backtest: null },
  }),
  row('DISK', '/data of node-1', 0.83, {
    advice: 'SCALE',
    reason: '83 % are used, and it grows by 1.1 % of all a day.',
  }),
  row('DISK', '/var/lib/a-mount-point-with-a-name-that-nobody-would-ever-shorten of node-2', 0.64, {
    ...{ advice: 'PROCURE', reason: '80 % are reached in about 12 days.' },
  }),
  row('MEMORY', 'node-3', 0.41, {
    ...{
      reason: 'No clear trend.',
      trend_per_day: { mid: 0.0001, low: -0.002, high: 0.002, significant: false },
    },
    ...{ days_to_80: { p10: null, p50: null, p90: null }, days_to_full: { p10: null, p50: null, p90: null } },
  }),
  row('GPU_MEMORY', 'gpu-node-1, GPU 3', 0.2, {
    ...{
      advice: 'UNKNOWN',
      reason: 'Four hours of history are too few.',
      days_to_80: null,
      days_to_full: null,
    },
    ...{ trend_per_day: null, method: null, backtest: null, history_days: 0.2 },
  }),
]

const watch = (
  name: string,
  limit: number,
  rate: number | null,
  hits: number,
  misses: number,
): ForecastWatch => ({
  ...{
    name,
    limit,
    hits,
    misses,
    open: 2,
    query: 'node_filesystem_avail_bytes',
    direction: 'ABOVE',
    lead: '3d',
  },
  ...{
    severity: 'MEDIUM',
    enabled: true,
    hit_rate: rate,
    series: 12,
    looked_at: at(-120_000),
    problem: null,
  },
  withheld: rate === null ? null : name === 'disk' ? null : 'right in 30 % of 20',
})

const predictions = (): Prediction[] =>
  (['OPEN', 'HIT', 'MISS', 'EARLY', 'LOST'] as const).map((state, i) => ({
    ...{
      id: `p${i}`,
      watch: 'disk',
      labels: { instance: `node-${i}`, mountpoint: '/data' },
      query: 'up',
      state,
    },
    ...{ predicted_at: at(-30 * i * hourMs), value: 0.82, limit: 0.9, direction: 'ABOVE', probability: 0.86 },
    ...{
      earliest: at(20 * hourMs),
      middle: at((40 - 30 * i) * hourMs),
      latest: null,
      due_at: at(70 * hourMs),
    },
    ...{
      method: 'COMBINED',
      backtest,
      alerted: i !== 2,
      withheld: i === 2 ? 'the watch is right too seldom' : null,
    },
    ...{ settled_at: null, breached_at: state === 'HIT' ? at(-3 * hourMs) : null },
  })) as Prediction[]

function course(instance: string, above: number | undefined): SeriesForecast {
  const value = (i: number): number => 0.6 + i / 1_600 + 0.05 * Math.sin((i / 96) * 2 * Math.PI)
  const history = Array.from({ length: 380 }, (_, i) => ({
    time: at((i - 380) * 0.25 * hourMs),
    value: i > 120 && i < 128 ? null : value(i) + 0.01 * Math.sin(i * 7.3),
  }))
  const points = Array.from({ length: 96 }, (_, i) => {
    const spread = 0.012 + i * 0.0006
    const p50 = value(380 + i)
    return { time: at(i * 0.25 * hourMs), p10: p50 - spread, p50, p90: p50 + spread }
  })
  const breach = {
    direction: 'ABOVE' as const,
    already: false,
    p10: at(9 * hourMs),
    p50: at(19 * hourMs),
    p90: null,
  }
  return {
    ...{
      labels: { __name__: 'disk_used:ratio', instance },
      refused: null,
      last: { time: at(0), value: 0.84 },
    },
    ...{
      method: 'COMBINED',
      season_seconds: 86_400,
      points,
      history,
      trusted_until: at(18 * hourMs),
      backtest,
    },
    members: [{ method: 'DECOMPOSITION', season_seconds: 86_400, weight: 0.7 }],
    trend_per_day: { mid: 0.06, low: 0.05, high: 0.07, significant: true },
    breaches: above === undefined ? [] : [{ ...breach, limit: above, probability: 0.64 }],
    notes: ['A change of level 60 hours ago: what was before it counts only for the season.'],
  }
}

const refused = (): SeriesForecast => ({
  ...{
    labels: { __name__: 'disk_used:ratio', instance: 'node-9' },
    last: null,
    method: null,
    members: [],
    points: [],
  },
  ...{
    season_seconds: null,
    trend_per_day: null,
    history: [],
    trusted_until: null,
    backtest: null,
    breaches: [],
  },
  ...{ notes: [], refused: 'It has 4 values; at least 12 are needed to look ahead.' },
})
