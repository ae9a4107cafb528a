import { lookup as resolveName } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { Fault } from '../../kernel/fault.ts'
import type { AddressGuard } from './address-guard.ts'

/** Addresses of a host name; a test hands in its own. */
export type Resolve = (host: string) => Promise<{ address: string; family: number }[]>

export const systemResolve: Resolve = oneAtATime(
  (host) =>
    new Promise((resolve, reject) => {
      resolveName(host, { all: true }, (error, found) => (error ? reject(error) : resolve(found)))
    }),
)

/**
 * Who asks for a name that is being looked up waits for that look-up: the system has few threads for them, and a name server that hangs
 * would otherwise take all of them by one name.
 */
export function oneAtATime(resolve: Resolve): Resolve {
  const under = new Map<string, ReturnType<Resolve>>()
  return (host) => {
    const known = under.get(host)
    if (known) return known
    const found = resolve(host).finally(() => under.delete(host))
    under.set(host, found)
    return found
  }
}

/** Resolves for a connection, and checks what is connected to: there is no second resolution that could answer otherwise. */
export function guardedLookup(guard: AddressGuard, resolve: Resolve): LookupFunction {
  return (host, options, done) => {
    resolve(host).then(
      (found) => {
        try {
          const family = options.family === 4 || options.family === 6 ? options.family : 0
          const fitting = found.filter((entry) => family === 0 || entry.family === family)
          // One bad address among good ones is somebody's attempt, so all are refused.
          for (const { address } of found) guard.checkAddress(address, host)
          const [first] = fitting
          if (!first) throw new Fault('UPSTREAM_FAILED', `${host} has no address.`)
          if (options.all) done(null, fitting)
          else done(null, first.address, first.family)
        } catch (error) {
          done(error as NodeJS.ErrnoException, '', 4)
        }
      },
      (error: NodeJS.ErrnoException) => done(error, '', 4),
    )
  }
}
