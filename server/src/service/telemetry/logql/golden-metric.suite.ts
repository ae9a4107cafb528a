import { type Golden, logfmt, selectorCases, shop, stageCases, streams, web } from './golden.suite.ts'

// Constructs of metric queries: see golden.suite.ts.

const values = ['v=1', 'v=4', 'v=2', 'v=9']
const range = (name: string, log = '| logfmt | unwrap v'): string => `${name}(${shop} ${log} [1m])`

export const rangeCases: readonly Golden[] = [
  {
    name: '`count_over_time`',
    query: 'count_over_time({app=~".+"} | drop detected_level [1m])',
    input: streams,
    samples: ['{app="pay", env="prod"} 1', '{app="shop", env="prod"} 1', '{app="shop", env="test"} 1'],
  },
  { name: '`rate`', query: `sum(rate(${shop}[10s]))`, input: web, samples: ['{} 0.3'] },
  {
    name: '`bytes_over_time`',
    query: `sum(bytes_over_time(${shop}[10s]))`,
    input: ['ab', 'ü'],
    samples: ['{} 4'],
  },
  { name: '`bytes_rate`', query: `sum(bytes_rate(${shop}[10s]))`, input: ['ab', 'ü'], samples: ['{} 0.4'] },
  {
    name: '`absent_over_time`',
    query: 'absent_over_time({app="none", env=~".*"}[1m])',
    input: web,
    samples: ['{app="none"} 1'],
  },
  { name: '`offset`', query: `sum(count_over_time(${shop}[1s] offset 2s))`, input: web, samples: ['{} 1'] },
  {
    name: '`unwrap`',
    query: `sum by (app) (${range('sum_over_time')})`,
    input: values,
    samples: ['{app="shop"} 16'],
  },
  {
    name: '`unwrap duration()`',
    query: range('sum_over_time', '| logfmt | keep took | unwrap duration(took)'),
    input: logfmt,
    samples: ['{} 1.52'],
  },
  {
    name: '`unwrap bytes()`',
    query: range('max_over_time', '| logfmt | keep size | unwrap bytes(size)'),
    input: logfmt,
    samples: ['{} 1000000'],
  },
  {
    name: 'filter after `unwrap`',
    query: range('sum_over_time', '| logfmt | keep v | unwrap v | __error__=""'),
    input: ['v=1', 'v=x', 'v=2'],
    samples: ['{} 3'],
  },
  {
    name: '`rate` of `unwrap`',
    query: `rate(${shop} | logfmt | keep v | unwrap v [10s])`,
    input: values,
    samples: ['{} 1.6'],
  },
  {
    name: '`rate_counter`',
    query: `rate_counter(${shop} | logfmt | keep v | unwrap v [4s])`,
    input: ['v=1', 'v=2', 'v=1', 'v=3'],
    samples: ['{} 1.25'],
  },
  {
    name: '`sum_over_time`',
    query: range('sum_over_time', '| logfmt | keep v | unwrap v'),
    input: values,
    samples: ['{} 16'],
  },
  {
    name: '`avg_over_time`',
    query: `${range('avg_over_time')} by (app)`,
    input: values,
    samples: ['{app="shop"} 4'],
  },
  {
    name: '`min_over_time`',
    query: `${range('min_over_time')} by (app)`,
    input: values,
    samples: ['{app="shop"} 1'],
  },
  {
    name: '`max_over_time`',
    query: `${range('max_over_time')} without (detected_level)`,
    input: values,
    samples: ['{app="shop"} 9'],
  },
  { name: '`first_over_time`', query: `${range('first_over_time')} by ()`, input: values, samples: ['{} 1'] },
  { name: '`last_over_time`', query: `${range('last_over_time')} by ()`, input: values, samples: ['{} 9'] },
  {
    name: '`stdvar_over_time`',
    query: `${range('stdvar_over_time')} by ()`,
    input: ['v=1', 'v=3'],
    samples: ['{} 1'],
  },
  {
    name: '`stddev_over_time`',
    query: `${range('stddev_over_time')} by ()`,
    input: values,
    samples: ['{} 3.082207001484488'],
  },
  {
    name: '`quantile_over_time`',
    query: `quantile_over_time(0.5, ${shop} | logfmt | unwrap v [1m]) by ()`,
    input: values,
    samples: ['{} 3'],
  },
]

const counts = 'sum by (app, env) (count_over_time({app=~".+"}[1m]))'
const lengths = 'sum by (app, env) (bytes_over_time({app=~".+"}[1m]))'
export const vectorCases: readonly Golden[] = [
  {
    name: '`sum`',
    query: `sum by (app) (${lengths})`,
    input: streams,
    samples: ['{app="pay"} 3', '{app="shop"} 3'],
  },
  { name: '`avg`', query: `avg(${lengths})`, input: streams, samples: ['{} 2'] },
  {
    name: '`min`',
    query: `min without (app) (${lengths})`,
    input: streams,
    samples: ['{env="prod"} 1', '{env="test"} 2'],
  },
  { name: '`max`', query: `max(${lengths})`, input: streams, samples: ['{} 3'] },
  { name: '`count`', query: `count(${lengths})`, input: streams, samples: ['{} 3'] },
  { name: '`stddev`', query: `stddev(${lengths})`, input: streams, samples: ['{} 0.816496580927726'] },
  { name: '`stdvar`', query: `stdvar(${lengths})`, input: streams, samples: ['{} 0.6666666666666666'] },
  { name: '`topk`', query: `topk(1, ${lengths})`, input: streams, samples: ['{app="pay", env="prod"} 3'] },
  {
    name: '`bottomk`',
    query: `bottomk(1, ${lengths})`,
    input: streams,
    samples: ['{app="shop", env="prod"} 1'],
  },
  {
    name: '`sort`',
    query: `sort(${lengths})`,
    input: streams,
    samples: ['{app="shop", env="prod"} 1', '{app="shop", env="test"} 2', '{app="pay", env="prod"} 3'],
  },
  {
    name: '`sort_desc`',
    query: `sort_desc(${lengths})`,
    input: streams,
    samples: ['{app="pay", env="prod"} 3', '{app="shop", env="test"} 2', '{app="shop", env="prod"} 1'],
  },
  {
    name: 'arithmetic',
    query: `sum(${lengths}) * 2 + 1 - 3 % 2 / 4 ^ 0`,
    input: streams,
    samples: ['{} 12'],
  },
  {
    name: 'comparison',
    query: `${lengths} > 1`,
    input: streams,
    samples: ['{app="pay", env="prod"} 3', '{app="shop", env="test"} 2'],
  },
  { name: 'comparison `bool`', query: `sum(${lengths}) > bool 10`, input: streams, samples: ['{} 0'] },
  {
    name: '`and`',
    query: `${counts} and (${lengths} > 2)`,
    input: streams,
    samples: ['{app="pay", env="prod"} 1'],
  },
  { name: '`or`', query: `(${counts} > 5) or vector(7)`, input: streams, samples: ['{} 7'] },
  {
    name: '`unless`',
    query: `${counts} unless on (app) (${lengths} > 2)`,
    input: streams,
    samples: ['{app="shop", env="prod"} 1', '{app="shop", env="test"} 1'],
  },
  {
    name: '`on`',
    query: `sum by (app) (${lengths}) / on (app) sum by (app) (${counts})`,
    input: streams,
    samples: ['{app="pay"} 3', '{app="shop"} 1.5'],
  },
  {
    name: '`ignoring`',
    query: `sum by (app) (${lengths}) + ignoring (env) sum by (app) (${counts})`,
    input: streams,
    samples: ['{app="pay"} 4', '{app="shop"} 5'],
  },
  {
    name: '`group_left`',
    query: `${lengths} / on (app) group_left sum by (app) (${lengths})`,
    input: streams.slice(0, 2),
    samples: ['{app="shop", env="prod"} 0.3333333333333333', '{app="shop", env="test"} 0.6666666666666666'],
  },
  {
    name: '`group_right`',
    query: `sum by (app) (${counts}) * on (app) group_right ${lengths}`,
    input: streams.slice(0, 2),
    samples: ['{app="shop", env="prod"} 2', '{app="shop", env="test"} 4'],
  },
  {
    name: '`label_replace`',
    query: `label_replace(sum by (app) (${counts}), "name", "the $1", "app", "(p.*)")`,
    input: streams,
    samples: ['{app="pay", name="the pay"} 1', '{app="shop"} 2'],
  },
  { name: '`vector`', query: 'vector(1) + vector(1)', input: web, samples: ['{} 2'] },
  { name: 'number', query: '1 + 2 * 3', input: web, samples: ['7'] },
]

/** In the order of the guide. */
export const goldenCases = [...selectorCases, ...stageCases, ...rangeCases, ...vectorCases]
