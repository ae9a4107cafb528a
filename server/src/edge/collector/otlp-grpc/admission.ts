import {
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptor,
  type StatusObject,
} from '@grpc/grpc-js'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import type { Identity, Principal } from '../../../service/identity/index.ts'
import { leaveCompressed } from './compression.ts'

/** Metadata as identity reads HTTP headers: names are lower case in both; of binary metadata it knows none. */
export type Headers = Record<string, string | undefined>
export function headersOf(metadata: Metadata): Headers {
  const headers: Headers = Object.create(null)
  for (const [name, value] of Object.entries(metadata.getMap()))
    if (typeof value === 'string') headers[name] = value
  return headers
}

export type Admission = {
  interceptor: ServerInterceptor
  /** Who makes the call of this metadata; undefined where it was not kept. */
  principalOf(metadata: Metadata): Principal | undefined
}

/** Before a message is read: who calls, whether they may write, and whether there is room for another call. */
export function createAdmission(
  identity: Identity,
  callsMax: number,
  refused: (error: unknown) => Partial<StatusObject>,
): Admission {
  const principals = new WeakMap<Metadata, Principal>()
  let inFlight = 0

  async function admit(metadata: Metadata, method: string): Promise<void> {
    const principal = identity.authenticate(headersOf(metadata))
    try {
      identity.authorize(principal, 'telemetry:write')
    } catch (error) {
      await identity.audit(principal, 'receive', method, 'DENIED', { error: messageOf(error) })
      throw error
    }
    if (inFlight > callsMax)
      throw new Fault('QUEUE_FULL', `${callsMax} calls are in work already; nothing of this one was taken.`)
    principals.set(metadata, principal)
  }

  const interceptor: ServerInterceptor = (method, call) => {
    leaveCompressed(call)
    inFlight += 1
    let open = true
    const ended = (): void => {
      if (open) inFlight -= 1
      open = false
    }
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            admit(metadata, method.path).then(
              () => pass(metadata),
              (error: unknown) => {
                ended()
                call.sendStatus({ code: 13, details: '', ...refused(error) })
              },
            )
          },
          onCancel: ended,
        }),
      sendStatus: (status, next) => {
        ended()
        next(status)
      },
    })
  }
  return { interceptor, principalOf: (metadata) => principals.get(metadata) }
}
