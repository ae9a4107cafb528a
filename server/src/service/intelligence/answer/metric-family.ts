import type { EntityRef } from '@aiops/contract/model/answer'
import type { MetricFact } from '../catalogue/metric-fact.ts'
import { type Aspect, type MetricPlan, plansOf } from '../catalogue/metric-plan.ts'
import { type PlannedCall, planned } from './answerer.ts'

/** What tells whether something that answers requests is well. */
export type SignalQueries = { latency?: MetricPlan; errors?: MetricPlan; traffic?: MetricPlan }

const signals: readonly Aspect[] = ['LATENCY', 'ERRORS', 'TRAFFIC']

/** The look into the catalogue that `signalQueries` needs: for the first round. */
export const signalCatalogue = (entity: EntityRef, as?: string): PlannedCall =>
  planned('find_metrics', { aspects: [...signals], entity: metricEntity(entity) }, as)

/** Queries for what there is of them; each answers one number for the whole thing. */
export function signalQueries(facts: readonly MetricFact[]): SignalQueries {
  const best = (aspect: Aspect) => plansOf(facts, { aspect })[0]
  const [latency, errors, traffic] = [best('LATENCY'), best('ERRORS'), best('TRAFFIC')]
  return { ...(latency && { latency }), ...(errors && { errors }), ...(traffic && { traffic }) }
}

/** An entity as `find_metrics` takes it: kind and name. */
export const metricEntity = ({ kind, name }: Pick<EntityRef, 'kind' | 'name'>): string =>
  `${kind.toLowerCase()}/${name}`
