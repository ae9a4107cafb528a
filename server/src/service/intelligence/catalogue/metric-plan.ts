import type { Matcher } from '@aiops/contract/model/label'
import { familiesOf } from './families-of.ts'
import type { MetricPlan, MetricWish } from './family.ts'
import type { MetricFact } from './metric-fact.ts'
import { promqlText } from './promql.ts'

export type { Aspect } from './aspect.ts'
export type { MetricPlan, MetricWish } from './family.ts'

/** Queries for an aspect, the best first. Empty where none of the metrics tells of it. */
export function plansOf(facts: readonly MetricFact[], wish: MetricWish): MetricPlan[] {
  const families = familiesOf(wish)
  const found: { rank: number; plan: MetricPlan }[] = []
  for (const fact of facts) {
    const rank = families.findIndex((family) => family.fits(fact))
    const family = families[rank]
    if (!family) continue
    const matchers = matchersOf(fact)
    const by = groupOf(fact, wish.groupBy)
    const made = family.build({ fact, facts, matchers, by, quantile: wish.quantile ?? 0.95 })
    if (made)
      found.push({
        rank,
        plan: {
          ...{ aspect: wish.aspect, metric: fact.name, promql: promqlText(made.expression), by },
          ...{ clusterIds: fact.cluster_ids, worse: 'NEITHER' as const },
          ...made,
        },
      })
  }
  return found
    .sort((a, b) => a.rank - b.rank || a.plan.metric.length - b.plan.metric.length)
    .map(({ plan }) => plan)
}

/** The conditions that choose the thing asked about. */
export const matchersOf = (fact: MetricFact): Matcher[] =>
  fact.entity_matchers.slice(0, 1).map(({ label, op, value }) => ({ name: label, op, value }))

function groupOf(fact: MetricFact, wanted: readonly string[] | undefined): string[] {
  const label = wanted?.find((one) => fact.labels.includes(one))
  return label === undefined ? [] : [label]
}

/** The most, or fewest, of all that a plan tells apart. */
export const ranked = (plan: MetricPlan, count: number, order: 'MOST' | 'FEWEST'): string =>
  promqlText({ op: 'RANK', order: order === 'MOST' ? 'topk' : 'bottomk', count, of: plan.expression })

/** All that a plan tells apart, in one number. */
export const aggregated = (plan: MetricPlan, how: 'SUM' | 'MEAN'): string =>
  promqlText({ op: 'AGGREGATE', how: how === 'SUM' ? 'sum' : 'avg', by: [], of: plan.expression })
