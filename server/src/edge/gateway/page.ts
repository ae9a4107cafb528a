import { existsSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { OperationId } from '@aiops/contract/api/index'
import fastifyStatic from '@fastify/static'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../kernel/fault.ts'
import { lazy } from '../../kernel/lazy.ts'
import type { GatewayDeps } from './index.ts'
import { openapiDocument } from './openapi.ts'

/** First path segments that belong to programs: an unknown path under them is an error, never the web app. `/cost` itself is a page. */
const programs =
  /^\/((api|v1|v2|ws|mcp|docs|git|metrics|health|ready|openapi\.json|prometheus|loki|tempo|alertmanager|opencost)(\/|$)|cost\/.)/

/** What is not an operation: metrics, OpenAPI with its page, and the web app, whose own paths all give its index. */
export async function mountPages(app: FastifyInstance, deps: GatewayDeps): Promise<void> {
  const streams = (deps.streams ?? []).map(({ path, summary, method }) => ({
    ...{ path, summary, method, tag: 'streams', answer: 'Server-sent events until the end.' },
  }))
  const web = (deps.web ?? []).flatMap(({ path, summary, methods }) =>
    methods.map((method) => ({ path, summary, method, answer: 'As its specification says.' })),
  )
  const paths = [...deps.receivers, ...streams, ...web]
  // Made for the first who asks: no start waits for it.
  const document = {}
  const make = lazy(async () => {
    const served = (id: OperationId) => deps.handlers[id] !== undefined
    Object.assign(document, await openapiDocument(deps.version, paths, served, deps.clock))
  })
  app.get('/openapi.json', async (_request, reply) => {
    await make()
    return reply.send(document)
  })
  app.get('/metrics', async (_request, reply) =>
    reply.type(deps.metrics.contentType).send(await deps.metrics.render()),
  )
  await app.register(swagger, { mode: 'static', specification: { document: document as never } })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiHooks: { onRequest: async () => make() },
    staticCSP: true,
    // Without it the page would ask a server on the internet to judge the document.
    uiConfig: { docExpansion: 'list', validatorUrl: null } as never,
  })
  const index = join(deps.webFolder, 'index.html')
  if (existsSync(index)) {
    await app.register(fastifyStatic, {
      root: deps.webFolder,
      wildcard: false,
      index: false,
      cacheControl: false,
      setHeaders: (response, path) => response.header('cache-control', cacheOf(deps.webFolder, path)),
    })
  }
  const allowed = allowedMethods(app)
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?')[0] ?? ''
    const others = allowed(path)
    if (others.length > 0) {
      reply.header('allow', others.join(', '))
      throw new Fault(
        'METHOD_NOT_ALLOWED',
        `${path.slice(0, 200)} takes ${others.join(', ')}, not ${request.method}.`,
      )
    }
    if (!wantsPage(request, path))
      throw new Fault('NOT_FOUND', `There is nothing at ${request.method} ${path.slice(0, 200)}.`)
    return sendIndex(reply, index)
  })
}

/** Vite names each asset by its content, so that one never changes; everything else may with the next build. */
const cacheOf = (root: string, path: string): string =>
  path.startsWith(join(root, 'assets') + sep) ? 'public, max-age=31536000, immutable' : 'no-cache'

/** Watches routes being added; tells which methods a path has. */
function allowedMethods(app: FastifyInstance): (path: string) => string[] {
  const routes: { pattern: RegExp; method: string }[] = []
  app.addHook('onRoute', ({ url, method }) => {
    const source = url
      .split('/')
      .map((part) =>
        part.startsWith(':') ? '[^/]+' : part === '*' ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
      )
      .join('/')
    for (const one of [method].flat()) routes.push({ pattern: new RegExp(`^${source}$`), method: one })
  })
  return (path) =>
    [...new Set(routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))].sort()
}

const wantsPage = (request: FastifyRequest, path: string): boolean =>
  (request.method === 'GET' || request.method === 'HEAD') &&
  /text\/html|\*\/\*/.test(request.headers.accept ?? '*/*') &&
  !programs.test(path) &&
  !/\.\w{1,5}$/.test(path)

function sendIndex(reply: FastifyReply, index: string): FastifyReply {
  if (!existsSync(index))
    throw new Fault('NOT_FOUND', 'The web app is not built; run "npm run build", or start with "npm start".')
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(readFileSync(index))
}
