import type { AnomalyShape } from '@aiops/contract/model/anomaly'
import type { DetectionFunnel, DetectorState, DetectorView } from '@aiops/contract/model/detection'
import type { EntityId } from '@aiops/contract/model/entity'
import { entityOf } from '@aiops/contract/model/entity'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../../kernel/clock.ts'
import { Turn } from '../../../kernel/turn.ts'
import type { AnomalyBook } from '../anomaly-book.ts'
import type { EngineLink } from '../link.ts'
import { globTest } from '../rule/rule-glob.ts'
import type { WatchList } from '../watch-list.ts'
import { detectorView, funnelView } from './detector-view.ts'
import type { Questions } from './questions.ts'

export type DetectorQuery = {
  entity?: EntityId | undefined
  /** Metric name with `*` and `?`. */
  metric?: string | undefined
  tier?: DetectorView['tier'] | undefined
  state?: DetectorState | undefined
  offset: number
  limit: number
}

export type InquiryDeps = {
  watch: WatchList
  book: AnomalyBook
  questions: Questions
  clock: Clock
  link(): EngineLink | undefined
  snapshotMs(): number | undefined
}

/** What people ask about the detectors: looked up here and in the engine, without holding either up. */
export class Inquiry {
  readonly #deps: InquiryDeps
  readonly #sinceMs: number
  /** Anomalies by tenant and shape. */
  readonly #shapes = new Map<TenantId, Map<AnomalyShape, number>>()

  constructor(deps: InquiryDeps) {
    this.#deps = deps
    this.#sinceMs = deps.clock.now()
  }

  /** An anomaly of this series was opened. */
  count(index: number, shape: AnomalyShape): void {
    const { tenant } = this.#deps.watch.describe(index)
    const shapes = this.#shapes.get(tenant) ?? new Map<AnomalyShape, number>()
    this.#shapes.set(tenant, shapes.set(shape, (shapes.get(shape) ?? 0) + 1))
  }

  async detectors(
    tenant: TenantId,
    query: DetectorQuery,
  ): Promise<{ detectors: DetectorView[]; total: number }> {
    const { watch, book, questions, clock, link } = this.#deps
    const indexes = await this.#matching(tenant, query)
    const { tier, state, offset, limit } = query
    const { rows, total } = await questions.ask<'detectors'>(link(), {
      ...{ kind: 'detectors', indexes, nowMs: clock.now() },
      filter: { tier, state, offset, limit },
    })
    const detectors = rows
      // One may have been given up meanwhile.
      .filter(({ index }) => watch.isWatched(index))
      .map((row) =>
        detectorView(row, watch.describe(row.index), {
          anomalyIds: book.idsOf(row.index),
          rules: watch.ruling(row.index).names,
        }),
      )
    return { detectors, total }
  }

  async funnel(tenant: TenantId): Promise<DetectionFunnel> {
    const { watch, questions, clock, link, snapshotMs } = this.#deps
    const turn = new Turn(clock)
    const indexes = await watch.indexesOf(tenant, turn)
    const { standing } = await watch.refsOf(tenant, turn)
    const { counts } = await questions.ask<'funnel'>(link(), {
      kind: 'funnel',
      tenant: watch.tenantNumber(tenant) ?? noTenant,
      indexes: Uint32Array.from(indexes),
    })
    return funnelView({
      ...{ sinceMs: this.#sinceMs, counts, watched: indexes.length, ...standing },
      ...{ allWatched: watch.count, shapes: this.#shapes.get(tenant) ?? new Map() },
      snapshotMs: snapshotMs(),
    })
  }

  async #matching(tenant: TenantId, { entity, metric }: DetectorQuery): Promise<Uint32Array> {
    const { watch, clock } = this.#deps
    const turn = new Turn(clock)
    const indexes = await watch.indexesOf(tenant, turn)
    if (entity === undefined && metric === undefined) return Uint32Array.from(indexes)
    const fits = metric === undefined ? () => true : globTest(metric)
    const found: number[] = []
    for (const index of indexes) {
      if (turn.due()) await turn.give()
      if (!watch.isWatched(index)) continue
      const { labels } = watch.describe(index)
      if (entity !== undefined && entityOf(labels) !== entity) continue
      if (fits(labels.__name__ ?? '')) found.push(index)
    }
    return Uint32Array.from(found)
  }
}

/** Of whoever has no series: counts of nobody. */
const noTenant = 0x00ff_ffff
