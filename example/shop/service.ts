import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { flushCompileCache } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '@opentelemetry/api'
import { Caller, UpstreamError } from './caller.ts'
import type { Answer } from './exchange.ts'
import { type Condition, Fault } from './fault.ts'
import { graph, poolTimeoutMs, processSettings, type Role } from './graph.ts'
import { Pool, PoolTimeoutError } from './pool.ts'
import { Random } from './random.ts'
import { type Incoming, type Kit, matchRoute, type Route, routesOf } from './route.ts'
import { Telemetry } from './telemetry.ts'
import { watchPool, watchProcess } from './watch.ts'

/** One service of the shop, a process of its own. The supervisor speaks to it over IPC; without it, it ends. */

const bodyBytesMax = 16_384
const slowRequestMs = 500
const infoShare = 0.04
/** Requests under way may finish within this time once asked to end. */
const drainMs = 2500

const settings = processSettings()
const role = settings.role as Role
const traits = graph[role]
const random = new Random(settings.seed).fork(role)
/** A seed makes its services a little faster or slower than the next one's. */
const workMs = traits.workMs * random.between(0.8, 1.25)
const telemetry = new Telemetry(settings)
const poolLabels = { 'db.client.connection.pool.name': 'primary' }
const pool = new Pool(traits.connections, poolTimeoutMs, telemetry.poolWatcher(poolLabels))
const fault = new Fault(pool, random.fork('defect'), (message) => telemetry.log('warn', message))
const caller = new Caller(role, settings, telemetry, random.fork('calls'))
const routes = routesOf(role)
let draining = false

watchProcess(telemetry.meter)
watchPool(telemetry.meter, pool, poolLabels)

const server = createServer((request, response) => {
  const path = (request.url ?? '/').split('?')[0] as string
  if (path === '/ready') reply(response, { status: 200, body: { ready: !draining, weight: fault.weight } })
  else void serve(request, response, path)
})
// A kept-alive connection outlives any pause between two calls, so that callers rarely meet a closed one.
server.keepAliveTimeout = 60_000
process.on('message', (condition: Condition) => fault.set(condition))
process.on('SIGTERM', () => void drain())
// Ctrl-C reaches the whole group; the supervisor decides when this process ends.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit(0))
// Two versions share the port while one takes over from the other, which only some systems allow.
server.listen({ port: settings.port, host: '127.0.0.1', reusePort: process.platform === 'linux' }, () => {
  // Written before the word is out, so that services started on it find the modules they share compiled.
  flushCompileCache()
  // A supervisor that gave up meanwhile hears nothing; this process ends with its channel.
  process.send?.('ready', undefined, undefined, () => undefined)
  telemetry.log('info', `listening on port ${settings.port}`, undefined, {
    'service.version': settings.version,
  })
})

async function serve(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  const method = request.method ?? 'GET'
  const match = matchRoute(routes, method, path)
  const activity = telemetry.serve(method, path, match?.route.path, request.headers)
  const since = performance.now()
  try {
    const body = await readBody(request)
    const answer = match
      ? await handle(match.route, { params: match.params, body }, activity.context)
      : { status: 404, body: { error: 'not found' } }
    reply(response, answer)
    activity.end({ status: answer.status })
    if (random.chance(infoShare))
      telemetry.log('info', `${method} ${path} ${answer.status}`, activity.context)
  } catch (error) {
    const failure = describe(error)
    reply(response, { status: failure.status, body: { error: failure.message } })
    activity.end({ status: failure.status, errorType: failure.type })
    telemetry.log('error', failure.message, activity.context, {
      'exception.type': failure.type,
      'http.request.method': method,
      'url.path': path,
    })
  }
  const elapsedMs = Math.round(performance.now() - since)
  if (elapsedMs > slowRequestMs) {
    telemetry.log('warn', `slow request: ${method} ${path} took ${elapsedMs}ms`, activity.context)
  }
}

async function handle(route: Route, incoming: Incoming, context: Context): Promise<Answer> {
  const kit: Kit = {
    work: () => pool.use(() => sleep(workMs * Math.min(1.8, 0.6 + random.exponential(0.45)))),
    call: (to, ask) => caller.call(context, to, ask),
  }
  const delayMs = fault.delayMs()
  if (delayMs > 0) await sleep(delayMs)
  const answer = await route.handle(incoming, kit)
  fault.check(route === routes[0])
  return answer
}

function describe(error: unknown): { status: number; type: string; message: string } {
  if (!(error instanceof Error)) return { status: 500, type: 'Error', message: 'unknown error' }
  let status = 500
  if (error instanceof UpstreamError) status = error.status
  if (error instanceof PoolTimeoutError) status = 503
  return { status, type: error.name, message: error.message }
}

function reply(response: ServerResponse, answer: Answer): void {
  const text = JSON.stringify(answer.body)
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...(draining ? { connection: 'close' } : {}),
  })
  response.end(text)
}

/** The JSON body, or undefined; an oversized or malformed one ends the request. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let sizeBytes = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    sizeBytes += part.length
    if (sizeBytes > bodyBytesMax) throw new Error('request body too large')
    parts.push(part)
  }
  return sizeBytes === 0 ? undefined : JSON.parse(Buffer.concat(parts).toString())
}

/** Takes no more connections, lets requests under way finish, sends the last telemetry, ends. */
async function drain(): Promise<void> {
  if (draining) return
  draining = true
  setTimeout(() => process.exit(0), drainMs)
  await new Promise((resolve) => server.close(resolve))
  fault.set({ harm: false })
  caller.stop()
  await telemetry.close()
  process.exit(0)
}
