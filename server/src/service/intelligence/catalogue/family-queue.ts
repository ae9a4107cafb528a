import type { Building, Built, Family } from './family.ts'
import { selected } from './family-compute.ts'
import { type MetricFact, plainName } from './metric-fact.ts'
import { unitOf } from './metric-unit.ts'

const named = (pattern: RegExp) => (fact: MetricFact) => pattern.test(plainName(fact.name))
const splitBy = (fact: MetricFact, by: readonly string[], labels: readonly string[]): string[] => [
  ...by,
  ...labels.filter((one) => fact.labels.includes(one) && !by.includes(one)),
]

const gaugeOf =
  (what: string, how: 'sum' | 'max', labels: readonly string[]) =>
  ({ fact, matchers, by }: Building): Built => {
    const all = splitBy(fact, by, labels)
    return {
      ...{ kind: 'GAUGE', what, unit: unitOf(fact), worse: 'MORE', by: all },
      expression: selected(fact.name, matchers, how, all),
    }
  }

const inUse = /(used|active|in_use|busy|borrowed|current|open|established|acquired|usage)/
const isNoCounter = (fact: MetricFact): boolean => fact.kind !== 'COUNTER' && fact.kind !== 'HISTOGRAM'
const pools = ['pool', 'pool.name', 'pool_name', 'db.client.connection.pool.name', 'state'] as const

/** How much of a pool is taken; its limit is a metric of the same name but for the last word. */
export const poolFamilies: readonly Family[] = [
  {
    fits: (fact) => isNoCounter(fact) && named(/pool/)(fact) && named(inUse)(fact),
    build: gaugeOf('number of connections in use', 'sum', pools),
  },
  {
    fits: (fact) => isNoCounter(fact) && named(/connections?|sessions/)(fact) && named(inUse)(fact),
    build: gaugeOf('number of connections in use', 'sum', pools),
  },
  {
    fits: (fact) =>
      isNoCounter(fact) && named(/pool|connections?|sessions|threads/)(fact) && !named(limitWord)(fact),
    build: (from) => gaugeOf(from.fact.name, 'sum', pools)(from),
  },
]

const limitWord = /_(max|limit|size|capacity|maximum)(_|$)/

/** The metric that says how much there may be of another: `…_max` beside `…_used`. */
export function limitOf(
  fact: Pick<MetricFact, 'name'>,
  facts: readonly MetricFact[],
): MetricFact | undefined {
  const stem = plainName(fact.name).replace(
    /_(used|active|in_use|busy|borrowed|current|open|usage|acquired)(_bytes)?$/,
    '',
  )
  if (stem === plainName(fact.name)) return undefined
  return facts.find(
    (one) =>
      one.name !== fact.name &&
      plainName(one.name).startsWith(`${stem}_`) &&
      limitWord.test(plainName(one.name)),
  )
}

export const lagFamilies: readonly Family[] = [
  {
    fits: (fact) => isNoCounter(fact) && named(/lag/)(fact),
    build: gaugeOf('lag', 'sum', ['group', 'consumergroup', 'consumer_group', 'topic']),
  },
  {
    fits: (fact) =>
      isNoCounter(fact) && named(/backlog|queue_(depth|size|length|messages)|messages_(ready|unack)/)(fact),
    build: gaugeOf('backlog', 'sum', ['queue', 'topic']),
  },
]

export const restartFamilies: readonly Family[] = [
  {
    fits: named(/restarts?(_total)?$/),
    build: gaugeOf('restarts', 'sum', ['namespace', 'pod']),
  },
]
