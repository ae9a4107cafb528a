import { type Api, api, type OperationId } from './api/index.ts'
import type { OperationInput, OperationOutput } from './api/operation.ts'
import { ErrorBody, type ErrorCode } from './error.ts'

/** An answer other than success: the platform's own error form, or what stood in its place. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: ErrorCode
  readonly details: readonly { path: string; message: string }[]
  readonly traceId: string
  constructor(status: number, body: ErrorBody['error']) {
    super(body.message)
    this.status = status
    this.code = body.code
    this.details = body.details ?? []
    this.traceId = body.trace_id
  }
}

export type ClientOptions = {
  /** Origin of the server, for example http://localhost:8080; empty in a page that the server served. */
  url: string
  token?: string
  tenant?: string
  fetch?: typeof fetch
  timeoutMs?: number
}

type Argument<K extends OperationId> = OperationInput<Api[K]>
/** An operation without required parts is called without an argument. */
type Call<K extends OperationId> =
  Record<string, never> extends Argument<K>
    ? (input?: Argument<K>) => Promise<OperationOutput<Api[K]>>
    : (input: Argument<K>) => Promise<OperationOutput<Api[K]>>
export type Client = { readonly [K in OperationId]: Call<K> }

type Parts = { params?: Record<string, unknown>; query?: Record<string, unknown>; body?: unknown }

/** The address of a call: `{name}` filled in, lists repeated, undefined left out. */
export function pathOf(path: string, parts: Parts): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    // Half of a character is no part of an address, and would throw here.
    encodeURIComponent(String(parts.params?.[name]).toWellFormed()),
  )
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parts.query ?? {})) {
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined && one !== null) query.append(name, String(one))
  }
  const text = query.toString()
  return text === '' ? filled : `${filled}?${text}`
}

/** A typed client of the whole API, made from the table. Answers are trusted: the server validates what it sends. */
export function createClient(options: ClientOptions): Client {
  const send = options.fetch ?? fetch
  async function call(id: OperationId, parts: Parts = {}): Promise<unknown> {
    const operation = api[id]
    const headers: Record<string, string> = { accept: 'application/json' }
    if (parts.body !== undefined) headers['content-type'] = 'application/json'
    if (options.token) headers.authorization = `Bearer ${options.token}`
    if (options.tenant) headers['x-tenant-id'] = options.tenant
    const response = await send(options.url + pathOf(operation.path, parts), {
      method: operation.method,
      headers,
      ...(parts.body === undefined ? {} : { body: JSON.stringify(parts.body) }),
      signal: AbortSignal.timeout(options.timeoutMs ?? 30_000),
    })
    if (response.ok) return response.status === 204 ? null : response.json()
    throw await errorOf(response)
  }
  return Object.fromEntries(
    (Object.keys(api) as OperationId[]).map((id) => [id, (parts?: Parts) => call(id, parts)]),
  ) as unknown as Client
}

async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text()
  try {
    return new ApiError(response.status, ErrorBody.parse(JSON.parse(text)).error)
  } catch {
    const message = `The server answered ${response.status}: ${text.slice(0, 200) || 'nothing'}`
    return new ApiError(response.status, { code: 'UPSTREAM_FAILED', message, trace_id: '', timestamp: '' })
  }
}
