import type { AggregationName, BinaryOperator } from '../expression.ts'

/** Words with a meaning where the grammar expects one; elsewhere they are names. Case does not matter. */
export const aggregations: ReadonlySet<string> = new Set<AggregationName>([
  'sum',
  'avg',
  'count',
  'min',
  'max',
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'count_values',
  'quantile',
  'limitk',
  'limit_ratio',
])
const plainKeywords =
  'and or unless atan2 by without on ignoring group_left group_right bool offset fill fill_left fill_right anchored smoothed'

export const keywords: ReadonlyMap<string, 'keyword' | 'aggregator'> = new Map([
  ...plainKeywords.split(' ').map((word) => [word, 'keyword'] as const),
  ...[...aggregations].map((word) => [word, 'aggregator'] as const),
])

/** Words that are never a metric's name. */
export const reserved: ReadonlySet<string> = new Set([
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'bool',
  'atan2',
])

/** How tightly operators bind. `^` binds to the right, all others to the left; a sign binds as `*`. */
export const precedence: ReadonlyMap<string, number> = new Map<BinaryOperator, number>([
  ['or', 1],
  ['and', 2],
  ['unless', 2],
  ['==', 3],
  ['!=', 3],
  ['<=', 3],
  ['<', 3],
  ['>=', 3],
  ['>', 3],
  ['</', 3],
  ['>/', 3],
  ['+', 4],
  ['-', 4],
  ['*', 5],
  ['/', 5],
  ['%', 5],
  ['atan2', 5],
  ['^', 6],
])
export const powerPrecedence = 6
