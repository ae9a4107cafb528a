import type { Labels } from '@aiops/contract/model/label'
import type { SeriesKind } from '@aiops/contract/model/series'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { LabelPairs, SeriesCatalog, SeriesMeta, SeriesRef } from '../../../port/metric-store.ts'
import type { Action, Rule } from './rule-document.ts'
import { judgeSeries } from './series-rule.ts'

/** Stands for a series that the rules drop: a reader remembers it like any other, so its samples cost no second judgement. */
export const DROPPED: SeriesRef = 0xffff_ffff

/** What is done with the samples of a series, beyond storing and analysing them all. */
export type SampleVerdict = {
  analyse: boolean
  everyMs: number
  conversions: readonly { ref: SeriesRef; scale: number; offset: number }[]
  aggregations: readonly Extract<Action, { do: 'aggregate' }>[]
  labels: Labels
}

/** The catalogue as readers see it: a series passes through the stream rules once, when it is first named. */
export class RuledCatalog implements SeriesCatalog {
  readonly #inner: SeriesCatalog
  #rules: (tenant: TenantId) => readonly Rule[] = () => []
  /** Only of series whose samples need more than to be stored and analysed. */
  readonly verdicts = new Map<SeriesRef, SampleVerdict>()
  /** Whether any series was dropped since the rules changed. */
  dropping = false

  constructor(inner: SeriesCatalog) {
    this.#inner = inner
  }

  /** From now on; whoever remembers refs must ask again. */
  use(rules: (tenant: TenantId) => readonly Rule[]): void {
    this.#rules = rules
    this.verdicts.clear()
    this.dropping = false
  }

  /** Throws what the catalogue throws; `DROPPED` is no number of a series. */
  intern(tenant: TenantId, labels: Labels, meta: SeriesMeta): SeriesRef {
    const rules = this.#rules(tenant)
    if (rules.length === 0) return this.#inner.intern(tenant, labels, meta)
    const verdict = judgeSeries(rules, labels)
    if (verdict.dropped) {
      this.dropping = true
      return DROPPED
    }
    const ref = this.#inner.intern(tenant, verdict.labels, meta)
    const { analyse, everyMs, aggregations } = verdict
    if (analyse && everyMs === 0 && aggregations.length + verdict.conversions.length === 0) return ref
    const conversions = verdict.conversions.map(({ metric, scale, offset, unit }) => ({
      ref: this.#inner.intern(
        tenant,
        { ...verdict.labels, __name__: metric },
        unit === '' ? { kind: meta.kind } : { kind: meta.kind, unit },
      ),
      scale,
      offset,
    }))
    this.verdicts.set(ref, { analyse, everyMs, conversions, aggregations, labels: verdict.labels })
    return ref
  }

  internPairs(tenant: TenantId, pairs: LabelPairs, meta: SeriesMeta): SeriesRef {
    return this.#rules(tenant).length === 0
      ? this.#inner.internPairs(tenant, pairs, meta)
      : this.intern(tenant, pairs.labels, meta)
  }

  describe(ref: SeriesRef) {
    return this.#inner.describe(ref)
  }
  kindOf(ref: SeriesRef): SeriesKind {
    return ref === DROPPED ? 'UNKNOWN' : this.#inner.kindOf(ref)
  }
  metaOf: SeriesCatalog['metaOf'] = (ref) => this.#inner.metaOf(ref)
  tenantOf: SeriesCatalog['tenantOf'] = (ref) => this.#inner.tenantOf(ref)
  labelOf: SeriesCatalog['labelOf'] = (ref, name) => this.#inner.labelOf(ref, name)
  eachLabel: SeriesCatalog['eachLabel'] = (ref, visit) => this.#inner.eachLabel(ref, visit)
  select: SeriesCatalog['select'] = (tenant, matchers) => this.#inner.select(tenant, matchers)
  find: SeriesCatalog['find'] = (tenant, matchers, turn) => this.#inner.find(tenant, matchers, turn)
  labelNames: SeriesCatalog['labelNames'] = (tenant) => this.#inner.labelNames(tenant)
  labelValues: SeriesCatalog['labelValues'] = (tenant, name) => this.#inner.labelValues(tenant, name)
  count: SeriesCatalog['count'] = (tenant) => this.#inner.count(tenant)
}
