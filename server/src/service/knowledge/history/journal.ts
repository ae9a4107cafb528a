import type { Stepwise } from '../../../kernel/stepwise.ts'
import type { TopologyHistoryBatch, TopologyPiece } from '../../../port/topology-history-repository.ts'
import type { GraphWatcher, TopologyGraph } from '../graph.ts'
import type { GraphEdge, GraphEntity } from '../graph-part.ts'
import { edgeBody, edgePieceKey, entityBody, entityPieceKey, figuresOf, readPiece } from './piece.ts'
import { hasMoved, type WeightClass, weightClass } from './weight-class.ts'

type Thing = { kind: 'ENTITY'; entity: GraphEntity } | { kind: 'EDGE'; edge: GraphEdge }
type Mark = { thing: Thing; firstMs: number; lastMs: number }
/** What holds for all of a piece: classes of an edge, health of an entity. */
type State = WeightClass | GraphEntity['health']
type Open = { fromMs: number; state: State; movedMs: number; moves: number }

export type Writing = {
  opened: TopologyHistoryBatch['opened'][number][]
  closed: TopologyHistoryBatch['closed'][number][]
}

/** Things of one write: a commit of some ten milliseconds. */
const writingMax = 500
/** Marks that wait for a write: only while a database takes nothing are there so many. */
const marksMax = 500_000
/** A thing that changes to and fro gets a piece less and less often: the least time between two doubles, up to a day. */
const [movedMsMin, movedMsMax] = [10_000, 86_400_000]
/** Of figures, which move by themselves. */
const weighedMsMin = 300_000

/**
 * What came, went and changed in one graph since it was last written down, as pieces of time. Marking costs an entry of a map; what was
 * marked is looked at when it is written, so that what came and went in between leaves no trace.
 */
export class TopologyJournal {
  readonly #graph: () => TopologyGraph
  #marks = new Map<string, Mark>()
  readonly #open = new Map<string, Open>()
  /** Pieces that lasted when the program was last here, of things that nobody has told of since. */
  readonly #presumed = new Map<string, { fromMs: number; body: string }>()
  #lost = 0
  constructor(graph: () => TopologyGraph) {
    this.#graph = graph
  }

  /** Marks dropped because too many waited. */
  get lost(): number {
    return this.#lost
  }
  isPresumed(key: string): boolean {
    return this.#presumed.has(key)
  }
  presume({ key, fromMs, body }: TopologyPiece): void {
    this.#presumed.set(key, { fromMs, body })
  }

  watcher(now: () => number): GraphWatcher {
    return {
      entity: (entity) => this.#mark(entityPieceKey(entity.id), { kind: 'ENTITY', entity }, now()),
      edge: (edge) => this.#mark(edgePieceKey(edge), { kind: 'EDGE', edge }, now()),
    }
  }

  /** Marks edges whose figures are of another class than when their piece began. A step is 1,000 edges. */
  *weigh(nowMs: number): Stepwise<void> {
    let looked = 0
    for (const edge of this.#graph().edges()) {
      if (++looked % 1_000 === 0) yield
      const figures = edge.rate?.read(nowMs)
      if (!figures) continue
      const key = edgePieceKey(edge)
      const open = this.#open.get(key)
      if (!open || nowMs < open.movedMs + patience(open, weighedMsMin)) continue
      if (isOther(open.state, weightClass(edge.origin, edge.evidence, figures)))
        this.#mark(key, { kind: 'EDGE', edge }, nowMs)
    }
  }

  /** What is to be written, 500 things a step. Once handed over it counts as written. */
  *collect(nowMs: number): Generator<Writing, void, void> {
    const marks = this.#marks
    this.#marks = new Map()
    let writing: Writing = { opened: [], closed: [] }
    for (const [key, mark] of marks) {
      this.#settle(key, mark, nowMs, writing)
      if (writing.opened.length + writing.closed.length < writingMax) continue
      yield writing
      writing = { opened: [], closed: [] }
    }
    if (writing.opened.length + writing.closed.length > 0) yield writing
  }

  /** Ends what nobody has told of since the program came back, at the time it was last watched. */
  *endPresumed(untilMs: number): Generator<Writing, void, void> {
    const presumed = [...this.#presumed]
    this.#presumed.clear()
    for (let at = 0; at < presumed.length; at += writingMax) {
      const closed = presumed.slice(at, at + writingMax).map(([key, { fromMs }]) => {
        // It was still there when it was last watched.
        const toMs = Math.max(fromMs, untilMs + 1)
        return { ...{ key, fromMs, toMs, vanished: true }, seenMs: Math.max(fromMs, untilMs) }
      })
      yield { opened: [], closed }
    }
  }

  #mark(key: string, thing: Thing, atMs: number): void {
    const mark = this.#marks.get(key)
    if (mark) Object.assign(mark, { thing, lastMs: atMs })
    else if (this.#marks.size < marksMax) this.#marks.set(key, { thing, firstMs: atMs, lastMs: atMs })
    else this.#lost += 1
  }

  #settle(key: string, mark: Mark, nowMs: number, writing: Writing): void {
    const now = this.#now(mark.thing, nowMs)
    const open = this.#open.get(key) ?? (now && this.#adopted(key, now.state))
    if (!now) {
      this.#open.delete(key)
      if (open) writing.closed.push(endOf(key, open, mark, mark.lastMs, true))
      return
    }
    const { body, state } = now
    if (!open) {
      this.#open.set(key, { fromMs: mark.firstMs, state, movedMs: mark.firstMs, moves: 0 })
      writing.opened.push({ key, fromMs: mark.firstMs, appeared: true, body })
    } else if (isOther(open.state, state)) {
      // Looked at again later, so that what it settles on is kept.
      if (nowMs < open.movedMs + patience(open, movedMsMin)) {
        this.#mark(key, mark.thing, nowMs)
        return
      }
      const fromMs = Math.max(open.fromMs + 1, mark.firstMs)
      const isQuiet = nowMs > open.movedMs + 4 * patience(open, movedMsMin)
      writing.closed.push(endOf(key, open, mark, fromMs, false))
      this.#open.set(key, { fromMs, state, movedMs: nowMs, moves: isQuiet ? 0 : open.moves + 1 })
      writing.opened.push({ key, fromMs, appeared: false, body })
    }
  }

  /** How the thing is, if it is there. */
  #now(thing: Thing, nowMs: number): { state: State; body: string } | undefined {
    if (thing.kind === 'ENTITY') {
      const entity = this.#graph().entity(thing.entity.id)
      return entity && { state: entity.health, body: entityBody(entity) }
    }
    const { source, target, type } = thing.edge
    const edge = this.#graph().edge(source, target, type)
    if (!edge) return undefined
    const figures = edge.rate?.read(nowMs) ?? {}
    return { state: weightClass(edge.origin, edge.evidence, figures), body: edgeBody(edge, figures) }
  }

  /** What lasted before the program stopped goes on. */
  #adopted(key: string, now: State): Open | undefined {
    const presumed = this.#presumed.get(key)
    if (!presumed) return undefined
    this.#presumed.delete(key)
    const stored = readPiece(key, presumed.body)
    const open: Open = { fromMs: presumed.fromMs, state: now, movedMs: 0, moves: 0 }
    if (stored?.kind === 'ENTITY') open.state = stored.health
    if (stored?.kind === 'EDGE')
      open.state = weightClass(
        stored.origin,
        stored.evidence.map(([origin, ends]) => ({ origin, ends, lastSeenMs: 0 })),
        figuresOf(stored),
      )
    this.#open.set(key, open)
    return open
  }
}

const patience = ({ moves }: Open, leastMs: number): number => Math.min(movedMsMax, leastMs * 2 ** moves)

function endOf(
  key: string,
  { fromMs }: Open,
  { thing }: Mark,
  atMs: number,
  vanished: boolean,
): Writing['closed'][number] {
  const toMs = Math.max(fromMs, atMs)
  const seenMs = thing.kind === 'ENTITY' ? thing.entity.lastSeenMs : heardMs(thing.edge)
  return { key, fromMs, toMs, vanished, seenMs: Math.min(toMs, seenMs) }
}

/** When anybody last told of an edge. */
export const heardMs = ({ evidence }: GraphEdge): number =>
  Math.max(...evidence.map(({ lastSeenMs }) => lastSeenMs))

function isOther(before: State, now: State): boolean {
  if (typeof before === 'string' || typeof now === 'string') return before !== now
  return hasMoved(before, now)
}
