import { Fault } from '../../../../kernel/fault.ts'

/** What is wrong with the text of a query, and where: `1:7: parse error: …`, lines and columns from 1, as Prometheus says it. */
export const parseFailure = (text: string, from: number, why: string): Fault =>
  new Fault('INVALID_PROMQL', `${placeOf(text, from)}: parse error: ${why}`)

/** Line and column of an offset; columns count UTF-16 units. */
export function placeOf(text: string, from: number): string {
  const before = text.slice(0, from)
  const line = before.split('\n').length
  return `${line}:${from - before.lastIndexOf('\n')}`
}
