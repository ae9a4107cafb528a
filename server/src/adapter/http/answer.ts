import type { IncomingMessage } from 'node:http'
import { Fault, isFault } from '../../kernel/fault.ts'

/** A kept connection that the other side had closed: the request was never read. */
export class ClosedBefore extends Fault {}

export function plainHeaders({ headers }: IncomingMessage): Record<string, string> {
  const plain: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value
  return plain
}

export const codeOf = (error: unknown): string =>
  (error as NodeJS.ErrnoException | undefined)?.code ?? 'no answer'

/** System errors hold addresses and codes, never what was sent. */
export function faultOf(error: unknown, host: string, reused: boolean): Fault {
  if (isFault(error)) return error
  const code = codeOf(error)
  if (code === 'ABORT_ERR') return new Fault('TIMEOUT', `The request to ${host} was given up.`)
  const closed = reused && (code === 'ECONNRESET' || code === 'EPIPE')
  return new (closed ? ClosedBefore : Fault)('UPSTREAM_FAILED', `${host} could not be reached (${code}).`)
}
