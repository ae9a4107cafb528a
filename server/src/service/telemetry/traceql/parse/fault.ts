import { Fault } from '../../../../kernel/fault.ts'

/** A query that cannot be used, with the place: line and column count from 1, columns in UTF-16 units. */
export function traceqlFault(text: string, at: number, why: string): Fault {
  const before = text.slice(0, at)
  const line = before.split('\n').length
  const column = at - (before.lastIndexOf('\n') + 1) + 1
  return new Fault('INVALID_TRACEQL', `parse error at line ${line}, col ${column}: ${why}.`)
}
