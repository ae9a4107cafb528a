import type { WaterfallRow } from './waterfall.ts'

/**
 * A flame graph of a trace after Gregg (CACM 59/6, 2016), over self time: spans that are reached by the same way of
 * services and operations stand as one, as wide as the time that they and all below them spent themselves. Differs from a
 * waterfall in that children which ran beside each other are added up, so that a trace may hold more time than it took.
 */
export type FlameNode = {
  key: string
  service: string
  operation: string
  spans: number
  errors: number
  selfMs: number
  totalMs: number
  children: FlameNode[]
}

export type FlameBar = { node: FlameNode; depth: number; left: number; width: number }

/** Rows are in order of the tree: a parent before what is below it. */
export function flameOf(rows: readonly WaterfallRow[]): FlameNode {
  const root: FlameNode = made('', '', '')
  const way: FlameNode[] = [root]
  const met = new Map<FlameNode, Map<string, FlameNode>>()
  for (const { span, depth, selfMs } of rows) {
    const parent = way[depth] ?? root
    const children = met.get(parent) ?? new Map<string, FlameNode>()
    met.set(parent, children)
    const name = `${span.service_name}\n${span.operation_name}`
    let node = children.get(name)
    if (!node) {
      node = made(`${parent.key}\n\n${name}`, span.service_name, span.operation_name)
      children.set(name, node)
      parent.children.push(node)
    }
    node.spans += 1
    node.selfMs += selfMs
    if (span.status === 'ERROR') node.errors += 1
    for (const above of way.slice(0, depth + 1)) above.totalMs += selfMs
    node.totalMs += selfMs
    way.length = depth + 1
    way.push(node)
  }
  return root
}

const made = (key: string, service: string, operation: string): FlameNode => ({
  ...{ key, service, operation, spans: 0, errors: 0, selfMs: 0, totalMs: 0, children: [] },
})

/** Bars that can be seen, as shares of the width, the widest first among siblings; `hidden` are too narrow, too deep or too many. */
export function flameBars(
  top: FlameNode,
  { leastShare = 0.001, barsMax = 1_500 }: { leastShare?: number; barsMax?: number } = {},
): { bars: FlameBar[]; depth: number; hidden: number } {
  const bars: FlameBar[] = []
  let hidden = 0
  let depth = 0
  const waiting: FlameBar[] = [{ node: top, depth: 0, left: 0, width: 1 }]
  for (let at = 0; at < waiting.length; at += 1) {
    const bar = waiting[at] as FlameBar
    if (bar.width < leastShare || bars.length >= barsMax) {
      hidden += 1
      continue
    }
    if (bar.node.spans > 0) bars.push(bar)
    depth = Math.max(depth, bar.depth)
    let left = bar.left
    for (const child of bar.node.children.toSorted((a, b) => b.totalMs - a.totalMs)) {
      const width = top.totalMs > 0 ? child.totalMs / top.totalMs : 0
      waiting.push({ node: child, depth: bar.depth + 1, left, width })
      left += width
    }
  }
  return { bars, depth, hidden }
}
