import { Fault } from '../../../../kernel/fault.ts'

/** What is wrong with the text of a query, and where: `1:7: parse error: …`, lines and columns from 1, as Prometheus says it. */
export const parseFailure = (text: string, from: number, why: string): Fault =>
  new Fault('INVALID_PROMQL', `${placeOf(text, from)}: parse error: ${why}`)

/** Line and column of an offset in UTF-16 units; columns count bytes of UTF-8, as Prometheus' do. */
export function placeOf(text: string, from: number): string {
  const lines = text.slice(0, from).split('\n')
  return `${lines.length}:${encoder.encode(lines.at(-1)).length + 1}`
}

const encoder = new TextEncoder()
