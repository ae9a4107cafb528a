import type { Span } from '@aiops/contract/model/span'

export type WaterfallRow = {
  span: Span
  depth: number
  /** Milliseconds from the start of the trace. */
  offsetMs: number
  /** The span's own time: what no child of it covers. */
  selfMs: number
  /** Its parent was never received. */
  orphan: boolean
}

/**
 * Spans as rows, parents before children, siblings by start. A parent that is missing makes a row at the top level; a
 * cycle, which broken senders make, is cut where it closes, so that every span appears exactly once.
 */
export function waterfall(spans: readonly Span[]): { rows: WaterfallRow[]; totalMs: number } {
  const start = Math.min(...spans.map(startOf))
  const end = Math.max(...spans.map((span) => startOf(span) + span.duration_ms))
  const ordered = [...spans].sort((a, b) => startOf(a) - startOf(b) || b.duration_ms - a.duration_ms)
  const known = new Set(ordered.map((span) => span.span_id))
  const children = Map.groupBy(ordered, (span) =>
    span.parent_span_id && known.has(span.parent_span_id) ? span.parent_span_id : '',
  )
  const rows: WaterfallRow[] = []
  const placed = new Set<Span>()
  const place = (first: Span): void => {
    const stack = [{ span: first, depth: 0 }]
    for (let next = stack.pop(); next; next = stack.pop()) {
      const { span, depth } = next
      if (placed.has(span)) continue
      placed.add(span)
      const below = children.get(span.span_id) ?? []
      const orphan = Boolean(span.parent_span_id) && !known.has(span.parent_span_id ?? '')
      rows.push({ span, depth, offsetMs: startOf(span) - start, selfMs: selfTime(span, below), orphan })
      for (const child of below.toReversed()) stack.push({ span: child, depth: depth + 1 })
    }
  }
  for (const top of children.get('') ?? []) place(top)
  for (const span of ordered) place(span)
  return { rows, totalMs: spans.length === 0 ? 0 : end - start }
}

/** Duration without the union of the children's intervals, each cut to the parent's. */
function selfTime(span: Span, children: readonly Span[]): number {
  const start = startOf(span)
  const end = start + span.duration_ms
  let covered = 0
  let until = start
  for (const child of children) {
    const from = Math.max(startOf(child), until)
    const to = Math.min(startOf(child) + child.duration_ms, end)
    if (to > from) {
      covered += to - from
      until = to
    }
  }
  return Math.max(0, span.duration_ms - covered)
}

const startOf = (span: Span): number => Date.parse(span.start_time)
