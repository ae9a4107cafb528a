import { createHash } from 'node:crypto'
import { compressSync } from 'snappy'
import type { Clock } from '../../../kernel/clock.ts'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import type { Semaphore } from '../../../kernel/semaphore.ts'
import type { HttpClient } from '../../../port/http-client.ts'
import { acceptHeader } from '../exposition/content-type.ts'
import { encodeScrape, type ScrapeReport } from '../exposition/header.ts'
import { nothingFound, type ScrapeOutcome, type TargetMemories } from '../exposition/target-memory.ts'
import type { Delivery } from '../index.ts'
import { type AccessDeps, accessOf } from './http-access.ts'
import type { Target } from './target.ts'

export type ScrapeLoopDeps = AccessDeps & {
  http: HttpClient
  clock: Clock
  gate: Semaphore
  memories: TargetMemories
  bytesMax: number
  deliver(delivery: Delivery): Promise<unknown>
  /** A scrape is over. */
  done(target: Target, health: 'UP' | 'DOWN'): void
  /** Scrapes that were due while the one before was still under way. */
  skipped(target: Target, count: number): void
  /** A report could not be written: the scrape's own series miss a sample. */
  unreported(target: Target, error: unknown): void
}

export type TargetState = {
  health: 'UP' | 'DOWN' | 'UNKNOWN'
  lastError: string
  lastScrapeMs: number | null
  durationSeconds: number
  samples: number
}

/** How far from its time a scrape may begin and still be stamped with it: even intervals are stored in a fraction of the room. */
const TOLERANCE_SHARE = 0.01
const TOLERANCE_MS_MAX = 10
/** Below this a text is written as it came. */
const COMPRESSED_BYTES_MIN = 4_096

/** One target, scraped at its times, never twice at once. */
export class ScrapeLoop {
  readonly target: Target
  readonly #deps: ScrapeLoopDeps
  #cancel: (() => void) | undefined
  #running: Promise<void> | undefined
  readonly #abort = new AbortController()
  #contentType = ''
  state: TargetState = {
    health: 'UNKNOWN',
    lastError: '',
    lastScrapeMs: null,
    durationSeconds: 0,
    samples: 0,
  }

  constructor(target: Target, deps: ScrapeLoopDeps) {
    this.target = target
    this.#deps = deps
  }

  start(): void {
    this.#schedule(this.#slotFrom(this.#deps.clock.now()))
  }

  /** No more scrapes; resolves once the one under way is over. */
  async stop(): Promise<void> {
    this.#cancel?.()
    this.#abort.abort()
    await this.#running
  }

  /** The target is gone: its series, and those about it, end. */
  async end(): Promise<void> {
    if (this.state.lastScrapeMs === null) return
    const report: ScrapeReport = {
      up: false,
      duration_seconds: 0,
      scraped: 0,
      kept: 0,
      added: 0,
      ended: true,
    }
    await this.#report(this.#deps.clock.now(), report, this.#memoryFails())
  }

  /** Spread over the interval by what the target is, so that it keeps its place when the program starts anew. */
  #slotFrom(atMs: number): number {
    const { intervalMs, key } = this.target
    const offset = createHash('sha256').update(key).digest().readUInt32BE() % intervalMs
    return Math.ceil((atMs - offset) / intervalMs) * intervalMs + offset
  }

  #schedule(slotMs: number): void {
    const { clock, gate } = this.#deps
    const nowMs = clock.now()
    // A clock that was set back must not keep the target waiting.
    const dueMs = slotMs - nowMs > this.target.intervalMs ? this.#slotFrom(nowMs) : slotMs
    this.#cancel = clock.after(Math.max(0, dueMs - nowMs), () => {
      this.#running = gate
        .run(() => this.#scrape(this.#timeOf(dueMs)))
        .finally(() => {
          this.#running = undefined
          if (this.#abort.signal.aborted) return
          const { intervalMs } = this.target
          const missed = Math.max(0, Math.floor((clock.now() - dueMs) / intervalMs))
          if (missed > 0) this.#deps.skipped(this.target, missed)
          this.#schedule(dueMs + (missed + 1) * intervalMs)
        })
    })
  }

  #timeOf(dueMs: number): number {
    const nowMs = this.#deps.clock.now()
    const tolerance = Math.min(this.target.intervalMs * TOLERANCE_SHARE, TOLERANCE_MS_MAX)
    return Math.abs(nowMs - dueMs) <= tolerance ? dueMs : nowMs
  }

  async #scrape(timeMs: number): Promise<void> {
    if (this.#abort.signal.aborted) return
    const { clock, memories } = this.#deps
    const { key } = this.target
    const startedMs = clock.monotonic()
    let error = ''
    try {
      memories.of(key).outcome = nothingFound
      const { text, contentType } = await this.#fetch()
      this.#contentType = contentType
      await this.#deliver(encodeScrape(this.#header(timeMs), text))
    } catch (cause) {
      error = messageOf(cause)
    }
    if (this.#abort.signal.aborted) return
    const durationSeconds = (clock.monotonic() - startedMs) / 1_000
    const found = memories.get(key)?.outcome ?? nothingFound
    const vanished = error === '' ? found.vanished : this.#memoryFails()
    this.state = {
      health: error === '' ? 'UP' : 'DOWN',
      lastError: error,
      lastScrapeMs: timeMs,
      durationSeconds,
      samples: found.scraped,
    }
    this.#deps.done(this.target, error === '' ? 'UP' : 'DOWN')
    await this.#report(timeMs, reportOf(found, error === '', durationSeconds), vanished)
  }

  async #fetch(): Promise<{ text: Buffer; contentType: string }> {
    const { job, url, timeoutMs } = this.target
    const { headers, tls } = await accessOf(job, job.document, this.#deps)
    const limit = job.body_size_limit
    const answer = await this.#deps.http.send({
      method: 'GET',
      url,
      headers: {
        accept: acceptHeader(job.scrape_protocols),
        'accept-encoding': job.enable_compression ? 'gzip' : 'identity',
        'x-prometheus-scrape-timeout-seconds': String(timeoutMs / 1_000),
        ...headers,
      },
      timeoutMs,
      bytesMax: limit > 0 ? Math.min(limit, this.#deps.bytesMax) : this.#deps.bytesMax,
      signal: this.#abort.signal,
      ...(tls ? { tls } : {}),
    })
    if (answer.status !== 200)
      throw new Fault('UPSTREAM_FAILED', `The target answered with HTTP status ${answer.status}.`)
    return { text: answer.body, contentType: (answer.headers['content-type'] ?? '').slice(0, 200) }
  }

  /** Everything the target had, now stale; also what vanished in a scrape that was read but not stored. */
  #memoryFails(): Buffer {
    const memory = this.#deps.memories.get(this.target.key)
    if (!memory) return nothingFound.vanished
    const vanished = Buffer.concat([memory.outcome.vanished, memory.fail(memory.size)])
    memory.outcome = nothingFound
    return vanished
  }

  async #report(timeMs: number, report: ScrapeReport, vanished: Buffer): Promise<void> {
    try {
      await this.#deliver(encodeScrape({ ...this.#header(timeMs), report }, vanished))
    } catch (error) {
      this.#deps.unreported(this.target, error)
    }
  }

  #header(timeMs: number) {
    const { key, scope } = this.target
    return { key, time_ms: timeMs, content_type: this.#contentType, scope }
  }

  async #deliver(body: Buffer): Promise<void> {
    const small = body.length < COMPRESSED_BYTES_MIN
    await this.#deps.deliver({
      kind: 'exposition',
      tenant: this.target.tenant,
      body: small ? body : (compressSync(body) as Buffer),
      encoding: small ? 'identity' : 'snappy',
      format: 'text',
    })
  }
}

const reportOf = (found: ScrapeOutcome, up: boolean, durationSeconds: number): ScrapeReport => ({
  up,
  duration_seconds: durationSeconds,
  scraped: found.scraped,
  kept: found.kept,
  added: found.added,
  ended: false,
})
