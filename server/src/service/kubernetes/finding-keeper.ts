import type { Event } from '@aiops/contract/event'
import type { Finding } from '@aiops/contract/model/finding'
import type { Clock } from '../../kernel/clock.ts'
import { isoTime } from '../../kernel/clock.ts'
import type { Random } from '../../kernel/random.ts'
import type { EventBus } from '../../port/event-bus.ts'

type Kept = { finding: Finding; seenMs: number }
export type FindingKeeperDeps = { clock: Clock; random: Random; bus: Pick<EventBus, 'publish'> }

/** A finding that was not seen for so long is over: a container that restarts is well for moments. */
const goneAfterMs = 60_000

/** Open findings of one cluster: opened when they are seen, closed when they were not for a while, told of both. */
export class FindingKeeper {
  readonly #deps: FindingKeeperDeps
  readonly #open = new Map<string, Kept>()
  #list: readonly Finding[] = []
  constructor(deps: FindingKeeperDeps) {
    this.#deps = deps
  }

  get findings(): readonly Finding[] {
    return this.#list
  }

  /** What an analysis found now. */
  update(found: readonly Finding[]): void {
    const nowMs = this.#deps.clock.now()
    for (const finding of found) {
      const known = this.#open.get(finding.id)
      const since = known?.finding.since ?? null
      const kept = known
        ? { ...finding, found_at: known.finding.found_at, since: earlier(since, finding.since) }
        : finding
      this.#open.set(finding.id, { finding: kept, seenMs: nowMs })
      if (!known) this.#tell('FINDING_OPENED', kept)
    }
    for (const [id, { finding, seenMs }] of this.#open)
      if (nowMs - seenMs >= goneAfterMs) {
        this.#open.delete(id)
        this.#tell('FINDING_CLOSED', finding)
      }
    this.#list = [...this.#open.values()].map(({ finding }) => finding)
  }

  /** The cluster is not looked at any more. */
  clear(): void {
    for (const { finding } of this.#open.values()) this.#tell('FINDING_CLOSED', finding)
    this.#open.clear()
    this.#list = []
  }

  #tell(type: 'FINDING_OPENED' | 'FINDING_CLOSED', finding: Finding): void {
    const { clock, random, bus } = this.#deps
    const event: Event = {
      ...{ event_id: random.uuid(clock.now()), event_type: type, source: 'kubernetes' },
      ...{ tenant_id: finding.tenant_id, cluster_id: finding.cluster_id },
      ...{ timestamp: isoTime(clock.now()), payload: finding },
    }
    bus.publish('events', event)
  }
}

/** A condition whose time moves while it goes on, such as the last restart, holds since it did first. */
const earlier = (a: string | null, b: string | null): string | null =>
  a !== null && b !== null ? (Date.parse(a) <= Date.parse(b) ? a : b) : (a ?? b)
