import type { Clock } from '../../../kernel/clock.ts'
import { Turn } from '../../../kernel/turn.ts'
import type { SpanScan, StoredSpan, TagScope, TraceStore } from '../../../port/trace-store.ts'
import { filtersOf, parseFieldName, parseTraceql } from '../traceql/index.ts'
import type { TagValue } from './index.ts'

/** Spans looked at for what stands on them: the newest tell what there is. */
const spansMax = 100_000

const fixed: Readonly<Record<string, readonly string[]>> = {
  status: ['error', 'ok', 'unset'],
  kind: ['client', 'consumer', 'internal', 'producer', 'server', 'unspecified'],
}

export type TagValueScan = Omit<SpanScan, 'anyOf'> & { name: string; query: string; limit: number }

/** Values of an attribute or intrinsic, the most frequent first. Throws INVALID_TRACEQL for a query that is none. */
export async function tagValues(
  store: Pick<TraceStore, 'tagValues' | 'scanSpans'>,
  scan: TagValueScan,
  clock: Pick<Clock, 'monotonic'>,
): Promise<TagValue[]> {
  const { query, limit } = scan
  const anyOf = /^\s*(\{\s*\})?\s*$/.test(query) ? [] : filtersOf(parseTraceql(query).pipeline)
  const { intrinsic, scope, name } = fieldOf(scan.name)
  if (intrinsic === undefined) {
    const values = await store.tagValues({ ...scan, anyOf, name, ...(scope ? { scope } : {}) })
    return values.map((value) => ({ type: 'string', value }))
  }
  const known = fixed[intrinsic]
  if (known) return known.slice(0, limit).map((value) => ({ type: 'keyword', value }))
  const get = textOfSpan[intrinsic]
  if (!get) return []
  const counts = await countTexts(store, { ...scan, anyOf }, get, clock)
  return [...counts]
    .sort(([a, many], [b, few]) => few - many || (a < b ? -1 : 1))
    .slice(0, limit)
    .map(([value]) => ({ type: 'string', value }))
}

/** Texts of the newest spans, with how many spans have each. */
export async function countTexts(
  store: Pick<TraceStore, 'scanSpans'>,
  scan: SpanScan,
  textsOf: (span: StoredSpan) => readonly string[],
  clock: Pick<Clock, 'monotonic'>,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  const turn = new Turn(clock)
  let seen = 0
  for await (const spans of store.scanSpans(scan)) {
    for (const span of spans)
      for (const text of textsOf(span)) if (text !== '') counts.set(text, (counts.get(text) ?? 0) + 1)
    seen += spans.length
    if (seen >= spansMax) break
    if (turn.due()) await turn.give()
  }
  return counts
}

/** The root's are known of traces whose root is among the spans looked at. */
const textOfSpan: Readonly<Record<string, (span: StoredSpan) => readonly string[]>> = {
  name: ({ name }) => [name],
  statusMessage: ({ statusMessage }) => [statusMessage],
  rootName: ({ parentSpanId, name }) => (parentSpanId === '' ? [name] : []),
  rootServiceName: ({ parentSpanId, service }) => (parentSpanId === '' ? [service] : []),
  eventName: ({ events = [] }) => events.map(({ name }) => name),
  instrumentationName: ({ attributes }) => [attributes['otel.scope.name'] ?? ''],
  instrumentationVersion: ({ attributes }) => [attributes['otel.scope.version'] ?? ''],
}

/** A bare name that is no intrinsic is an attribute of any scope. */
function fieldOf(written: string): { intrinsic?: string; scope?: TagScope; name: string } {
  const bare = /^[A-Za-z_][\w-]*$/.test(written)
  const known = /^(name|status|statusMessage|kind|rootName|rootServiceName|duration|traceDuration)$/
  const scoped = /^(\.|parent\.|(span|resource|event|link|instrumentation)\.)|:/.test(written)
  if ((bare && !known.test(written)) || !(bare || scoped)) return { name: written }
  const field = parseFieldName(written)
  if (field.node === 'intrinsic') return { intrinsic: field.name, name: field.name }
  return { name: field.name, ...(field.scope ? { scope: field.scope } : {}) }
}
