import type { FastifyInstance } from 'fastify'
import type { StreamRoute } from '../../port/stream-route.ts'
import type { Identity } from '../../service/identity/index.ts'
import { audited, parse } from './invoke.ts'
import { acceptJson, admit, headersOf, principalOf, quotaOf, resourceOf, routeOf } from './mount.ts'

/** A stream that lasts longer is cut off; whoever reads it goes on with another. */
const streamMsMax = 3_600_000

/** Mounts what answers while it is being made, as operations are mounted: caller known, permission held, input parsed, writes audited. */
export async function mountStreams(
  app: FastifyInstance,
  streams: readonly StreamRoute[],
  identity: Identity,
): Promise<void> {
  await app.register(async (scope) => {
    acceptJson(scope)
    for (const stream of streams) {
      const { method, path, action, permission } = stream
      scope.route({
        method,
        url: routeOf(path),
        handlerTimeout: streamMsMax,
        config: quotaOf(stream.quota && ((caller) => stream.quota?.(caller))),
        onRequest: admit(identity, action, permission),
        handler: async (request, reply) => {
          const caller = principalOf(request)
          const asked = {
            params: parse(stream.params, request.params),
            query: parse(stream.query, request.query),
            body: parse(stream.body, request.body),
            ...{ caller, headers: headersOf(request) },
          }
          const answer = await audited(
            ...([identity, caller, action, { method, permission }, resourceOf(request)] as const),
            () => stream.open(asked),
          )
          return reply
            .code(answer.status)
            .headers(answer.headers)
            .send(answer.body ?? undefined)
        },
      })
    }
  })
}
