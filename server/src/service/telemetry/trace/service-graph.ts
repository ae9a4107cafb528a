import type { ServiceGraphEdge } from '@aiops/contract/model/trace-analysis'
import type { Clock } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { Turn } from '../../../kernel/turn.ts'
import type { StoredSpan, TraceStore } from '../../../port/trace-store.ts'
import { Budget, type TraceqlLimits } from '../traceql/budget.ts'
import { LogBuckets } from '../traceql/log-buckets.ts'

/** `service` keeps what calls it or is called by it; empty for all. */
export type ServiceGraphQuery = { tenant: string; startMs: number; endMs: number; service: string }
export type ServiceGraph = {
  edges: ServiceGraphEdge[]
  /** Spans that could be an end of a call. */
  spans: number
  /** Callers' spans whose other end was not among them and that do not say whom they called. */
  unanswered: number
}

/** Ends of calls that wait for their other end; beyond it the one that waits longest is given up. */
const waitingMax = 200_000
const edgesMax = 5_000

type Edge = {
  client: string
  server: string
  kind: ServiceGraphEdge['kind']
  calls: number
  errors: number
  durations: LogBuckets
}

/**
 * Who called whom, from spans that began in a time range: a SERVER span whose parent is a CLIENT span of another service, a CONSUMER
 * whose parent or link is a PRODUCER. A CLIENT span with `db.system` called a database; one that nobody answered called what it names as
 * its peer. Durations of calls are their callers', those of messages their consumers'.
 */
export async function serviceGraph(
  store: Pick<TraceStore, 'scanSpans'>,
  { tenant, startMs, endMs, service }: ServiceGraphQuery,
  limits: TraceqlLimits,
  clock: Pick<Clock, 'monotonic'>,
): Promise<ServiceGraph> {
  const calls = new Calls()
  const budget = new Budget(limits, () => clock.monotonic())
  const turn = new Turn(clock)
  const anyOf = [{ kinds: ['CLIENT', 'SERVER', 'PRODUCER', 'CONSUMER'] as const }]
  for await (const spans of store.scanSpans({ tenant, startMs, endMs, anyOf })) {
    budget.count(spans.length, 0)
    for (const span of spans) {
      calls.add(span)
      if (turn.due()) await turn.give()
    }
    if (budget.spent) throw budget.fault()
  }
  const edges = calls.edges(Math.max(1, endMs - startMs) / 1_000)
  return {
    edges: edges.filter((edge) => service === '' || edge.client === service || edge.server === service),
    ...{ spans: budget.spans, unanswered: calls.unanswered },
  }
}

/** A producer stays after its first consumer, since it may have several. */
type Waiting = { span: StoredSpan; answered: boolean }

class Calls {
  readonly #edges = new Map<string, Edge>()
  readonly #callers = new Map<string, Waiting>()
  readonly #callees = new Map<string, StoredSpan[]>()
  unanswered = 0

  add(span: StoredSpan): void {
    if (span.kind === 'CLIENT' || span.kind === 'PRODUCER') this.#caller(span)
    else this.#callee(span)
  }

  /** Those without an answer are settled. */
  edges(seconds: number): ServiceGraphEdge[] {
    for (const caller of this.#callers.values()) this.#settle(caller)
    this.#callers.clear()
    return [...this.#edges.values()]
      .sort((a, b) => b.calls - a.calls || (a.client + a.server < b.client + b.server ? -1 : 1))
      .map(({ client, server, kind, calls, errors, durations }) => ({
        ...{ client, server, kind, calls, errors },
        calls_per_second: calls / seconds,
        error_ratio: errors / calls,
        p50_ms: durations.quantile(0.5) ?? 0,
        p95_ms: durations.quantile(0.95) ?? 0,
        p99_ms: durations.quantile(0.99) ?? 0,
      }))
  }

  #caller(span: StoredSpan): void {
    if (databaseOf(span) !== undefined) {
      this.#settle({ span, answered: false })
      return
    }
    const key = span.traceId + span.spanId
    const answers = this.#callees.get(key) ?? []
    this.#callees.delete(key)
    for (const callee of answers) this.#pair(span, callee)
    if (answers.length > 0 && span.kind === 'CLIENT') return
    this.#callers.set(key, { span, answered: answers.length > 0 })
    if (this.#callers.size <= waitingMax) return
    for (const [oldest, waiting] of this.#callers) {
      this.#callers.delete(oldest)
      this.#settle(waiting)
      return
    }
  }

  #callee(span: StoredSpan): void {
    const keys = callerKeys(span)
    const found = keys.find((key) => this.#callers.has(key))
    const caller = found === undefined ? undefined : this.#callers.get(found)
    if (caller && found !== undefined) {
      this.#pair(caller.span, span)
      caller.answered = true
      if (caller.span.kind === 'CLIENT') this.#callers.delete(found)
      return
    }
    // Under each key it may be found by; the first caller to come has it.
    for (const key of keys) {
      const waiting = this.#callees.get(key)
      if (waiting) waiting.push(span)
      else this.#callees.set(key, [span])
    }
    for (const oldest of this.#callees.keys()) {
      if (this.#callees.size <= waitingMax) return
      this.#callees.delete(oldest)
    }
  }

  #pair(caller: StoredSpan, callee: StoredSpan): void {
    if (caller.service === callee.service) return
    const message = callee.kind === 'CONSUMER'
    const failed = caller.status === 'ERROR' || callee.status === 'ERROR'
    const durationMs = message ? callee.durationMs : caller.durationMs
    this.#count(caller.service, callee.service, message ? 'MESSAGING' : 'SERVICE', durationMs, failed)
  }

  #settle({ span: caller, answered }: Waiting): void {
    if (answered) return
    const peer = peerOf(caller)
    if (peer) this.#count(caller.service, peer.name, peer.kind, caller.durationMs, caller.status === 'ERROR')
    else this.unanswered += 1
  }

  #count(client: string, server: string, kind: Edge['kind'], durationMs: number, failed: boolean): void {
    const key = `${client}\0${server}\0${kind}`
    const known = this.#edges.get(key)
    if (!known && this.#edges.size >= edgesMax)
      throw new Fault(
        'QUERY_TOO_LARGE',
        `The graph has more than ${edgesMax} edges. Ask for a shorter time range or for one service.`,
      )
    const edge = known ?? { client, server, kind, calls: 0, errors: 0, durations: new LogBuckets() }
    this.#edges.set(key, edge)
    edge.calls += 1
    if (failed) edge.errors += 1
    edge.durations.add(durationMs)
  }
}

const callerKeys = (span: StoredSpan): string[] => [
  ...(span.parentSpanId === '' ? [] : [span.traceId + span.parentSpanId]),
  ...(span.kind === 'CONSUMER'
    ? (span.links ?? []).slice(0, 8).map((link) => link.traceId + link.spanId)
    : []),
]

const attributeOf = ({ attributes }: StoredSpan, ...names: readonly string[]): string | undefined => {
  for (const name of names)
    if (Object.hasOwn(attributes, name) && attributes[name] !== '') return attributes[name]
  return undefined
}

/** OpenTelemetry semantic conventions, "Database", the present names before the former ones. */
function databaseOf(span: StoredSpan): string | undefined {
  const system = attributeOf(span, 'db.system.name', 'db.system')
  if (system === undefined || span.kind !== 'CLIENT') return undefined
  const namespace = attributeOf(span, 'db.namespace', 'db.name')
  return namespace === undefined ? system : `${system}/${namespace}`
}

function peerOf(span: StoredSpan): { name: string; kind: Edge['kind'] } | undefined {
  const database = databaseOf(span)
  if (database !== undefined) return { name: database, kind: 'DATABASE' }
  const messaging = attributeOf(span, 'messaging.system')
  if (messaging !== undefined) {
    const destination = attributeOf(span, 'messaging.destination.name', 'messaging.destination')
    return { name: destination === undefined ? messaging : `${messaging}/${destination}`, kind: 'MESSAGING' }
  }
  const peer = attributeOf(span, 'service.peer.name', 'peer.service', 'server.address', 'net.peer.name')
  return peer === undefined || peer === span.service ? undefined : { name: peer, kind: 'EXTERNAL' }
}
