/** Test scripts for PromQL engines, Prometheus' promqltest language: series written out by hand, queries and their expected answers. */

export { almostEqual, almostEqualHistograms } from './compare.ts'
export { MemorySource } from './memory-source.ts'
export { type EvalOutcome, runScript } from './run-script.ts'
export { type Command, parseScript } from './script.ts'
export {
  parseMetric,
  parseSequence,
  parseSeriesDefinition,
  type SequenceValue,
  type SeriesDefinition,
} from './series-definition.ts'
