/** A server that plays recorded exchanges: it knows the requests that were recorded, in any order, and nothing else. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

export type Exchange = {
  method: 'GET' | 'POST'
  path: string
  /** What the query must say, among other things. */
  query?: Record<string, string>
  headers?: Record<string, string>
  /** Of a body in JSON, as it must be. */
  body?: unknown
  status: number
  answer?: unknown
}
export type Replay = {
  origin: string
  /** Requests that were not recorded, for a test to show. */
  unknown: string[]
  /** How often each exchange was played. */
  played: number[]
  close(): Promise<void>
}

export async function startReplay(exchanges: readonly Exchange[]): Promise<Replay> {
  const unknown: string[] = []
  const played = exchanges.map(() => 0)
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://replay')
    const body = await bodyOf(request)
    const at = exchanges.findIndex((exchange) => fits(exchange, request, url, body))
    const exchange = exchanges[at]
    if (!exchange) {
      unknown.push(`${request.method} ${decodeURIComponent(url.pathname + url.search)} ${body}`)
      return void response.writeHead(501).end()
    }
    played[at]! += 1
    const text = exchange.answer === undefined ? '' : JSON.stringify(exchange.answer)
    response.writeHead(exchange.status, { 'content-type': 'application/json' }).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    ...{ unknown, played, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function fits(exchange: Exchange, request: IncomingMessage, url: URL, body: string): boolean {
  return (
    exchange.method === request.method &&
    exchange.path === url.pathname &&
    Object.entries(exchange.query ?? {}).every(([name, value]) => url.searchParams.get(name) === value) &&
    Object.entries(exchange.headers ?? {}).every(([name, value]) => request.headers[name] === value) &&
    (exchange.body === undefined || sorted(JSON.parse(body || 'null')) === sorted(exchange.body))
  )
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString()
}

/** One text for one value, whatever the order of names. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, part) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
