import { Fault } from '../../kernel/fault.ts'

/**
 * A value of parsed JSON as JSON again; a string as itself. Throws INVALID_REQUEST where it is nested so deep that the stack does not
 * hold it: parsing takes any depth, writing does not.
 */
export function jsonText(value: unknown): string {
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed()
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    throw new Fault('INVALID_REQUEST', 'A value is nested too deep.')
  }
}
