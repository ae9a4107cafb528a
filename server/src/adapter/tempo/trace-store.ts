import { gzipSync } from 'node:zlib'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { z } from 'zod'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { faultOf, Remote, RemoteRefusal } from '../../kernel/remote.ts'
import type { Backlog, RemoteWriterDeps } from '../../port/remote-store.ts'
import { createRemoteTraceStore, type TraceServer } from '../../port/remote-trace-store.ts'
import type { SpanBatch, StoredSpan, TraceQuery, TraceStore } from '../../port/trace-store.ts'
import type { TempoConfig } from './config.ts'
import { exportRequest, idOf, spansOf } from './otlp-span.ts'

export type TempoOptions = RemoteWriterDeps & {
  /** Of the query API. */
  url: string
  config: TempoConfig
  headers?: () => Promise<Readonly<Record<string, string>>>
}

const answerBytesMax = 268_435_456
const aheadMs = 3_600_000

/**
 * Spans in Grafana Tempo, one Tempo tenant for each of ours: Tempo must run with `multitenancy_enabled` where there is more than one.
 * Differences from the port: all attributes are kept as text; a search goes back `lookback` at most and finds the
 * traces that Tempo finds first, not always the newest; old spans go by Tempo's block_retention.
 */
export async function openTempoTraceStore(options: TempoOptions): Promise<TraceStore & Backlog> {
  const { config, clock } = options
  const shared = { timeoutMs: config.timeout_ms, ...(options.headers ? { headers: options.headers } : {}) }
  const api = new Remote({ ...shared, name: 'Tempo', url: options.url })
  const push = new Remote({ ...shared, name: 'Tempo', url: config.push || pushAddress(options.url) })
  return createRemoteTraceStore(
    options,
    {
      ...{ queueBytesMax: config.queue_bytes, batchBytesMax: config.batch_bytes },
      ...{ visibleMs: config.visible_ms, durableMs: config.durable_ms },
    },
    new TempoServer(api, push, config, clock),
  )
}

function pushAddress(url: string): string {
  const address = new URL(url)
  address.port = '4318'
  return address.origin
}

const SearchAnswer = z.object({ traces: z.array(z.object({ traceID: z.string() })).default([]) })

/** grafana.com/docs/tempo/latest/api_docs and the OTLP/HTTP specification. */
class TempoServer implements TraceServer {
  readonly name = 'Tempo'
  readonly #api: Remote
  readonly #push: Remote
  readonly #config: TempoConfig
  readonly #clock: Clock
  constructor(api: Remote, push: Remote, config: TempoConfig, clock: Clock) {
    this.#api = api
    this.#push = push
    this.#config = config
    this.#clock = clock
  }

  async write(batches: readonly SpanBatch[]): Promise<void> {
    for (const [tenant, own] of Map.groupBy(batches, (batch) => batch.tenant))
      await this.#push.send('/v1/traces', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip', 'x-scope-orgid': tenant },
        body: gzipSync(JSON.stringify(exportRequest(own)), { level: 1 }),
      })
  }

  async trace(tenant: TenantId, traceId: string): Promise<StoredSpan[]> {
    try {
      return spansOf(await this.#json(tenant, `/api/traces/${encodeURIComponent(traceId)}`))
    } catch (error) {
      if (error instanceof RemoteRefusal && error.status === 404) return []
      throw readFault(error)
    }
  }

  /** Window by window from the newest on, until there are enough. Times there are whole seconds; spans are looked at again here. */
  async find(query: TraceQuery): Promise<string[]> {
    const now = this.#clock.now()
    const windowMs = durationMs(this.#config.window)
    const firstMs = Math.max(query.startMs, now - durationMs(this.#config.lookback), 0)
    const found = new Set<string>()
    for (
      let endMs = Math.min(query.endMs, now + aheadMs);
      endMs >= firstMs && found.size < query.limit;
      endMs -= windowMs
    ) {
      const parameters = new URLSearchParams({
        q: traceQl(query),
        limit: String(query.limit),
        start: String(Math.floor(Math.max(firstMs, endMs - windowMs) / 1_000)),
        end: String(Math.floor(endMs / 1_000) + 1),
      })
      try {
        const { traces } = SearchAnswer.parse(await this.#json(query.tenant, '/api/search', parameters))
        for (const { traceID } of traces) found.add(idOf(traceID, 32))
      } catch (error) {
        throw readFault(error)
      }
    }
    return [...found]
  }

  /** Its search takes its time, and cannot be hurried. */
  async show(): Promise<boolean> {
    return false
  }

  async #json(tenant: TenantId, path: string, query?: URLSearchParams): Promise<unknown> {
    const headers = { accept: 'application/json', 'x-scope-orgid': tenant }
    const tooMuch = `The answer is larger than ${answerBytesMax} bytes; narrow the search.`
    return JSON.parse(
      await this.#api.text(path, { headers, ...(query ? { query } : {}) }, answerBytesMax, tooMuch),
    )
  }
}

function traceQl(query: TraceQuery): string {
  const conditions = [
    ...(query.service === '' ? [] : [`resource.service.name = ${JSON.stringify(query.service)}`]),
    ...(query.operation === '' ? [] : [`name = ${JSON.stringify(query.operation)}`]),
    // Go durations have no exponent.
    ...(query.durationMsMin > 0 ? [`duration >= ${Math.floor(query.durationMsMin * 1e6)}ns`] : []),
    ...(query.errorsOnly ? ['status = error'] : []),
  ]
  return conditions.length === 0 ? '{}' : `{ ${conditions.join(' && ')} }`
}

function readFault(error: unknown): unknown {
  if (error instanceof SyntaxError || error instanceof z.ZodError)
    return new Fault('STORAGE_UNAVAILABLE', 'Tempo answered what is no answer of its interface.', {
      cause: error,
    })
  return faultOf(error)
}
