import { labelValue } from '../kernel/matcher.ts'
import type { SpanFilter, SpanScan, StoredSpan } from './trace-store.ts'

/** Whether a span is wanted: within the time and fitting one of the filters. */
export function spanTest(scan: Pick<SpanScan, 'startMs' | 'endMs' | 'anyOf'>): (span: StoredSpan) => boolean {
  const { startMs, endMs, anyOf } = scan
  const within = (span: StoredSpan): boolean => span.startMs >= startMs && span.startMs <= endMs
  if (anyOf.length === 0 || anyOf.some((filter) => Object.keys(filter).length === 0)) return within
  return (span) => within(span) && anyOf.some((filter) => fitsFilter(span, filter))
}

export function fitsFilter(span: StoredSpan, filter: SpanFilter): boolean {
  return (
    (!filter.services || filter.services.includes(span.service)) &&
    (!filter.names || filter.names.includes(span.name)) &&
    (!filter.kinds || filter.kinds.includes(span.kind)) &&
    (!filter.statuses || filter.statuses.includes(span.status)) &&
    span.durationMs >= (filter.durationMsMin ?? 0) &&
    span.durationMs <= (filter.durationMsMax ?? Number.POSITIVE_INFINITY) &&
    (filter.attributes ?? []).every(
      ({ name, values }) =>
        Object.hasOwn(span.attributes, name) && values.includes(labelValue(span.attributes, name)),
    )
  )
}

/** The services that a scan can be about, or undefined where it can be any. */
export function servicesOf(anyOf: readonly SpanFilter[]): readonly string[] | undefined {
  if (anyOf.length === 0) return undefined
  const found: string[] = []
  for (const { services } of anyOf) {
    if (!services) return undefined
    found.push(...services)
  }
  return found
}
