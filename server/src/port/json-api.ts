import { Fault } from '../kernel/fault.ts'
import type { Ask } from './cluster-backend.ts'
import type { HttpClient, HttpRequest } from './http-client.ts'

export type ApiOptions = {
  /** With the path under which the API lies. */
  url: string
  bytesMax: number
  /** Sent with every request, read anew each time: credentials and certificates may change. */
  access(): Promise<{ headers: Readonly<Record<string, string>>; tls?: HttpRequest['tls'] }>
}
/** `json` is undefined for a body that is none; `text` begins it, for people. */
export type JsonAnswer = { status: number; ok: boolean; json: unknown; text: string }
export type JsonQuestion = { path: string; query?: URLSearchParams; form?: URLSearchParams; accept?: string }

const textMax = 300

/** Questions to one HTTP API that answers in JSON. Throws what `HttpClient` throws, and PERMISSION_DENIED for 401 and 403. */
export class JsonApi {
  readonly #http: HttpClient
  readonly #options: ApiOptions
  constructor(http: HttpClient, options: ApiOptions) {
    this.#http = http
    this.#options = { ...options, url: options.url.replace(/\/+$/, '') }
  }

  async ask({ path, query, form, accept = 'application/json' }: JsonQuestion, ask: Ask): Promise<JsonAnswer> {
    const { url, bytesMax, access } = this.#options
    const { headers, tls } = await access()
    const text = query?.toString() ?? ''
    const { status, body } = await this.#http.send({
      method: form ? 'POST' : 'GET',
      url: `${url}${path}${text === '' ? '' : `?${text}`}`,
      headers: {
        ...{ accept, ...headers },
        ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
      },
      ...(form ? { body: Buffer.from(form.toString()) } : {}),
      ...{ timeoutMs: ask.timeoutMs, bytesMax },
      ...(ask.signal ? { signal: ask.signal } : {}),
      ...(tls ? { tls } : {}),
    })
    if (status === 401 || status === 403)
      throw new Fault(
        'PERMISSION_DENIED',
        `It answered ${status}: the credentials are missing, expired or not enough.`,
      )
    return { status, ok: status >= 200 && status <= 299, json: jsonOf(body), text: beginning(body) }
  }
}

/** What to say of an answer that is none. */
export function notUnderstood(system: string, { status, ok, text }: JsonAnswer): Fault {
  const said = text === '' ? '' : `: ${text}`
  return new Fault(
    'UPSTREAM_FAILED',
    ok ? `Its answer is not that of ${system}${said || ', but empty'}` : `It answered ${status}${said}`,
  )
}

const beginning = (body: Buffer): string =>
  body.subarray(0, textMax).toString('utf8').replace(/\s+/g, ' ').trim()

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
