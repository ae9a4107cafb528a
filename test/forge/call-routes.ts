import { Fault, isFault } from '../../server/src/kernel/fault.ts'
import type { HttpClient } from '../../server/src/port/http-client.ts'
import type { Caller } from '../../server/src/port/operation-client.ts'
import type { WebRoute } from '../../server/src/port/web-route.ts'

/** An HTTP client before routes in this process, as the gateway mounts them: caller, permission, body limit, faults in their form. */
export function callRoutes(
  routes: readonly WebRoute[],
  callerOf: (key: string | undefined) => Caller | undefined,
): HttpClient {
  return {
    async send({ method, url, headers, body }) {
      const { pathname } = new URL(url)
      const route = routes.find(
        (one) => (one.methods as readonly string[]).includes(method) && patternOf(one.path).test(pathname),
      )
      if (!route) return answer(new Response('{"message":"404 Not Found"}', { status: 404 }))
      try {
        const caller = callerOf(route.credential?.(headers))
        if (!caller) throw new Fault('UNAUTHENTICATED', 'No key.')
        if (route.permission && !caller.permissions.includes(route.permission))
          throw new Fault('PERMISSION_DENIED', `${caller.actor} lacks ${route.permission}.`)
        if ((body?.length ?? 0) > route.bodyBytesMax) throw new Fault('BODY_TOO_LARGE', 'Too large.')
        const init = { method, headers: { ...headers }, ...(body ? { body: new Uint8Array(body) } : {}) }
        return await answer(await route.handle(new Request(url, init), caller))
      } catch (error) {
        if (!isFault(error)) throw error
        const refused = route.refuse?.(error, headers)
        if (!refused) throw error
        return { status: refused.status, headers: refused.headers, body: Buffer.from(refused.body) }
      }
    },
  }
}

const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`)

async function answer(response: Response) {
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: Buffer.from(await response.arrayBuffer()),
  }
}
