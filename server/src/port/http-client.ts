export type AwsCredentials = {
  region: string
  service: string
  accessKeyId: string
  secretAccessKey: string
  /** Of temporary credentials; empty for none. */
  sessionToken: string
}
export type HttpRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD'
  url: string
  headers: Readonly<Record<string, string>>
  body?: Uint8Array
  timeoutMs: number
  /** Largest body of the answer, decompressed, in bytes. */
  bytesMax: number
  signal?: AbortSignal
  /** Signs the request with AWS Signature Version 4 as it is sent. */
  aws?: AwsCredentials
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

/** An answer as it comes, uncompressed. Whoever reads the body bounds what is kept of it; the connection ends when the reading does. */
export type HttpStream = Pick<HttpResponse, 'status' | 'headers'> & { body: AsyncIterable<Uint8Array> }

/** For answers that do not end by themselves, such as a watch. */
export interface HttpStreams {
  /**
   * As `send`, but resolves with the head of the answer; `timeoutMs` is for that, and for each silence within the body, and
   * `bytesMax` is not looked at. The body must be read, be it to its first part, or the signal aborted. With `reuse` the connection is
   * taken from those that wait, and kept where the body was read to its end; a request that meets one which was just closed is sent again.
   */
  stream(request: HttpRequest & { reuse?: boolean }): Promise<HttpStream>
}

/** An open WebSocket (RFC 6455). */
export type HttpSocket = {
  status: 101
  /** Which of the protocols asked for the other side chose. */
  protocol: string
  /** Binary and text messages alike, as bytes. Ends when the other side closes; ending the reading closes the connection. */
  messages: AsyncIterable<Uint8Array>
  /** Resolves once it is handed to the system. */
  send(message: Uint8Array): Promise<void>
  close(): void
}

/** For conversations, behind the same guard. */
export interface HttpSockets {
  /**
   * Opens a WebSocket; the URL is http or https. Where the other side does not change protocols, its answer comes as `send` would give it
   * (its first `bytesMax` bytes). `timeoutMs` is for the opening and for each silence, `bytesMax` for one message. The messages must be
   * read, or `close` called. Throws as `send`.
   */
  open(request: HttpRequest, protocols: readonly string[]): Promise<HttpSocket | HttpResponse>
}
