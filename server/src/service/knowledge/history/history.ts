import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import type { AsOf, TopologyTimes } from '@aiops/contract/model/topology'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import type { Log } from '../../../kernel/log.ts'
import type { Metrics } from '../../../kernel/metric.ts'
import { givingWay } from '../../../kernel/stepwise.ts'
import { Turn } from '../../../kernel/turn.ts'
import type { TopologyHistoryRepository } from '../../../port/topology-history-repository.ts'
import type { KnowledgeConfig } from '../config.ts'
import { TopologyGraph } from '../graph.ts'
import { heardMs, TopologyJournal, type Writing } from './journal.ts'
import { placePiece, readPiece } from './piece.ts'

export type HistoryDeps = {
  history: TopologyHistoryRepository
  clock: Clock
  metrics: Metrics
  log: Log
}
export type Past = { graph: TopologyGraph; asOf: AsOf }

/** Pieces of one read. */
const pageSize = 2_000
/** How long after a start what lasted before waits to be told of again; a watched cluster is listed anew within this time. */
const presumedMs = 300_000
/** A time this far ahead is the present of somebody whose clock is ahead. */
const aheadMsMax = 60_000
/** Graphs of the past kept for who asks again. */
const [pastsMax, pastMs] = [3, 30_000]
/** Rounds of deletion in a row, of `pageSize` pieces each. */
const deletionsMax = 200

/** How one tenant's graph was: written in batches, read back as graphs. One write is under way at a time. */
export class TenantHistory {
  readonly journal: TopologyJournal
  readonly #tenant: TenantId
  readonly #deps: HistoryDeps
  readonly #config: KnowledgeConfig
  readonly #graph: () => TopologyGraph
  readonly #written: ReturnType<Metrics['counter']>
  #watched: { fromMs: number; untilMs: number }[] = []
  #startedMs = Number.NaN
  /** Since when the present stretch counts as watched: the start, or later where what was before is deleted. */
  #watchingMs = Number.NaN
  #pastUntilMs = 0
  #unfinished: { writing: Writing; rest: Iterator<Writing> } | undefined
  #writing: Promise<void> = Promise.resolve()
  #pasts: { atMs: number; madeMs: number; past: Past }[] = []
  constructor(tenant: TenantId, graph: () => TopologyGraph, deps: HistoryDeps, config: KnowledgeConfig) {
    this.#tenant = tenant
    this.#graph = graph
    this.#deps = deps
    this.#config = config
    this.journal = new TopologyJournal(graph)
    this.#written = deps.metrics.counter(
      'aiops_topology_pieces_total',
      'Pieces of the past of the topology that were written: how an entity or edge was from a time on.',
    )
  }

  /** Before the graph is filled: what lasted when the program was last here goes on once it is told of again. */
  async start(): Promise<void> {
    const { history, clock } = this.#deps
    this.#watched = await history.watched(this.#tenant)
    this.#pastUntilMs = this.#watched.at(-1)?.untilMs ?? 0
    this.#startedMs = this.#watchingMs = Math.max(clock.now(), this.#pastUntilMs + 1)
    await this.#eachPiece(Number.MAX_SAFE_INTEGER / 2, (piece) => {
      if (piece.toMs === null) this.journal.presume(piece)
    })
  }

  /** Writes what was marked. A write that fails is tried again with the next. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#flush())
    return this.#writing
  }

  async weigh(): Promise<void> {
    await this.#breathing(this.journal.weigh(this.#deps.clock.now()))
  }

  prune(): Promise<void> {
    const pruned = this.#writing.then(() => this.#prune())
    this.#writing = pruned.catch(() => undefined)
    return pruned
  }

  async #prune(): Promise<void> {
    const { history, clock } = this.#deps
    const beforeMs = clock.now() - durationMs(this.#config.history_retention)
    const over = (await history.count(this.#tenant)) - this.#config.history_max
    const crowdedMs = over > 0 ? await history.endOfOldest(this.#tenant, over) : undefined
    const timeMs = Math.max(beforeMs, crowdedMs ?? 0)
    this.#watchingMs = Math.max(this.#watchingMs, timeMs)
    for (let round = 0; round < deletionsMax; round += 1)
      if ((await history.deleteBefore(this.#tenant, timeMs, pageSize)) < pageSize) break
    this.#watched = await history.watched(this.#tenant)
    this.#pasts = []
  }

  /** The graph as it was. Throws VALIDATION_FAILED for a time ahead. */
  async past(atMs: number): Promise<Past> {
    const nowMs = this.#deps.clock.now()
    if (atMs > nowMs + aheadMsMax) throw ahead
    const time = Math.min(atMs, nowMs)
    const kept = this.#pasts.find((one) => one.atMs === time && nowMs - one.madeMs < pastMs)
    if (kept) return kept.past
    await this.flush()
    const past = await this.#read(time)
    this.#pasts = [{ atMs: time, madeMs: nowMs, past }, ...this.#pasts].slice(0, pastsMax)
    return past
  }

  async times(range: { startMs?: number; endMs?: number; steps: number }): Promise<TopologyTimes> {
    await this.flush()
    const nowMs = this.#deps.clock.now()
    const keptFromMs = this.#watched[0]?.fromMs
    const startMs = Math.max(range.startMs ?? 0, keptFromMs ?? nowMs)
    const endMs = Math.min(range.endMs ?? nowMs, nowMs) + 1
    const stepMs = Math.max(1_000, Math.ceil((endMs - startMs) / range.steps))
    const isEmpty = keptFromMs === undefined || endMs <= startMs
    const moments = isEmpty ? [] : await this.#deps.history.moments(this.#tenant, { startMs, endMs, stepMs })
    return {
      kept_from: keptFromMs === undefined ? null : isoTime(keptFromMs),
      kept_until: keptFromMs === undefined ? null : isoTime(nowMs),
      retention: this.#config.history_retention,
      gaps: this.#gaps().filter(({ start, end }) => Date.parse(end) >= startMs && Date.parse(start) < endMs),
      moments: moments.map(({ lastMs, added, removed, changed }) => ({
        ...{ at: isoTime(lastMs), added, removed, changed },
      })),
      step_seconds: stepMs / 1_000,
    }
  }

  #gaps(): { start: string; end: string }[] {
    return this.#watched.flatMap(({ fromMs }, i) => {
      const before = this.#watched[i - 1]
      return before ? [{ start: isoTime(before.untilMs), end: isoTime(fromMs) }] : []
    })
  }

  async #flush(): Promise<void> {
    const nowMs = this.#deps.clock.now()
    const turn = new Turn(this.#deps.clock)
    try {
      const isGraceOver = nowMs >= this.#startedMs + presumedMs
      const unfinished = this.#unfinished
      if (unfinished) {
        await this.#append(unfinished.writing)
        await this.#appendAll(unfinished.rest, turn)
      }
      await this.#appendAll(this.journal.collect(nowMs), turn)
      if (isGraceOver) await this.#appendAll(this.journal.endPresumed(this.#pastUntilMs), turn)
      await this.#append({ opened: [], closed: [] }, nowMs)
    } catch (error) {
      this.#deps.log.warn(
        { tenant: this.#tenant, error: messageOf(error) },
        'the past of the topology could not be written and will be tried again',
      )
    }
  }

  async #appendAll(rest: Iterator<Writing>, turn: Turn): Promise<void> {
    for (let next = rest.next(); !next.done; next = rest.next()) {
      this.#unfinished = { writing: next.value, rest }
      await this.#append(next.value)
      if (turn.due()) await turn.give()
    }
    this.#unfinished = undefined
  }

  /** The graph counts as watched up to `untilMs` once all that was marked by then is written. */
  async #append(writing: Writing, untilMs?: number): Promise<void> {
    const last = this.#watched.at(-1)
    const isOn = last !== undefined && last.fromMs === this.#watchingMs
    const watched = isOn ? last : { fromMs: this.#watchingMs, untilMs: this.#watchingMs }
    const next = { fromMs: watched.fromMs, untilMs: Math.max(watched.untilMs, untilMs ?? 0) }
    await this.#deps.history.append(this.#tenant, { ...writing, watched: next })
    this.#watched = [...(isOn ? this.#watched.slice(0, -1) : this.#watched), next]
    this.#written.inc(writing.opened.length)
  }

  async #read(atMs: number): Promise<Past> {
    const { entities_max: entitiesMax, edges_max: edgesMax, neighbourhood_depth: depthKept } = this.#config
    const limits = { entitiesMax, edgesMax, depthKept, nearBytesMax: 1_048_576 }
    const graph = new TopologyGraph(limits, this.#graph().freshness)
    const asOf = this.#asOf(atMs)
    if (asOf.known === 'NOT_KEPT') return { graph, asOf }
    const live = this.#graph()
    const edges: (() => void)[] = []
    await this.#eachPiece(atMs, ({ key, body, seenMs }) => {
      const piece = readPiece(key, body)
      // Since the start nobody has told of it: it was there before, if at all.
      if (!piece || (atMs >= this.#startedMs && this.journal.isPresumed(key))) return
      if (piece.kind === 'ENTITY') {
        const seen = seenMs ?? live.entity(piece.id)?.lastSeenMs ?? atMs
        return placePiece(graph, piece, Math.min(seen, atMs))
      }
      const [type, source, target] = piece.key
      const there = live.edge(source, target, type)
      const seen = seenMs ?? (there ? heardMs(there) : atMs)
      edges.push(() => placePiece(graph, piece, Math.min(seen, atMs)))
    })
    const turn = new Turn(this.#deps.clock)
    for (const place of edges) {
      place()
      if (turn.due()) await turn.give()
    }
    return { graph, asOf }
  }

  async #eachPiece(
    atMs: number,
    visit: (piece: Awaited<ReturnType<TopologyHistoryRepository['at']>>[number]) => void,
  ): Promise<void> {
    const turn = new Turn(this.#deps.clock)
    for (let after = ''; ; ) {
      const page = await this.#deps.history.at(this.#tenant, atMs, after, pageSize)
      for (const piece of page) visit(piece)
      const last = page.at(-1)
      if (!last || page.length < pageSize) return
      after = last.key
      if (turn.due()) await turn.give()
    }
  }

  #asOf(atMs: number): AsOf {
    const at = isoTime(atMs)
    const first = this.#watched[0]
    if (!first || atMs < first.fromMs) {
      const since = first ? ` It is known from ${isoTime(first.fromMs)} on.` : ''
      return { at, known: 'NOT_KEPT', sentence: `How things were at ${at} is not kept.${since}` }
    }
    const stretch = this.#watched.findLast(({ fromMs }) => fromMs <= atMs) ?? first
    if (atMs <= stretch.untilMs || stretch.fromMs === this.#watchingMs)
      return { at, known: 'RECORDED', sentence: null }
    const until = isoTime(stretch.untilMs)
    return { at, known: 'GAP', sentence: `Nothing watched at ${at}. This is how things were at ${until}.` }
  }

  #breathing(work: Generator<void, void, void>): Promise<void> {
    const turn = new Turn(this.#deps.clock)
    return givingWay(work, async () => {
      if (turn.due()) await turn.give()
    })
  }
}

/** For whoever has no records to keep them in. */
export const noHistory: TopologyHistoryRepository = {
  append: async () => {},
  at: async () => [],
  watched: async () => [],
  moments: async () => [],
  count: async () => 0,
  endOfOldest: async () => undefined,
  deleteBefore: async () => 0,
}

const ahead = new Fault('VALIDATION_FAILED', 'The time is ahead; ask for one that has passed.', {
  details: [{ path: 'at', message: 'lies ahead' }],
})
