import type { Change, ChangeInput, ChangeSource } from '@aiops/contract/model/change'
import { EntityKind, entityKind } from '@aiops/contract/model/entity'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { type Clock, isoTime } from '../../kernel/clock.ts'
import { Fault, messageOf } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { ChangeFilter, ChangeRepository } from '../../port/change-repository.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { KnowledgeConfig } from './config.ts'

/** A change as whoever saw it tells it. */
export type ChangeDraft = ChangeInput & { object?: Change['object'] }

export type ChangeBookDeps = {
  changes: ChangeRepository
  bus: EventBus
  tenants: readonly TenantId[]
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
}

/** Of a clock that is ahead of ours. */
const aheadMsMax = 3_600_000
const pruneEveryMs = 600_000
/** Rounds of `keepNewest` at a time; the rest goes with the next. */
const roundsMax = 200

/** What was changed: kept for a while, told once. */
export class ChangeBook {
  readonly #deps: ChangeBookDeps
  readonly #retentionMs: number
  readonly #changesMax: number
  readonly #recorded: { inc(labels: { source: string }): void }
  #pruning: Promise<void> = Promise.resolve()
  #cancel = (): void => undefined

  constructor(deps: ChangeBookDeps, config: KnowledgeConfig) {
    this.#deps = deps
    this.#retentionMs = durationMs(config.changes_retention)
    this.#changesMax = config.changes_max
    this.#recorded = deps.metrics.counter('aiops_changes_recorded_total', 'Changes recorded.', ['source'])
  }

  start(): void {
    this.#cancel = this.#deps.clock.every(pruneEveryMs, () => {
      this.#pruning = this.#pruning.then(() => this.#prune())
    })
  }
  async stop(): Promise<void> {
    this.#cancel()
    await this.#pruning
  }

  /** Throws VALIDATION_FAILED for a time that is ahead or no longer kept, and for a kind of entity that nobody knows. */
  async record(
    tenant: TenantId,
    source: ChangeSource,
    drafts: readonly ChangeDraft[],
    actor?: string,
  ): Promise<Change[]> {
    const nowMs = this.#deps.clock.now()
    const changes = drafts.map((draft) => this.#changeOf(tenant, source, draft, actor, nowMs))
    const added = await this.#deps.changes.add(changes)
    const kept: Change[] = []
    for (const change of changes) {
      // Where one id is told twice, the first counts.
      if (!added.delete(change.id)) {
        kept.push((await this.#deps.changes.get(tenant, change.id)) ?? change)
        continue
      }
      kept.push(change)
      this.#recorded.inc({ source })
      this.#tell(change, nowMs)
    }
    return kept
  }

  list(tenant: TenantId, filter: ChangeFilter): Promise<{ changes: Change[]; total: number }> {
    return this.#deps.changes.list(tenant, filter)
  }

  #changeOf(
    tenant: TenantId,
    source: ChangeSource,
    draft: ChangeDraft,
    actor: string | undefined,
    nowMs: number,
  ): Change {
    const { id, at, kind, entities, summary, fields, cluster_id, object, url } = draft
    const atMs = at === undefined ? nowMs : Date.parse(at)
    if (atMs > nowMs + aheadMsMax) throw refused('at', 'lies more than an hour ahead')
    if (atMs < nowMs - this.#retentionMs)
      throw refused('at', 'is older than changes are kept (knowledge.changes_retention)')
    const unknown = entities.find((entity) => !EntityKind.safeParse(entityKind(entity)).success)
    if (unknown !== undefined)
      throw refused('entities', `${unknown.slice(0, 100)} is of no kind that is known`)
    const by = draft.actor ?? actor
    return {
      ...{ id: id ?? this.#deps.random.uuid(nowMs), tenant_id: tenant },
      ...(cluster_id === undefined ? {} : { cluster_id }),
      ...{ at: isoTime(atMs), kind, source, entities: [...new Set(entities)], object: object ?? null },
      ...{ summary, fields },
      ...(by === undefined ? {} : { actor: by }),
      ...(url === undefined ? {} : { url }),
    }
  }

  #tell(change: Change, nowMs: number): void {
    this.#deps.bus.publish('events', {
      event_id: this.#deps.random.uuid(nowMs),
      event_type: 'CHANGE_RECORDED',
      source: 'knowledge',
      tenant_id: change.tenant_id,
      ...(change.cluster_id === undefined ? {} : { cluster_id: change.cluster_id }),
      timestamp: isoTime(nowMs),
      payload: change,
    })
  }

  async #prune(): Promise<void> {
    try {
      await this.#deps.changes.deleteBefore(this.#deps.clock.now() - this.#retentionMs)
      for (const tenant of this.#deps.tenants) {
        let rounds = 0
        while (rounds < roundsMax && (await this.#deps.changes.keepNewest(tenant, this.#changesMax)) > 0)
          rounds += 1
      }
    } catch (error) {
      this.#deps.log.error({ error: messageOf(error) }, 'old changes could not be deleted')
    }
  }
}

const refused = (path: string, message: string): Fault =>
  new Fault('VALIDATION_FAILED', `${path}: ${message}.`, { details: [{ path, message }] })
