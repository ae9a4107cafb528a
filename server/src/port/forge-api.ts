import type { z } from 'zod'
import type { Clock } from '../kernel/clock.ts'
import { Fault, isFault, messageOf } from '../kernel/fault.ts'
import type { HttpClient, HttpRequest } from './http-client.ts'
import type { SecretSource } from './secret-source.ts'

export type ForgeApiDeps = { http: HttpClient; secrets: SecretSource; clock: Clock }
export type ForgeApiOptions = {
  /** As people call it, for sentences. */
  name: string
  /** Of the API, with its path. */
  url: string
  tokenSecret: string
  /** Of the repository. Who may not see it is told 404 for everything below, which must not read as a branch that is gone. */
  root?: string
  headers(token: string): Readonly<Record<string, string>>
}
export type ForgeQuestion = {
  method?: HttpRequest['method']
  path: string
  query?: Readonly<Record<string, string | number | boolean | undefined>>
  body?: unknown
  accept?: string
  bytesMax?: number
}
export type ForgeAnswer = {
  status: number
  headers: Readonly<Record<string, string>>
  body: Buffer
}

const timeoutMs = 30_000
const answerBytesMax = 8 * 1_048_576
const pagesMax = 50
const retryAfterSecondsMax = 3_600
/** Answers that are kept to be confirmed by their ETag: at most so many, of at most so many bytes. */
const keptMax = 128
const keptBytesMax = 65_536

/**
 * Questions to the API of a forge. The token is read anew for each and goes to no other host: redirects are failures, and of a link to a
 * next page only the query is taken. Answers 2xx and 4xx; throws PERMISSION_DENIED (401, 403), UPSTREAM_FAILED (3xx, 5xx, not reached, and
 * 429 or 403 of a rate limit, with the time after which to try again) and BODY_TOO_LARGE.
 */
export class ForgeApi {
  readonly #deps: ForgeApiDeps
  readonly #options: ForgeApiOptions
  readonly #kept = new Map<string, { etag: string; answer: ForgeAnswer }>()

  constructor(deps: ForgeApiDeps, options: ForgeApiOptions) {
    this.#deps = deps
    this.#options = { ...options, url: options.url.replace(/\/+$/, '') }
  }

  async ask(question: ForgeQuestion): Promise<ForgeAnswer> {
    const { method = 'GET', path, query = {}, body, accept = 'application/json' } = question
    const { url, headers, tokenSecret } = this.#options
    const token = await this.#deps.secrets.read(tokenSecret)
    const asked = new URLSearchParams(
      Object.entries(query).flatMap(([key, value]): [string, string][] =>
        value === undefined ? [] : [[key, String(value)]],
      ),
    ).toString()
    const whole = `${url}${path}${asked === '' ? '' : `?${asked}`}`
    const key = `${accept} ${whole}`
    const kept = method === 'GET' ? this.#kept.get(key) : undefined
    const answer = await this.#send({
      ...{ method, url: whole, timeoutMs, bytesMax: question.bytesMax ?? answerBytesMax },
      headers: {
        ...{ accept, ...headers(token.trim()) },
        ...(kept ? { 'if-none-match': kept.etag } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) }),
    })
    if (kept && answer.status === 304) return kept.answer
    this.#check(answer)
    if (method === 'GET') this.#keep(key, answer)
    if (answer.status === 404) await this.#seeRoot(path)
    return answer
  }

  /** The answer as it must be; undefined for 404 where `absent` allows it. */
  async read<S extends z.ZodType>(schema: S, question: ForgeQuestion): Promise<z.output<S> | undefined> {
    const answer = await this.ask(question)
    return answer.status === 404 ? undefined : this.parse(schema, answer)
  }

  /** As `read`, and NOT_FOUND for 404. */
  async need<S extends z.ZodType>(schema: S, question: ForgeQuestion): Promise<z.output<S>> {
    return this.parse(schema, await this.ask(question))
  }

  /** The parts of a list, page after page, until there are `itemsMax` or none. `per` is asked for; the forge may give fewer. */
  async *list<S extends z.ZodType>(
    schema: S,
    question: ForgeQuestion,
    per: { name: string; size: number },
  ): AsyncGenerator<z.output<S>> {
    let query: ForgeQuestion['query'] = { ...question.query, [per.name]: per.size, page: 1 }
    if (query.pagination === 'keyset') query = { ...query, page: undefined }
    for (let page = 1; page <= pagesMax; page += 1) {
      const answer = await this.ask({ ...question, query })
      const items = this.parse(schema, answer)
      yield items
      const next = nextQuery(answer.headers)
      if (next) query = { ...query, page: undefined, ...next }
      else if (answer.headers.link !== undefined || !Array.isArray(items) || items.length < per.size) return
      else query = { ...query, page: page + 1 }
    }
    throw new Fault('BODY_TOO_LARGE', `${this.#options.name} lists more than ${pagesMax} pages here.`)
  }

  parse<S extends z.ZodType>(schema: S, answer: ForgeAnswer): z.output<S> {
    if (answer.status < 200 || answer.status > 299) throw this.refusal(answer)
    const parsed = schema.safeParse(jsonOf(answer.body))
    if (parsed.success) return parsed.data
    const at = parsed.error.issues[0]?.path.join('.') ?? ''
    throw new Fault(
      'UPSTREAM_FAILED',
      `The answer of ${this.#options.name} is not understood${at ? ` (at ${at})` : ''}.`,
    )
  }

  /** What a 4xx means that its caller did not expect. */
  refusal(answer: ForgeAnswer): Fault {
    const said = saidBy(answer)
    const sentence = `${this.#options.name} answered ${answer.status}${said ? `: ${said}` : '.'}`
    if (answer.status === 404) return new Fault('NOT_FOUND', sentence)
    return new Fault('CONFLICT', sentence)
  }

  async #send(request: HttpRequest): Promise<ForgeAnswer> {
    try {
      return await this.#deps.http.send(request)
    } catch (error) {
      if (isFault(error) && error.code === 'TIMEOUT')
        throw new Fault('UPSTREAM_FAILED', `${this.#options.name}: ${messageOf(error)}`, { cause: error })
      throw error
    }
  }

  #check(answer: ForgeAnswer): void {
    const { status, headers } = answer
    const { name } = this.#options
    const limited = status === 429 || (status === 403 && isRateLimit(answer))
    if (limited || status >= 500) {
      const retryAfterSeconds = waitSeconds(headers, this.#deps.clock.now(), limited ? 60 : 5)
      const why = limited ? 'takes no more requests for now' : `answered ${status}`
      throw new Fault('UPSTREAM_FAILED', `${name} ${why}; try again in ${retryAfterSeconds} s.`, {
        retryAfterSeconds,
      })
    }
    if (status === 401 || status === 403)
      throw new Fault(
        'PERMISSION_DENIED',
        `${name} answered ${status}: the token may not do this${suffix(saidBy(answer))}.`,
      )
    if (status >= 300 && status < 400)
      throw new Fault(
        'UPSTREAM_FAILED',
        `${name} has moved${movedTo(headers)}; set its address to where it is.`,
      )
  }

  async #seeRoot(path: string): Promise<void> {
    const { name, root } = this.#options
    if (root === undefined || path === root || !path.startsWith(root)) return
    if ((await this.ask({ path: root })).status === 404)
      throw new Fault('NOT_FOUND', `${name} has no such repository, or the token may not see it.`)
  }

  #keep(key: string, answer: ForgeAnswer): void {
    const { etag } = answer.headers
    this.#kept.delete(key)
    if (etag === undefined || answer.status !== 200 || answer.body.length > keptBytesMax) return
    this.#kept.set(key, { etag, answer })
    if (this.#kept.size > keptMax)
      for (const oldest of this.#kept.keys()) return void this.#kept.delete(oldest)
  }
}

/** What the forge said of its refusal: a stranger's words, one line of at most 200 characters. */
export function saidBy({ body }: ForgeAnswer): string {
  const json = jsonOf(body)
  const said = json && typeof json === 'object' ? (json as Record<string, unknown>) : {}
  const parts = [said.message, said.error, said.errors].filter((part) => part !== undefined && part !== null)
  const text = parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join('; ')
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 200)
}

export function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** The query of the next page (RFC 8288), and nothing else of that address. */
function nextQuery(headers: Readonly<Record<string, string>>): Record<string, string> | undefined {
  for (const link of (headers.link ?? '').slice(0, 8_192).split(/,\s*(?=<)/)) {
    const [, address] = /^\s*<([^>]*)>\s*;[^<]*\brel="?next"?/.exec(link) ?? []
    const at = address?.indexOf('?') ?? -1
    if (address !== undefined && at >= 0)
      return Object.fromEntries(new URLSearchParams(address.slice(at + 1)))
  }
  return undefined
}

const isRateLimit = ({ headers, body }: ForgeAnswer): boolean =>
  headers['retry-after'] !== undefined ||
  headers['x-ratelimit-remaining'] === '0' ||
  headers['ratelimit-remaining'] === '0' ||
  /rate limit/i.test(body.subarray(0, 2_000).toString('utf8'))

/** Seconds by Retry-After, else until the limit is lifted, else `fallback`; at most an hour. */
function waitSeconds(headers: Readonly<Record<string, string>>, nowMs: number, fallback: number): number {
  const after = headers['retry-after']
  const reset = headers['x-ratelimit-reset'] ?? headers['ratelimit-reset']
  let seconds = Number.NaN
  if (after !== undefined) seconds = /^\d+$/.test(after) ? Number(after) : (Date.parse(after) - nowMs) / 1_000
  else if (reset !== undefined && /^\d+$/.test(reset)) seconds = Number(reset) - nowMs / 1_000
  if (!Number.isFinite(seconds)) seconds = fallback
  return Math.min(Math.max(Math.ceil(seconds), 1), retryAfterSecondsMax)
}

function movedTo({ location = '' }: Readonly<Record<string, string>>): string {
  const host = URL.parse(location)?.host ?? ''
  return /^[\w.:[\]-]{1,200}$/.test(host) ? ` to ${host}` : ''
}

const suffix = (said: string): string => (said === '' ? '' : ` (${said})`)
