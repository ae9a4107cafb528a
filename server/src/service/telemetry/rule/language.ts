import { parsePromql, parseSeriesSelector } from '../promql/parse/parse.ts'
import { printExpression } from '../promql/print.ts'
import type { PromqlLanguage } from './index.ts'

/** Our PromQL. */
export const promqlLanguage: PromqlLanguage = {
  parse: parsePromql,
  print: printExpression,
  selector: (text) => parseSeriesSelector(text).matchers,
}
