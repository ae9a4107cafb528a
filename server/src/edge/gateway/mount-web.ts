import { Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { WebRoute } from '../../port/web-route.ts'
import type { Identity } from '../../service/identity/index.ts'
import { admit, headersOf, principalOf, quotaOf, routeOf } from './mount.ts'

/** A stream that lasts longer is cut off; whoever reads it opens another. */
const streamMsMax = 3_600_000

/** Mounts protocols whose libraries take a Request and give a Response; the body arrives as it was sent. */
export async function mountWeb(
  app: FastifyInstance,
  routes: readonly WebRoute[],
  identity: Identity,
): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    for (const route of routes) {
      const { refuse } = route
      scope.route({
        method: [...route.methods],
        url: routeOf(route.path),
        exposeHeadRoute: false,
        handlerTimeout: streamMsMax,
        bodyLimit: route.bodyBytesMax,
        config: {
          ...(refuse && { refuse: (fault, headers) => refuse(fault, headers) }),
          ...quotaOf(route.quota && ((caller) => route.quota?.(caller))),
        },
        onRequest: async (request) => {
          const key = route.credential?.(headersOf(request))
          await admit(identity, route.action, route.permission, key)(request)
        },
        handler: async (request, reply) => {
          const gone = new AbortController()
          reply.raw.once('close', () => gone.abort())
          const answer = await route.handle(requestOf(request, gone.signal), principalOf(request))
          reply.code(answer.status).headers(Object.fromEntries(answer.headers))
          return reply.send(answer.body ? bodyOf(answer.body, answer.headers) : undefined)
        },
      })
    }
  })
}

function requestOf(request: FastifyRequest, signal: AbortSignal): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  const carries = request.method !== 'GET'
  const body = carries ? new Uint8Array((request.body as Buffer | undefined) ?? []) : null
  const asked = `http://${request.headers.host ?? ''}${request.url}`
  // A Host that is none is the gateway's to refuse; what is asked for is the path.
  const url = URL.canParse(asked) ? asked : new URL(request.url, 'http://localhost').href
  return new Request(url, { method: request.method, headers, signal, body })
}

/** Destroying it, which Fastify does when its reader has gone, cancels the body. */
function bodyOf(body: ReadableStream<Uint8Array>, headers: Headers): Readable {
  const readable = Readable.fromWeb(body as NodeReadableStream<Uint8Array>)
  // The head goes out with the first byte: whoever waits for events learns at once, by a comment, that they are listened to.
  if (headers.get('content-type') === 'text/event-stream') readable.unshift(Buffer.from(': \n\n'))
  return readable
}
