export type HttpRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD'
  url: string
  headers: Readonly<Record<string, string>>
  body?: Uint8Array
  timeoutMs: number
  /** Largest body of the answer, decompressed, in bytes. */
  bytesMax: number
  signal?: AbortSignal
  tls?: { ca?: string; cert?: string; key?: string; serverName?: string; insecureSkipVerify?: boolean }
}
/** `headers` in lower case; `body` decompressed. */
export type HttpResponse = { status: number; headers: Readonly<Record<string, string>>; body: Buffer }

/**
 * Asks other systems over HTTP, behind the outbound guard: never a metadata address, never a redirect.
 * Throws VALIDATION_FAILED (URL), PERMISSION_DENIED (address), UPSTREAM_FAILED (not reached), TIMEOUT, BODY_TOO_LARGE (answer).
 */
export interface HttpClient {
  send(request: HttpRequest): Promise<HttpResponse>
}
