import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import type { Semaphore } from '../../../kernel/semaphore.ts'
import type { AwsCredentials, HttpClient } from '../../../port/http-client.ts'
import type { SecretSource } from '../../../port/secret-source.ts'
import type { Delivery } from '../index.ts'
import { parseJson } from '../wire/body.ts'
import { expressionsOf, fill, lookUp } from './json-lookup.ts'
import { KnownPoints } from './known-point.ts'
import type { PullJob, PullRequest } from './pull-document.ts'
import { mapAnswer, type PulledPoint } from './pull-mapping.ts'

export type PullLoopDeps = {
  http: HttpClient
  secrets: SecretSource
  clock: Clock
  gate: Semaphore
  bytesMax: number
  knownPointsMax: number
  deliver(delivery: Delivery): Promise<unknown>
  done(job: PullJob, points: number, failed: boolean): void
}
export type PullState = {
  health: 'UP' | 'DOWN' | 'UNKNOWN'
  lastError: string
  lastPullMs: number | null
  points: number
  skipped: number
}

const BATCH_POINTS = 10_000

/** One source, asked at its times, never twice at once. */
export class PullLoop {
  readonly job: PullJob
  readonly tenant: string
  readonly #deps: PullLoopDeps
  readonly #known: KnownPoints
  #cancel: (() => void) | undefined
  #running: Promise<void> | undefined
  readonly #abort = new AbortController()
  state: PullState = { health: 'UNKNOWN', lastError: '', lastPullMs: null, points: 0, skipped: 0 }

  constructor(job: PullJob, tenant: string, deps: PullLoopDeps) {
    this.job = job
    this.tenant = tenant
    this.#deps = deps
    this.#known = new KnownPoints(deps.knownPointsMax)
  }

  start(): void {
    const begin = (): void => {
      this.#running ??= this.#deps.gate
        .run(() => this.#pull())
        .finally(() => {
          this.#running = undefined
        })
    }
    begin()
    this.#cancel = this.#deps.clock.every(this.job.interval, begin)
  }

  async stop(): Promise<void> {
    this.#cancel?.()
    this.#abort.abort()
    await this.#running
  }

  async #pull(): Promise<void> {
    if (this.#abort.signal.aborted) return
    const { clock, done } = this.#deps
    const endMs = clock.now() - this.job.delay
    const startMs = endMs - this.job.lookback
    let points = 0
    let skipped = 0
    let error = ''
    try {
      for (const request of this.job.requests)
        for await (const answer of this.#answers(request, startMs, endMs)) {
          const mapped = mapAnswer(answer, this.job.metrics, endMs)
          skipped += mapped.skipped
          points += await this.#write(mapped.points)
        }
      this.#known.forgetBefore(startMs - this.job.lookback)
    } catch (cause) {
      error = messageOf(cause)
    }
    this.state = {
      health: error === '' ? 'UP' : 'DOWN',
      lastError: error,
      lastPullMs: clock.now(),
      points,
      skipped,
    }
    done(this.job, points, error !== '')
  }

  /** Points fetched again are passed over; one with another value replaces what was written. */
  async #write(points: readonly PulledPoint[]): Promise<number> {
    const fresh = points.filter((point) => this.#known.isNew(point))
    for (let at = 0; at < fresh.length; at += BATCH_POINTS) {
      const batch = fresh.slice(at, at + BATCH_POINTS)
      const metrics = batch.map(({ name, labels, kind, unit, timeMs, value }) => ({
        name,
        labels: { ...labels },
        type: kind,
        ...(unit === '' ? {} : { unit }),
        value,
        timestamp: isoTime(timeMs),
      }))
      await this.#deps.deliver({
        kind: 'plain-metrics',
        tenant: this.tenant,
        body: Buffer.from(JSON.stringify({ metrics })),
        encoding: 'identity',
        format: 'json',
      })
      for (const point of batch) this.#known.add(point)
    }
    return fresh.length
  }

  /** The answer and its further pages, at most as many as the pull allows. */
  async *#answers(request: PullRequest, startMs: number, endMs: number): AsyncGenerator<unknown> {
    const { pages } = this.job
    const filled = await this.#filled(request, startMs, endMs)
    let { url, body } = filled
    for (let page = 1; ; page += 1) {
      const answer = await this.#ask(request.method, url, filled.headers, body)
      yield answer
      const next = pages ? lookUp({ value: answer, outer: null }, pages.next) : undefined
      if (!pages || typeof next !== 'string' || next === '') return
      if (page >= pages.max)
        throw new Fault(
          'UPSTREAM_FAILED',
          `There are more than ${pages.max} pages; those read so far were taken.`,
        )
      if (pages.query !== undefined) {
        const address = new URL(filled.url)
        address.searchParams.set(pages.query, next)
        url = address.href
      } else if (pages.body !== undefined) body = withField(filled.body, pages.body, next)
      else url = sameOrigin(next, filled.url)
    }
  }

  async #ask(
    method: PullRequest['method'],
    url: string,
    headers: Record<string, string>,
    body: string | undefined,
  ): Promise<unknown> {
    const answer = await this.#deps.http.send({
      method,
      url,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: Buffer.from(body) }),
      ...(this.job.auth ? { aws: await this.#credentials(this.job.auth) } : {}),
      timeoutMs: this.job.timeout,
      bytesMax: this.#deps.bytesMax,
      signal: this.#abort.signal,
    })
    if (answer.status < 200 || answer.status > 299) {
      // The text may say why; it is another's, so it is cut and made harmless.
      const said = answer.body.toString('utf8', 0, 200).replace(/[^\x20-\x7e]+/g, ' ')
      throw new Fault(
        'UPSTREAM_FAILED',
        `${new URL(url).host} answered with HTTP status ${answer.status}: ${said}`,
      )
    }
    return parseJson(answer.body)
  }

  /** Read anew for each request: temporary ones are replaced while the program runs. */
  async #credentials(auth: NonNullable<PullJob['auth']>): Promise<AwsCredentials> {
    const { secrets } = this.#deps
    return {
      ...{ region: auth.region, service: auth.service },
      accessKeyId: await secrets.read(auth.access_key_id),
      secretAccessKey: await secrets.read(auth.secret_access_key),
      sessionToken: auth.session_token === undefined ? '' : await secrets.read(auth.session_token),
    }
  }

  async #filled(
    request: PullRequest,
    startMs: number,
    endMs: number,
  ): Promise<{ url: string; headers: Record<string, string>; body: string | undefined }> {
    const templates = [request.url, ...Object.values(request.headers), ...textsIn(request.body)]
    const values = await this.#values(templates, startMs, endMs)
    const of = (template: string): string => {
      const filled = fill(template, (name) => values.get(name))
      if (filled === undefined)
        throw new Fault(
          'VALIDATION_FAILED',
          `Of a request, only ${[...values.keys()].slice(0, 6).join(', ')} and secret.NAME can be filled in.`,
        )
      return filled
    }
    const headers = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), of(value)])
    const { body } = request
    return {
      url: of(request.url),
      headers: Object.fromEntries(headers) as Record<string, string>,
      body:
        typeof body === 'object'
          ? JSON.stringify(filledIn(body, of))
          : body === undefined
            ? undefined
            : of(body),
    }
  }

  async #values(templates: readonly string[], startMs: number, endMs: number): Promise<Map<string, string>> {
    const values = new Map<string, string>()
    for (const [name, ms] of [
      ['start', startMs],
      ['end', endMs],
    ] as const) {
      values.set(name, isoTime(ms).replace(/\.\d+Z$/, 'Z'))
      values.set(`${name}_seconds`, String(Math.floor(ms / 1_000)))
      values.set(`${name}_ms`, String(ms))
    }
    for (const expression of templates.flatMap(expressionsOf))
      if (expression.startsWith('secret.'))
        values.set(expression, await this.#deps.secrets.read(expression.slice(7)))
    return values
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

const wholeNumber = /^\{\{\s*(?:start|end)_(?:seconds|ms)\s*\}\}$/

/** A document with its texts filled in; a text that is nothing but a time as a number becomes that number. */
function filledIn(value: unknown, of: (template: string) => string): unknown {
  if (typeof value === 'string') return wholeNumber.test(value) ? Number(of(value)) : of(value)
  if (Array.isArray(value)) return value.map((entry) => filledIn(entry, of))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, filledIn(entry, of)]))
}

function withField(body: string | undefined, name: string, value: string): string {
  const written = body === undefined ? {} : parseJson(Buffer.from(body))
  if (typeof written !== 'object' || written === null)
    throw new Fault('VALIDATION_FAILED', 'pages.body needs a request whose body is a JSON object.')
  return JSON.stringify({ ...written, [name]: value })
}

/** The next page is asked for with the same credentials, so it must be at the same place. */
function sameOrigin(next: string, url: string): string {
  const address = URL.parse(next, url)
  if (address?.origin === new URL(url).origin) return address.href
  throw new Fault('UPSTREAM_FAILED', 'The next page is at another host; it was not asked.')
}
