import type { ExplainCase } from '../case.ts'
import type { CallGraph } from './call-graph.ts'
import type { Split } from './change.ts'
import type { Sighting } from './sighting.ts'

/** Everything the steps after observing share. */
export type Analysis = {
  case: ExplainCase
  graph: CallGraph
  sightings: Map<string, Sighting>
  sampleMs: number
  split: Split
  tenants: ReadonlyMap<string, readonly string[]>
}
