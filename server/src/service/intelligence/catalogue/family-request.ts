import type { Building, Built, Family } from './family.ts'
import { type MetricFact, plainName } from './metric-fact.ts'
import { unitOf } from './metric-unit.ts'
import type { PromExpression } from './promql.ts'

const window = '5m'
const timed = /(request|server|http|rpc|grpc|call|handl|process|operation|response|latency|duration)/
const ofTime = (fact: MetricFact): boolean =>
  /(duration|latency|response_time|elapsed|seconds|milliseconds)/.test(plainName(fact.name)) &&
  timed.test(plainName(fact.name)) &&
  // Work of collectors and clients is not what those who call the service wait for.
  !/(gc|scrape|client|traces_edge|self_time|garbage|lease|sync|evaluation)_?/.test(plainName(fact.name))

const endsIn = (fact: MetricFact, ending: string): boolean => plainName(fact.name).endsWith(ending)
const isDerived = (fact: MetricFact): boolean => fact.name.includes(':') || fact.name.startsWith('traces.')

export const quantileText = (quantile: number): string => `p${Number((quantile * 100).toPrecision(4))}`

/** How long requests take: of histograms whatever quantile is asked for, else what there is. */
export const latencyFamilies: readonly Family[] = [
  {
    fits: (fact) => ofTime(fact) && endsIn(fact, '_bucket') && fact.labels.includes('le'),
    build: (from) =>
      quantileOf(from, {
        op: 'AGGREGATE',
        how: 'sum',
        by: ['le', ...from.by],
        of: { op: 'RATE', name: from.fact.name, matchers: from.matchers, window },
      }),
  },
  {
    fits: (fact) =>
      ofTime(fact) &&
      fact.kind === 'HISTOGRAM' &&
      !['_bucket', '_count', '_sum'].some((end) => endsIn(fact, end)) &&
      !isDerived(fact),
    build: (from) =>
      quantileOf(from, {
        op: 'AGGREGATE',
        how: 'sum',
        by: from.by,
        of: { op: 'RATE', name: from.fact.name, matchers: from.matchers, window },
      }),
  },
  {
    fits: (fact) => /:p95$/.test(fact.name) && !fact.name.startsWith('traces.') && ofTime(fact),
    build: p95Gauge,
  },
  {
    fits: (fact) => fact.kind === 'SUMMARY' && fact.labels.includes('quantile') && ofTime(fact),
    build: ({ fact, matchers, by, quantile }) => ({
      ...{
        kind: 'QUANTILE' as const,
        what: `${quantileText(quantile)} latency`,
        unit: unitOf(fact),
        worse: 'MORE',
      },
      expression: {
        ...{ op: 'AGGREGATE', how: 'max', by },
        of: {
          ...{ op: 'SELECT', name: fact.name },
          matchers: [...matchers, { name: 'quantile', op: '=', value: String(quantile) }],
        },
      },
    }),
  },
  { fits: (fact) => fact.name === 'traces.span.duration:p95', build: p95Gauge },
  {
    fits: (fact) => /:mean$/.test(fact.name) && !fact.name.startsWith('traces.edge') && ofTime(fact),
    build: ({ fact, matchers, by }) => ({
      ...{ kind: 'MEAN' as const, what: 'mean latency', unit: unitOf(fact), worse: 'MORE' },
      expression: gauge(fact, matchers, by, 'max'),
    }),
  },
]

function quantileOf({ fact, quantile }: Building, of: PromExpression): Built {
  return {
    ...{ kind: 'QUANTILE', what: `${quantileText(quantile)} latency`, unit: unitOf(fact), worse: 'MORE' },
    expression: { op: 'QUANTILE', quantile, of },
  }
}

/** Made by the platform every few seconds: of this quantile alone. */
function p95Gauge({ fact, matchers, by, quantile }: Building): Built | undefined {
  if (quantile !== 0.95) return undefined
  return {
    ...{ kind: 'QUANTILE', what: 'p95 latency', unit: unitOf(fact), worse: 'MORE' },
    expression: gauge(fact, matchers, by, 'max'),
  }
}

const gauge = (
  fact: MetricFact,
  matchers: Building['matchers'],
  by: readonly string[],
  how: 'sum' | 'avg' | 'max' | 'min',
): PromExpression => ({
  ...{ op: 'AGGREGATE', how, by },
  of: { op: 'SELECT', name: fact.name, matchers },
})

const statusLabels = [
  ...[
    'status',
    'status_code',
    'code',
    'http_status_code',
    'http_response_status_code',
    'http.response.status_code',
  ],
  ...['response_code', 'http.status_code', 'http_status'],
] as const
const statusLabel = (fact: MetricFact): string | undefined => {
  const named = statusLabels.find((one) => fact.labels.includes(one))
  return named && /^[1-5](\d\d|xx)$/i.test(fact.example[named] ?? '') ? named : undefined
}
const answers = (fact: MetricFact): boolean =>
  /(request|response|call|handled|http|rpc)/.test(plainName(fact.name)) &&
  (endsIn(fact, '_total') || endsIn(fact, '_count')) &&
  !/client|traces_edge|size|bytes/.test(plainName(fact.name))

export const errorFamilies: readonly Family[] = [
  { fits: (fact) => answers(fact) && statusLabel(fact) !== undefined, build: statusRatio },
  {
    fits: (fact) => /:error_ratio$/.test(fact.name),
    build: (from) => errorGauge(from),
  },
  { fits: (fact) => fact.name === 'traces.span.error_ratio', build: (from) => errorGauge(from) },
  {
    fits: (fact) =>
      /(error|fail|exception)/.test(plainName(fact.name)) &&
      /(ratio|rate|percent)$/.test(plainName(fact.name)) &&
      fact.kind !== 'COUNTER' &&
      !isDerived(fact),
    build: (from) => errorGauge(from),
  },
  {
    fits: (fact) => /(error|failure|failed|exception)/.test(plainName(fact.name)) && fact.kind === 'COUNTER',
    build: ({ fact, matchers, by }) => ({
      ...{ kind: 'RATE' as const, what: 'errors', unit: 'errors/s', worse: 'MORE' },
      expression: summedRate(fact, matchers, by),
    }),
  },
]

/** Failed by all, where none failed zero and not nothing. */
function statusRatio({ fact, matchers, by }: Building): Built | undefined {
  const name = statusLabel(fact)
  if (name === undefined) return undefined
  const failed = summedRate(fact, [...matchers, { name, op: '=~', value: '5..|5xx|5XX' }], by)
  const all = summedRate(fact, matchers, by)
  return {
    ...{ kind: 'RATIO', what: 'error ratio', unit: 'ratio', worse: 'MORE' },
    expression: {
      op: 'DIVIDE',
      left: { op: 'OR', left: failed, right: { op: 'SCALE', factor: 0, of: all } },
      right: all,
    },
  }
}

const errorGauge = ({ fact, matchers, by }: Building): Built => ({
  ...{ kind: 'RATIO', what: 'error ratio', unit: unitOf(fact) === '%' ? '%' : 'ratio', worse: 'MORE' },
  expression: gauge(fact, matchers, by, 'max'),
})

export const summedRate = (
  fact: MetricFact,
  matchers: Building['matchers'],
  by: readonly string[],
): PromExpression => ({
  ...{ op: 'AGGREGATE', how: 'sum', by },
  of: { op: 'RATE', name: fact.name, matchers, window },
})

const requestRate = { kind: 'RATE', what: 'request rate', unit: 'requests/s' } as const
export const trafficFamilies: readonly Family[] = [
  {
    fits: (fact) => answers(fact) && endsIn(fact, '_total') && !/error|fail/.test(plainName(fact.name)),
    build: ({ fact, matchers, by }) => ({ ...requestRate, expression: summedRate(fact, matchers, by) }),
  },
  {
    fits: (fact) => answers(fact) && endsIn(fact, '_count'),
    build: ({ fact, matchers, by }) => ({ ...requestRate, expression: summedRate(fact, matchers, by) }),
  },
  {
    fits: (fact) => /:rate$/.test(fact.name) && timed.test(plainName(fact.name)),
    build: ({ fact, matchers, by }) => ({ ...requestRate, expression: gauge(fact, matchers, by, 'sum') }),
  },
  {
    fits: (fact) => fact.name === 'traces.span.rate',
    build: ({ fact, matchers, by }) => ({ ...requestRate, expression: gauge(fact, matchers, by, 'sum') }),
  },
  {
    fits: (fact) =>
      fact.kind === 'COUNTER' && /messages|events|records|queries|jobs/.test(plainName(fact.name)),
    build: ({ fact, matchers, by }) => ({
      ...{ kind: 'RATE', what: fact.name, unit: '1/s' },
      expression: summedRate(fact, matchers, by),
    }),
  },
]
