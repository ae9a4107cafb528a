import type { Clock } from '../../kernel/clock.ts'
import type {
  HttpClient,
  HttpRequest,
  HttpResponse,
  HttpSocket,
  HttpSockets,
  HttpStream,
  HttpStreams,
} from '../../port/http-client.ts'
import { type Asked, failureOf, statusOf } from './api-failure.ts'
import { parseJson } from './list-page.ts'

export type ClusterApiDeps = {
  http: HttpClient
  streams: HttpStreams
  /** Left out: `exec` is refused. */
  sockets?: HttpSockets
  clock: Clock
}

/** Asked for anew before each request: credentials are rotated while a cluster is watched. */
export type ClusterApiAccess = {
  headers: Readonly<Record<string, string>>
  tls?: NonNullable<HttpRequest['tls']>
}
export type ClusterApiSettings = {
  /** `https://host:6443`, perhaps with a path before that of the API. */
  server: string
  access: () => Promise<ClusterApiAccess>
}

export type Call = {
  path: string
  query?: Iterable<readonly [string, string]>
  accept: string
  asked: Asked
  timeoutMs: number
  bytesMax: number
  body?: unknown
  signal?: AbortSignal | undefined
}

/** Asks one API server, and turns every answer but a good one into a ClusterApiFailure. */
export type ApiCaller = {
  host: string
  send(call: Call): Promise<HttpResponse>
  stream(call: Call): Promise<HttpStream>
  open(call: Call, protocols: readonly string[], sockets: HttpSockets): Promise<HttpSocket>
}

const statusBytesMax = 65_536

export function createApiCaller(deps: ClusterApiDeps, settings: ClusterApiSettings): ApiCaller {
  const server = settings.server.replace(/[?#].*$/, '').replace(/\/+$/, '')
  const host = URL.parse(server)?.host ?? server.slice(0, 256)

  async function requestOf(call: Call): Promise<HttpRequest> {
    const { headers, tls } = await settings.access()
    const query = new URLSearchParams(
      [...(call.query ?? [])].map(([name, value]): [string, string] => [name, value]),
    ).toString()
    const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body))
    return {
      method: body ? 'POST' : 'GET',
      url: `${server}${call.path}${query === '' ? '' : `${call.path.includes('?') ? '&' : '?'}${query}`}`,
      headers: { accept: call.accept, ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      timeoutMs: call.timeoutMs,
      bytesMax: call.bytesMax,
      ...(body ? { body } : {}),
      ...(call.signal ? { signal: call.signal } : {}),
      ...(tls ? { tls } : {}),
    }
  }
  const failed = ({ status, headers, body }: HttpResponse, { asked }: Call) =>
    failureOf(status, statusOf(lenient(body)), asked, host, headers['retry-after'], deps.clock.now())

  return {
    host,
    async send(call) {
      const answer = await deps.http.send(await requestOf(call))
      if (answer.status < 200 || answer.status > 299) throw failed(answer, call)
      return answer
    },
    async stream(call) {
      const answer = await deps.streams.stream(await requestOf(call))
      if (answer.status === 200) return answer
      const parts: Uint8Array[] = []
      let sizeBytes = 0
      for await (const part of answer.body) {
        parts.push(part)
        sizeBytes += part.length
        if (sizeBytes > statusBytesMax) break
      }
      throw failed({ ...answer, body: Buffer.concat(parts) }, call)
    },
    async open(call, protocols, sockets) {
      const answer = await sockets.open(await requestOf(call), protocols)
      if (answer.status !== 101) throw failed(answer as HttpResponse, call)
      return answer as HttpSocket
    },
  }
}

function lenient(body: Uint8Array): unknown {
  try {
    return body.length > statusBytesMax ? undefined : parseJson(body)
  } catch {
    return undefined
  }
}
