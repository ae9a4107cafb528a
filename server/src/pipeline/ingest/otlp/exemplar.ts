import { isFault } from '../../../kernel/fault.ts'
import type { Exemplar, SeriesRef } from '../../../port/metric-store.ts'
import { type LabelLimits, LabelSet } from '../label-set.ts'
import { type Attribute, textOf } from './attribute.ts'
import { idOf } from './span.ts'

/** An Exemplar as a reader found it; ids in hex of any length. */
export type RawExemplar = {
  timeMs: number
  value: number
  traceId: string
  spanId: string
  attributes: readonly Attribute[]
}

/**
 * With the trace it belongs to as labels `trace_id` and `span_id` (OpenTelemetry's Prometheus compatibility, "Exemplars"). Undefined
 * where a label cannot be taken: an example is no reason to refuse what it is an example of.
 */
export function exemplarOf(
  ref: SeriesRef,
  raw: RawExemplar,
  pointMs: number,
  limits: LabelLimits,
): Exemplar | undefined {
  const set = new LabelSet(limits)
  try {
    set.add('trace_id', idOf(raw.traceId, 32))
    set.add('span_id', idOf(raw.spanId, 16))
    for (const { key, value } of raw.attributes) set.addMissing(key, textOf(value))
  } catch (error) {
    if (isFault(error)) return undefined
    throw error
  }
  return { ref, timeMs: raw.timeMs || pointMs, value: raw.value, labels: set.labels }
}
