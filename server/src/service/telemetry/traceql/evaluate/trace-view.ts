import type { StoredSpan } from '../../../../port/trace-store.ts'

/** A trace while a query looks at it: its spans by number, and what follows from how they hang together, found when asked for. */
export class TraceView {
  readonly traceId: string
  readonly spans: readonly StoredSpan[]
  #tree: Tree | undefined
  #root: StoredSpan | null | undefined
  #bounds: { startMs: number; endMs: number } | undefined
  constructor(traceId: string, spans: readonly StoredSpan[]) {
    this.traceId = traceId
    this.spans = spans
  }
  get tree(): Tree {
    this.#tree ??= treeOf(this.spans)
    return this.#tree
  }
  /** The span without a parent; null while none has come. */
  get root(): StoredSpan | null {
    if (this.#root === undefined) this.#root = this.spans.find((span) => span.parentSpanId === '') ?? null
    return this.#root
  }
  get bounds(): { startMs: number; endMs: number } {
    if (!this.#bounds) {
      let [startMs, endMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
      for (const span of this.spans) {
        const from = span.startMs + (span.startNanos ?? 0) / 1e6
        startMs = Math.min(startMs, from)
        endMs = Math.max(endMs, from + span.durationMs)
      }
      this.#bounds = { startMs, endMs }
    }
    return this.#bounds
  }
}

export type Tree = {
  /** Number of each span's parent, -1 where it is not in the trace. */
  parents: Int32Array
  childCounts: Int32Array
  /** Spans so that a parent comes before its children; those that are their own ancestors come last. */
  order: Int32Array
  /** Nested-set numbers, from 1 on; 0 for a span that is its own ancestor. A descendant's lie between its ancestor's. */
  left: Int32Array
  right: Int32Array
}

function treeOf(spans: readonly StoredSpan[]): Tree {
  const count = spans.length
  const numbers = new Map(spans.map((span, i) => [span.spanId, i]))
  const [parents, childCounts, order] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)]
  const [left, right] = [new Int32Array(count), new Int32Array(count)]
  const firstChild = new Int32Array(count).fill(-1)
  const nextSibling = new Int32Array(count).fill(-1)
  const lastChild = new Int32Array(count).fill(-1)
  spans.forEach((span, i) => {
    const parent = span.parentSpanId === '' ? -1 : (numbers.get(span.parentSpanId) ?? -1)
    parents[i] = parent === i ? -1 : parent
    if (parent < 0 || parent === i) return
    childCounts[parent]! += 1
    if (firstChild[parent] === -1) firstChild[parent] = i
    else nextSibling[lastChild[parent]!] = i
    lastChild[parent] = i
  })
  let [ordered, number] = [0, 1]
  for (let root = 0; root < count; root += 1) {
    if (parents[root] !== -1) continue
    for (let at = root, down = true; ; ) {
      if (down) {
        order[ordered++] = at
        left[at] = number++
        if (firstChild[at] !== -1) {
          at = firstChild[at]!
          continue
        }
      }
      right[at] = number++
      if (at === root) break
      down = nextSibling[at] !== -1
      at = down ? nextSibling[at]! : parents[at]!
    }
  }
  for (let i = 0; i < count && ordered < count; i += 1) if (left[i] === 0) order[ordered++] = i
  return { parents, childCounts, order, left, right }
}
