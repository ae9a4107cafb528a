/** OpenCost: its allocation API over our costs, and spend by day as a FOCUS data set. */
import type { Clock } from '../../kernel/clock.ts'
import type { Receiver } from '../../pipeline/ingest/index.ts'
import type { Cost } from '../../service/cost/index.ts'

export interface OpencostApi {
  /** For the gateway to mount, all under `/opencost`. */
  readonly receivers: readonly Receiver[]
}

export type OpencostDeps = { cost: Pick<Cost, 'allocation'>; clock: Clock }

export { focusExport } from './focus-export.ts'
export { createOpencostApi } from './opencost-api.ts'
