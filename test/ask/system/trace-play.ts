import { type Random, seededRandom } from '../../../server/src/kernel/random.ts'
import { hex } from '../../infrastructure/exposition.ts'
import { latencyAt, sharesFor } from './latency.ts'
import { type Attributes, attributesOf, nanos, post } from './otlp-body.ts'
import { hoursBack, minuteMs, serviceFacts } from './service-fact.ts'

/** Of what really happens one trace in so many milliseconds is kept: few of long ago, more since shortly before the trouble. */
const sparseMs = 10_000
const denseMs = 1_000
const denseMinutes = 40
/** The platform keeps 64 intervals of a service open at once, and closes them request by request. */
const tracesPerRequest = 40
const troubleMinutes = 26
const kinds = { INTERNAL: 1, SERVER: 2, CLIENT: 3, PRODUCER: 4 } as const

type Span = { service: string; span: Record<string, unknown> }
type Times = { startMs: number; endMs: number }
/** One trace as it is told. `share` is where it stands among all: of ten, the slowest has 0.95. */
type Telling = { traceId: string; spans: Span[]; share: number; inTrouble: boolean }
/** What somebody does, with the p95 of its own part in ms, and what is called for it, in order. */
type Story = { name: string; service: string; ownP95Ms: number; calls: readonly Story[] }

const story = (service: string, name: string, ownP95Ms: number, calls: readonly Story[] = []): Story => ({
  ...{ name, service, ownP95Ms, calls },
})
const order = story('orders', 'POST /orders', 40, [story('billing', 'POST /charges', 80)])
/** Behind the gateway, by turns. */
const stories: readonly Story[] = [
  order,
  story('catalogue', 'GET /catalogue/{id}', 35),
  story('search', 'GET /search', 45, [story('ranker', 'POST /rank', 45)]),
  order,
  story('profile', 'GET /profile', 22),
]

/** Traces of two hours, and on from there. */
export class TracePlay {
  readonly #url: string
  readonly #nowMs: number
  readonly #random: Random = seededRandom(29)
  #atMs: number
  #count = 0
  constructor(url: string, nowMs: number) {
    this.#url = url
    this.#nowMs = nowMs
    this.#atMs = nowMs - hoursBack * 60 * minuteMs
  }

  async playTo(untilMs: number): Promise<void> {
    let spans: Span[] = []
    while (this.#atMs <= untilMs) {
      spans.push(...this.#trace(this.#atMs))
      this.#count += 1
      this.#atMs += this.#atMs < this.#nowMs - denseMinutes * minuteMs ? sparseMs : denseMs
      if (this.#count % tracesPerRequest === 0) {
        await this.#send(spans)
        spans = []
      }
    }
    if (spans.length > 0) await this.#send(spans)
  }

  #send(spans: readonly Span[]): Promise<void> {
    const services = [...new Set(spans.map(({ service }) => service))]
    return post(`${this.#url}/v1/traces`, {
      resourceSpans: services.map((service) => ({
        resource: { attributes: attributesOf({ 'service.name': service }) },
        scopeSpans: [
          {
            scope: { name: '' },
            spans: spans.filter((one) => one.service === service).map(({ span }) => span),
          },
        ],
      })),
    })
  }

  #trace(atMs: number): Span[] {
    const behind = stories[this.#count % stories.length] ?? order
    const inTrouble = behind === order && atMs >= this.#nowMs - troubleMinutes * minuteMs
    const told: Telling = { traceId: hex(this.#random, 32), spans: [], share: this.#random.next(), inTrouble }
    this.#tell(told, story('gateway', behind.name.replace(' ', ' /api'), 40, [behind]), '', atMs)
    return told.spans
  }

  /** Returns how long it took: its own part, and all that it calls, one after the other. */
  #tell(told: Telling, { name, service, ownP95Ms, calls }: Story, parent: string, atMs: number): number {
    const id = hex(this.#random, 16)
    const ownMs = 1_000 * latencyAt(told.share, sharesFor(ownP95Ms / 1_000))
    const failed =
      told.inTrouble && told.share > 1 - (serviceFacts[service]?.trouble?.errorRatio ?? 0) * ofAll(service)
    let tookMs = service === 'billing' ? this.#charge(told, id, atMs, ownMs) : ownMs
    for (const call of calls) {
      const clientId = hex(this.#random, 16)
      const startMs = atMs + tookMs / 2
      const calledMs = this.#tell(told, call, clientId, startMs + 0.5) + 1
      const isFailed = told.spans.at(-1)?.span.status === error
      const times = { startMs, endMs: startMs + calledMs }
      this.#put(
        told,
        service,
        { name: call.name, kind: 'CLIENT', id: clientId, parent: id, failed: isFailed, times },
        {
          'server.address': call.service,
        },
      )
      tookMs += calledMs
    }
    if (service === 'orders')
      this.#put(
        told,
        service,
        {
          name: 'orders publish',
          kind: 'PRODUCER',
          id: hex(this.#random, 16),
          parent: id,
          failed: false,
          times: { startMs: atMs + 1, endMs: atMs + 3 },
        },
        { 'messaging.system': 'kafka', 'peer.service': 'events-bus' },
      )
    const times = { startMs: atMs, endMs: atMs + tookMs }
    this.#put(
      told,
      service,
      { name, kind: 'SERVER', id, parent, failed, times },
      { 'http.response.status_code': failed ? '500' : '200' },
    )
    return tookMs
  }

  /** A charge asks the database and then the card company; in trouble it waits for a connection first, some until they give up. */
  #charge(told: Telling, parent: string, atMs: number, ownMs: number): number {
    const { trouble } = serviceFacts.billing!
    const wholeMs = told.inTrouble ? 1_000 * latencyAt(told.share, sharesFor(trouble!.p95Ms / 1_000)) : ownMs
    const tell = (
      name: string,
      kind: keyof typeof kinds,
      times: Times,
      attributes: Attributes,
      failed = false,
    ) =>
      this.#put(told, 'billing', { name, kind, id: hex(this.#random, 16), parent, failed, times }, attributes)
    if (told.inTrouble && told.share > 1 - trouble!.errorRatio) {
      // Nothing was sent to the database: a span of billing's own.
      const sql = { 'db.operation.name': 'SELECT', 'db.collection.name': 'accounts' }
      tell('SELECT accounts', 'INTERNAL', { startMs: atMs + 1, endMs: atMs + wholeMs - 1 }, sql, true)
      return wholeMs
    }
    const waitMs = wholeMs - ownMs * 0.9
    const answeredMs = atMs + waitMs + ownMs * 0.5
    tell('SELECT accounts', 'CLIENT', { startMs: atMs + waitMs, endMs: answeredMs }, databaseCall)
    tell('POST', 'CLIENT', { startMs: answeredMs, endMs: answeredMs + ownMs * 0.3 }, cardCall)
    return wholeMs
  }

  #put(
    { traceId, spans }: Telling,
    service: string,
    { name, kind, id, parent, failed, times }: Put,
    attributes: Attributes,
  ): void {
    spans.push({
      service,
      span: {
        ...{ traceId, spanId: id, parentSpanId: parent, name, kind: kinds[kind] },
        ...{ startTimeUnixNano: nanos(times.startMs), endTimeUnixNano: nanos(times.endMs) },
        ...{ attributes: attributesOf(attributes), status: failed ? error : {} },
      },
    })
  }
}

type Put = {
  name: string
  kind: keyof typeof kinds
  id: string
  parent: string
  failed: boolean
  times: Times
}
const error = { code: 2 }
const databaseCall = { 'peer.service': 'billing-db', 'server.address': 'billing-db', 'server.port': '5432' }
const cardCall = { 'server.address': 'cards.example', 'server.port': '443', 'http.request.method': 'POST' }

/** A third of what the gateway is asked are orders: what fails of all fails of these. */
const ofAll = (service: string): number => (service === 'gateway' ? 3 : 1)
