/** Plans: read from the engine's own JSON, with what they touch, whose it is, what holds data, and what it costs. */
export type { PriceOf, Pricing, ResourceToPrice } from './cost.ts'
export { infracostJson } from './infracost.ts'
export { type PlanToRead, type ReadOptions, summarisePlan } from './plan-summary.ts'
export { statefulReason } from './stateful.ts'
