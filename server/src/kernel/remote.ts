import { Fault, messageOf } from './fault.ts'

export type RemoteOptions = {
  /** What answers, as faults call it. */
  name: string
  /** Its address, with a path where it has one. */
  url: string
  timeoutMs: number
  /** Sent with every request, read anew each time: credentials may change. */
  headers?: () => Promise<Readonly<Record<string, string>>>
}
export type RemoteRequest = {
  method?: 'GET' | 'POST'
  query?: URLSearchParams
  headers?: Readonly<Record<string, string>>
  body?: Uint8Array | string | URLSearchParams
  timeoutMs?: number
}

/** It answered, and not with 2xx. */
export class RemoteRefusal extends Error {
  readonly status: number
  constructor(name: string, status: number, text: string) {
    super(`${name} answered ${status}${text === '' ? '' : `: ${text}`}`)
    this.status = status
  }
  /** Whether the same request will never be taken: it is at fault itself, not the time, the credentials or the address. */
  get final(): boolean {
    return (
      this.status >= 400 && this.status < 500 && ![401, 403, 404, 407, 408, 425, 429].includes(this.status)
    )
  }
}

const textMax = 300

/** Requests to one service over HTTP. Rejects with RemoteRefusal, or with STORAGE_UNAVAILABLE when it does not answer. */
export class Remote {
  readonly #options: RemoteOptions
  constructor(options: RemoteOptions) {
    this.#options = { ...options, url: options.url.replace(/\/+$/, '') }
  }

  get name(): string {
    return this.#options.name
  }

  /** An answer of 2xx, its body not read yet. */
  async call(path: string, request: RemoteRequest = {}): Promise<Response> {
    const { name, url, timeoutMs, headers } = this.#options
    const query = request.query?.toString() ?? ''
    const answer = await this.#guard(async () =>
      fetch(`${url}${path}${query === '' ? '' : `?${query}`}`, {
        ...{ method: request.method ?? 'GET', redirect: 'error' },
        headers: { ...(await headers?.()), ...request.headers },
        ...(request.body === undefined ? {} : { body: request.body as NonNullable<RequestInit['body']> }),
        signal: AbortSignal.timeout(request.timeoutMs ?? timeoutMs),
      }),
    )
    if (answer.ok) return answer
    const text = await answer.text().catch(() => '')
    throw new RemoteRefusal(name, answer.status, text.slice(0, textMax).replace(/\s+/g, ' ').trim())
  }

  /** For what needs no more than the answer. */
  async send(path: string, request: RemoteRequest = {}): Promise<void> {
    const answer = await this.call(path, request)
    await this.#guard(() => answer.arrayBuffer())
  }

  /** The answer as text, at most `bytesMax` of it: over it INVALID_REQUEST with `tooMuch`. */
  async text(path: string, request: RemoteRequest, bytesMax: number, tooMuch: string): Promise<string> {
    let text = ''
    for await (const line of this.lines(path, request, bytesMax, tooMuch)) text += `${line}\n`
    return text
  }

  /** The answer line by line, empty lines left out. What is not read any more is not fetched any more. */
  async *lines(
    path: string,
    request: RemoteRequest,
    bytesMax: number,
    tooMuch: string,
  ): AsyncIterable<string> {
    const answer = await this.call(path, request)
    if (!answer.body) return
    const reader = answer.body.getReader()
    const decoder = new TextDecoder()
    let bytes = 0
    let rest: string[] = []
    try {
      for (;;) {
        const { done, value } = await this.#guard(() => reader.read())
        if (done) break
        bytes += value.length
        if (bytes > bytesMax) throw new Fault('INVALID_REQUEST', tooMuch)
        const parts = decoder.decode(value, { stream: true }).split('\n')
        const last = parts.pop() ?? ''
        if (parts.length > 0) {
          rest.push(parts[0]!)
          parts[0] = rest.join('')
          rest = []
          for (const line of parts) if (line !== '') yield line
        }
        rest.push(last)
      }
      const line = rest.join('') + decoder.decode()
      if (line !== '') yield line
    } finally {
      await reader.cancel().catch(() => undefined)
    }
  }

  async #guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Fault) throw error
      const reason =
        error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error)
      throw new Fault('STORAGE_UNAVAILABLE', `${this.#options.name} does not answer: ${reason}.`, {
        ...{ cause: error, retryAfterSeconds: 5 },
      })
    }
  }
}

/** What a read met, as a fault for whoever asked. */
export function faultOf(error: unknown): unknown {
  if (!(error instanceof RemoteRefusal)) return error
  return new Fault(error.final ? 'INVALID_REQUEST' : 'STORAGE_UNAVAILABLE', `${error.message}.`, {
    cause: error,
  })
}
