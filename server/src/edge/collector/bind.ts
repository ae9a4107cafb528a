import { Fault, messageOf } from '../../kernel/fault.ts'
import { type Identity, isLoopbackAddress } from '../../service/identity/index.ts'

/** Throws CONFIG_INVALID where others could reach the address and nobody asks who they are. `group` as in `collector.otlp_grpc`. */
export function checkReach(group: string, host: string, identity: Pick<Identity, 'required'>): void {
  if (isLoopbackAddress(host) || identity.required) return
  throw new Fault(
    'CONFIG_INVALID',
    `${group}.host is ${host}, which others can reach, but auth.api_keys is empty: configure a key, or listen on 127.0.0.1.`,
  )
}

/** One sentence on a bind that failed, for a listener's `start` to reject with. */
export function bindFault(group: string, address: string, error: unknown): Fault {
  const message = messageOf(error)
  const code = (error as { code?: string } | null)?.code ?? /\b(E[A-Z]{3,})\b/.exec(message)?.[1] ?? ''
  const why =
    code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be listened on (${code || message})`
  return new Fault('CONFLICT', `${address} ${why}; choose another ${group}.port, or 0 for a free one.`, {
    cause: error,
  })
}

export const addressOf = (host: string, port: number): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`
