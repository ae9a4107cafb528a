/**
 * A stand-in for the server while the page is made: the contract's API with lively invented data, and the built page
 * under the same content security policy. Never part of the product. `node web/mock/server.ts [--port 8099]
 * [--variant full|empty|failing] [--dist FOLDER]`, where port 0 takes a free one; with `AIOPS_URL=http://127.0.0.1:8099 npm run dev -w web` Vite serves the page itself.
 */
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { api, type OperationId } from '@aiops/contract/api/index'
import type { Event } from '@aiops/contract/event'
import type { ClientMessage } from '@aiops/contract/live'
import { exemplars } from './query.ts'
import { Refusal } from './refusal.ts'
import { catalog, valueAt } from './signal.ts'
import { acceptSocket, type Socket } from './socket.ts'
import { mcpMock } from './tool.ts'
import { createWorld } from './world.ts'

const { values: flags } = parseArgs({
  options: {
    port: { type: 'string', default: '8099' },
    variant: { type: 'string', default: 'full' },
    dist: { type: 'string', default: '../dist' },
  },
})
const failing = flags.variant === 'failing'
const dist = resolve(import.meta.dirname, flags.dist)
const policy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'self'; object-src 'none'; frame-ancestors 'none'"
const viewers = new Map<Socket, Set<number>>()
const publish = (event: Event): void => {
  for (const viewer of viewers.keys()) viewer.send(JSON.stringify({ type: 'event', event }))
}
const world = createWorld(flags.variant === 'empty', publish)

/** Paths without a parameter first: `/traces/services` is no trace. */
const ids = (Object.keys(api) as OperationId[]).sort(
  (a, b) => Number(api[a].path.includes('{')) - Number(api[b].path.includes('{')),
)
const routes = ids.map((id) => ({
  id,
  method: api[id].method,
  pattern: new RegExp(`^${api[id].path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}))

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://mock')
  const route = routes.find((one) => one.method === request.method && one.pattern.test(url.pathname))
  if (url.pathname === '/prometheus/api/v1/query_exemplars' && !failing)
    return send(response, 200, flags.variant === 'empty' ? { data: [] } : exemplars())
  try {
    const mcp = { empty: flags.variant === 'empty', failing, body: () => bodyOf(request) }
    if (await mcpMock(request, response, url, mcp)) return
    if (!failing && (await world.chatStream(request, response, url, () => bodyOf(request)))) return
  } catch (error) {
    return refuse(response, error)
  }
  if (!route) return page(url.pathname, response)
  try {
    if (failing)
      throw new Refusal(503, 'STORAGE_UNAVAILABLE', 'The store cannot be read: the disk does not answer.')
    const groups = route.pattern.exec(url.pathname)?.groups ?? {}
    const params = Object.fromEntries(
      Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]),
    )
    const query = Object.fromEntries(
      [...new Set(url.searchParams.keys())].map((name) => [name, url.searchParams.getAll(name)]),
    )
    const handler = world.handlers[route.id]
    if (!handler) throw new Refusal(404, 'NOT_FOUND', `The stand-in has no ${route.id}.`)
    const operation = api[route.id]
    send(
      response,
      ('status' in operation && operation.status) || 200,
      operation.response.parse(handler({ params, query, body: await bodyOf(request) })),
    )
  } catch (error) {
    refuse(response, error)
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  const { status, code, message } =
    error instanceof Refusal ? error : { status: 500, code: 'INTERNAL', message: String(error) }
  send(response, status, {
    error: { code, message, trace_id: '4bf92f3577b34da6', timestamp: new Date().toISOString() },
  })
}

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

async function page(path: string, response: ServerResponse): Promise<void> {
  const known = extname(path) in types ? normalize(path) : '/index.html'
  try {
    const body = await readFile(join(dist, known))
    response
      .writeHead(200, {
        'content-type': types[extname(known)] ?? 'text/plain',
        'content-security-policy': policy,
        'x-content-type-options': 'nosniff',
      })
      .end(body)
  } catch {
    response.writeHead(404).end('Build the page first: npm run build -w web')
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return parts.length === 0 ? {} : JSON.parse(Buffer.concat(parts).toString())
}

const server = createServer((request, response) => void answer(request, response))
server.on('upgrade', (request, stream) => {
  if (failing) return stream.end('HTTP/1.1 503 Unavailable\r\n\r\n')
  const series = new Set<number>()
  const socket = acceptSocket(request, stream, {
    close: () => viewers.delete(socket),
    message: (text) => {
      const message = JSON.parse(text) as ClientMessage
      if (message.type === 'subscribe') for (const id of message.subscription.series) series.add(id)
      if (message.type === 'unsubscribe') for (const id of message.series ?? []) series.delete(id)
      if (message.type === 'ping')
        socket.send(JSON.stringify({ type: 'pong', timestamp: message.timestamp, server_time: Date.now() }))
    },
  })
  viewers.set(socket, series)
})
setInterval(() => {
  world.tell('PIPELINE_STATS', world.stats())
  const now = Math.floor(Date.now() / 1_000) * 1_000
  for (const [viewer, ids] of viewers) {
    const points = Object.fromEntries(
      catalog.filter((s) => ids.has(s.id)).map((s) => [s.id, [[now, valueAt(s, now)]]]),
    )
    if (ids.size > 0) viewer.send(JSON.stringify({ type: 'points', points }))
  }
}, 1_000)
server.listen(Number(flags.port), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`mock (${flags.variant}) http://127.0.0.1:${port}\n`)
})
