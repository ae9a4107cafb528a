/** The functions of PromQL: a table name → signature and evaluation; ranges, instants, labels, histograms, time. */

export { absentLabels } from './absent.ts'
export type {
  CallContext,
  FunctionEvaluation,
  FunctionSignature,
  PromqlFunction,
  SampleWindow,
  WholeFunction,
  WindowFunction,
  WindowResult,
} from './function.ts'
export { extendedFunction, findFunction, promqlFunctions } from './table.ts'
