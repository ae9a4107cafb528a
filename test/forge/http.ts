import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Call = {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  // biome-ignore lint/suspicious/noExplicitAny: what came, as it came
  body: any
}
export type Answer = { status: number; json?: unknown; bytes?: Buffer; headers?: Record<string, string> }
/** `match` holds the decoded groups of the path. */
export type Route = [method: string, path: RegExp, handle: (call: Call, ...match: string[]) => Answer]
export type ScriptedForge = {
  url: string
  readonly calls: Call[]
  /** Looks at each request first; what it gives is the answer. */
  intercept: ((call: Call) => Answer | undefined) | undefined
  /** True: what was asked is done, and the connection breaks before the answer. */
  lose: ((call: Call) => boolean) | undefined
  close(): Promise<void>
}

export const ok = (json: unknown, headers?: Record<string, string>): Answer => ({
  status: 200,
  json,
  ...(headers ? { headers } : {}),
})
export const refuse = (status: number, message: unknown): Answer => ({ status, json: { message } })
export const iso = (ms: number): string => new Date(ms).toISOString()

/** Serves routes under a prefix; an answer carries an ETag, which is honoured. */
export async function serveForge(
  prefix: string,
  routes: readonly Route[],
  allowed: (call: Call) => boolean,
): Promise<ScriptedForge> {
  const calls: Call[] = []
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const call: Call = {
      ...{
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
      },
      body: await bodyOf(request),
    }
    calls.push(call)
    const answer = forge.intercept?.(call) ?? route(prefix, routes, allowed, call)
    if (forge.lose?.(call)) return void request.socket.destroy()
    const body =
      answer.bytes ?? (answer.json === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(answer.json)))
    const headers = { 'content-type': answer.bytes ? 'text/plain' : 'application/json', ...answer.headers }
    response.writeHead(answer.status, headers).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const forge: ScriptedForge = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix.replace(/\/api\/v[134]$/, '')}`,
    calls,
    intercept: undefined,
    lose: undefined,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return forge
}

/** One page of a list, with the links of RFC 8288 that these forges give. */
export function paged(
  call: Call,
  items: readonly unknown[],
  size: string,
  sizeMax: number,
  sizeDefault: number,
): Answer {
  const per = Math.min(Number(call.query.get(size) ?? sizeDefault), sizeMax)
  const page = Number(call.query.get('page') ?? 1)
  const next = new URLSearchParams(call.query)
  next.set('page', String(page + 1))
  const more = page * per < items.length
  // Another host than the one asked, as behind a proxy.
  const headers: Record<string, string> = more
    ? { link: `<https://elsewhere.invalid/list?${next}>; rel="next"` }
    : {}
  return ok(items.slice((page - 1) * per, page * per), headers)
}

function route(
  prefix: string,
  routes: readonly Route[],
  allowed: (call: Call) => boolean,
  call: Call,
): Answer {
  if (!call.path.startsWith(`${prefix}/`)) return refuse(404, 'no such path')
  if (!allowed(call)) return refuse(401, '401 Unauthorized')
  const path = call.path.slice(prefix.length)
  for (const [method, pattern, handle] of routes) {
    const match = method === call.method ? pattern.exec(path) : null
    if (match) return handle(call, ...match.slice(1).map(decodeURIComponent))
  }
  return refuse(404, `404 Not Found: ${call.method} ${path}`)
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return parts.length === 0 ? undefined : JSON.parse(Buffer.concat(parts).toString('utf8'))
}
