import type { TenantId } from '@aiops/contract/model/tenant'
import type { SeriesCatalog } from '../../../port/metric-store.ts'
import type { Decoded } from '../decoder.ts'
import { SampleColumns } from '../sample-columns.ts'
import { DerivedTable } from './derived-table.ts'
import { logForm, type RecordForm, redactRecords, ruleRecords, spanForm } from './record-rule.ts'
import { builtInRedaction, type Redaction } from './redaction.ts'
import type { Rule } from './rule-document.ts'
import { DROPPED, RuledCatalog } from './ruled-catalog.ts'

export type StreamRulesOptions = {
  redactBuiltIn: boolean
  groupsMax: number
  membersMax: number
  /** Called for each redaction that found something. */
  redacted: (name: string) => void
}
/** What goes into the stores, and what of its records goes to the stages behind; of its samples see `analysedSamples`. */
export type Ruled = {
  stored: Decoded
  analysed: Pick<Decoded, 'logs' | 'spans'>
  /**
   * Counts, aggregates and remembers what was thinned. To be called once it is durable, so that a request sent again counts once, and
   * stored, when differences have become totals in `stored.samples`: an aggregate is one of totals.
   */
  settle(): void
}

/**
 * The rules between a sender and everything else. Series are judged once, by the catalogue; here what is left per request is done.
 * Rules change as a whole by `use`.
 */
export class StreamRules {
  readonly catalog: RuledCatalog
  readonly derived: DerivedTable
  readonly #options: StreamRulesOptions
  readonly #builtIn: readonly Redaction[]
  #rules: readonly Rule[] = []
  #byTenant = new Map<TenantId, readonly Rule[]>()
  /** The last interval of which a thinned series gave a sample. */
  readonly #thinned = new Map<number, number>()

  constructor(inner: SeriesCatalog, options: StreamRulesOptions) {
    this.catalog = new RuledCatalog(inner)
    this.derived = new DerivedTable(options)
    this.#options = options
    this.#builtIn = options.redactBuiltIn ? [builtInRedaction] : []
  }

  use(rules: readonly Rule[]): void {
    this.#rules = rules
    this.#byTenant = new Map()
    this.#thinned.clear()
    this.catalog.use((tenant) => this.#of(tenant))
  }

  /** Before anything is written: records without what may not be kept; the same object where nothing was found. */
  redact(decoded: Decoded): Decoded {
    const { logs, spans, tenant } = decoded
    if (logs.length + spans.length === 0) return decoded
    const rules = this.#of(tenant)
    const { redacted } = this.#options
    const cleanLogs = redactRecords(logs, rules, logForm, this.#builtIn, redacted)
    const cleanSpans = redactRecords(spans, rules, spanForm, this.#builtIn, redacted)
    return cleanLogs === logs && cleanSpans === spans
      ? decoded
      : { ...decoded, logs: cleanLogs, spans: cleanSpans }
  }

  /** `replayed`: it happened before, so nothing is counted or aggregated again. */
  apply(decoded: Decoded, nowMs: number, replayed: boolean): Ruled {
    const rules = this.#of(decoded.tenant)
    if (rules.length === 0) return { stored: decoded, analysed: decoded, settle: () => undefined }
    const counting: (() => void)[] = []
    const derive = (one: () => void): void => {
      if (!replayed) counting.push(one)
    }
    const logs = this.#records(decoded, decoded.logs, rules, logForm, derive)
    const spans = this.#records(decoded, decoded.spans, rules, spanForm, derive)
    const thinned = new Map<number, number>()
    const stored: Decoded = {
      ...decoded,
      samples: this.#samples(decoded, thinned),
      histograms: decoded.histograms.filter(({ ref }) => ref !== DROPPED),
      exemplars: decoded.exemplars.filter(({ ref }) => ref !== DROPPED),
      logs: logs.stored,
      spans: spans.stored,
    }
    return {
      stored,
      analysed: { logs: logs.analysed, spans: spans.analysed },
      settle: () => {
        for (const [ref, interval] of thinned) this.#thinned.set(ref, interval)
        for (const one of counting) one()
        if (!replayed) this.#aggregate(stored, nowMs)
      },
    }
  }

  /** Those of stored samples that detection is to see; asked once differences have become totals. */
  analysedSamples(samples: SampleColumns): SampleColumns {
    const { verdicts } = this.catalog
    const unwatched = new Set<number>()
    if (verdicts.size > 0)
      for (let at = 0; at < samples.count; at += 1)
        if (verdicts.get(samples.series[at]!)?.analyse === false) unwatched.add(at)
    if (unwatched.size === 0) return samples
    const analysed = new SampleColumns(samples.count, samples.count)
    for (let at = 0; at < samples.count; at += 1) if (!unwatched.has(at)) copy(samples, at, analysed, false)
    return analysed
  }

  #of(tenant: TenantId): readonly Rule[] {
    const known = this.#byTenant.get(tenant)
    if (known) return known
    const own = this.#rules.filter(({ tenants }) => tenants === null || tenants.has(tenant))
    this.#byTenant.set(tenant, own)
    return own
  }

  #records<R>(
    decoded: Decoded,
    records: readonly R[],
    rules: readonly Rule[],
    form: RecordForm<R>,
    derive: (one: () => void) => void,
  ) {
    return ruleRecords(records, rules, form, (metric, labels) =>
      derive(() => this.derived.count(decoded.tenant, metric, labels)),
    )
  }

  #samples({ samples }: Decoded, thinned: Map<number, number>): SampleColumns {
    const { verdicts, dropping } = this.catalog
    if (!dropping && verdicts.size === 0) return samples
    const stored = new SampleColumns(samples.count, Number.MAX_SAFE_INTEGER)
    const deltas = new Set(samples.deltas)
    for (let at = 0; at < samples.count; at += 1) {
      const ref = samples.series[at]!
      if (ref === DROPPED) continue
      const verdict = verdicts.get(ref)
      const delta = deltas.has(at)
      if (verdict && !delta && this.#isThin(ref, verdict.everyMs, samples.timesMs[at]!, thinned)) continue
      copy(samples, at, stored, delta)
      if (!verdict) continue
      for (const { ref: derived, scale, offset } of verdict.conversions) {
        const value = samples.values[at]! * scale
        if (delta) stored.pushDelta(derived, samples.timesMs[at]!, value)
        else stored.pushNumber(derived, samples.timesMs[at]!, value + offset)
      }
    }
    return stored
  }

  #aggregate({ samples, tenant }: Decoded, nowMs: number): void {
    const { verdicts } = this.catalog
    if (verdicts.size === 0) return
    for (let at = 0; at < samples.count; at += 1) {
      const ref = samples.series[at]!
      const verdict = verdicts.get(ref)
      if (verdict)
        for (const rule of verdict.aggregations)
          this.derived.add(tenant, ref, verdict.labels, rule, samples.values[at]!, nowMs)
    }
  }

  /** What this request makes thin is noted in `thinned`. */
  #isThin(ref: number, everyMs: number, timeMs: number, thinned: Map<number, number>): boolean {
    if (everyMs === 0) return false
    const interval = Math.floor(timeMs / everyMs)
    const last = thinned.get(ref) ?? this.#thinned.get(ref) ?? Number.NEGATIVE_INFINITY
    if (last >= interval) return true
    thinned.set(ref, interval)
    return false
  }
}

/** Bit by bit: a NaN's payload says what it means. */
function copy(from: SampleColumns, at: number, to: SampleColumns, delta: boolean): void {
  const words = new Uint32Array(from.values.buffer, from.values.byteOffset + at * 8, 2)
  if (delta) to.deltas.push(to.count)
  to.push(from.series[at]!, from.timesMs[at]!, words[0]!, words[1]!)
}
