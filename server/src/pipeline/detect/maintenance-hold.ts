import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import { Turn } from '../../kernel/turn.ts'
import type { EngineCommand } from './engine-message.ts'
import type { MaintenanceSpan } from './index.ts'
import type { WatchList } from './watch-list.ts'

type HoldDeps = {
  /** Spans of a tenant that go on, are to come, or ended lately. */
  spans(tenant: TenantId): readonly MaintenanceSpan[]
  watch: WatchList
  clock: Clock
  send(command: EngineCommand): void
  /** How long after its end a span still holds: the first windows are not whole, and hold a part of it. */
  settleMs: number
}
/** Spans of one tenant that hold now. */
type Page = { key: string; spans: readonly MaintenanceSpan[] }

const noSpans: Page = { key: '', spans: [] }

/** Tells the engine which series maintenance covers: from the start of a span until it has settled after its end. */
export class MaintenanceHold {
  readonly #deps: HoldDeps
  readonly #pages = new Map<TenantId, Page>()
  readonly #held = new Set<number>()
  #looking = false

  constructor(deps: HoldDeps) {
    this.#deps = deps
  }

  /** Holds what a span that began covers, and lets go what none covers any more. */
  async look(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    try {
      for (const tenant of this.#deps.watch.tenants) {
        const page = this.#read(tenant)
        const before = this.#pages.get(tenant) ?? noSpans
        this.#pages.set(tenant, page)
        if (page.key !== before.key) await this.#apply(tenant, page)
      }
    } finally {
      this.#looking = false
    }
  }

  /** Series that the engine was just told of. */
  registered(indexes: Iterable<number>): void {
    const covered: number[] = []
    for (const index of indexes) {
      const { tenant, labels } = this.#deps.watch.describe(index)
      const page = this.#pages.get(tenant) ?? this.#read(tenant)
      this.#pages.set(tenant, page)
      if (page.spans.some((span) => span.covers(labels))) covered.push(index)
    }
    this.#tell(covered, true)
  }

  released(indexes: Iterable<number>): void {
    for (const index of indexes) this.#held.delete(index)
  }

  /** A new engine holds nothing. */
  forget(): void {
    this.#held.clear()
    this.#pages.clear()
  }

  #read(tenant: TenantId): Page {
    const nowMs = this.#deps.clock.now()
    const spans = this.#deps
      .spans(tenant)
      .filter(
        ({ startMs, endMs }) => startMs < endMs && startMs <= nowMs && nowMs < endMs + this.#deps.settleMs,
      )
    if (spans.length === 0) return noSpans
    return { key: JSON.stringify(spans.map(({ id }) => id).sort()), spans }
  }

  async #apply(tenant: TenantId, { spans }: Page): Promise<void> {
    const { watch, clock } = this.#deps
    const turn = new Turn(clock)
    const found = spans.length === 0 ? [...this.#held] : await watch.indexesOf(tenant, turn)
    let [begun, over]: [number[], number[]] = [[], []]
    for (const index of found) {
      if (turn.due()) {
        // An index may be another series' after that.
        this.#tell(begun, true)
        this.#tell(over, false)
        begun = []
        over = []
        await turn.give()
      }
      if (!watch.isWatched(index)) continue
      const { tenant: owner, labels } = watch.describe(index)
      if (owner !== tenant) continue
      const covered = spans.some((span) => span.covers(labels))
      if (covered !== this.#held.has(index)) (covered ? begun : over).push(index)
    }
    this.#tell(begun, true)
    this.#tell(over, false)
  }

  #tell(indexes: readonly number[], held: boolean): void {
    if (indexes.length === 0) return
    for (const index of indexes)
      if (held) this.#held.add(index)
      else this.#held.delete(index)
    this.#deps.send({ kind: 'hold', indexes: Uint32Array.from(indexes), held })
  }
}
