/** The text of PromQL to expressions, and what is wrong with it. */

export { typeOf } from './check.ts'
export { parseDuration, printDuration } from './duration.ts'
export { parsePromql as parseExpression, parsePromql, parseSeriesSelector } from './parse.ts'
