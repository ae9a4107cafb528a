/**
 * A layered drawing of a directed graph, callers left of what they call (after Sugiyama, Tagawa, Toda 1981): cycles are
 * cut at the edges that a depth-first walk finds closing, layers are longest paths, edges that span layers get a slot
 * in each layer between so that no node lies on them, the order inside a layer is by barycentre sweeps. What has no
 * edge stands in rows below. Deterministic: the same ids and edges give the same places whatever their order, so that
 * live updates move nothing. Differs in that places within a layer are evenly spaced and centred.
 */

export type GraphEdge = { source: string; target: string }
export type Place = { x: number; y: number }
export type Size = { nodeWidth: number; nodeHeight: number; gapX: number; gapY: number }
export type Layout = {
  /** Left upper corner of each node. */
  places: ReadonlyMap<string, Place>
  /** By `edgeKey`: the middles of the slots a long edge runs through, in its own direction. */
  routes: ReadonlyMap<string, readonly Place[]>
}

export const edgeKey = (edge: GraphEdge): string => `${edge.source}\n${edge.target}`

/** Of these every second one goes back. */
const sweeps = 16

export function layerLayout(nodeIds: readonly string[], edges: readonly GraphEdge[], size: Size): Layout {
  const all = [...new Set(nodeIds)].sort()
  const known = new Set(all)
  const kept = edges.filter(
    (edge) => known.has(edge.source) && known.has(edge.target) && edge.source !== edge.target,
  )
  const joined = new Set(kept.flatMap((edge) => [edge.source, edge.target]))
  const ids = all.filter((id) => joined.has(id))
  const { forward, turned } = withoutCycles(ids, uniqueEdges(kept))
  const layerOf = longestPaths(ids, forward)
  const { slots, links, chains } = withSlots(forward, layerOf)
  const layers = orderLayers([...ids, ...slots.keys()], (id) => layerOf.get(id) ?? slots.get(id) ?? 0, links)
  const placed = placesOf(layers, size)
  const routes = routesOf(chains, placed, turned, size)
  return {
    places: withLoose(
      placed,
      ids,
      all.filter((id) => !joined.has(id)),
      layers,
      size,
    ),
    routes,
  }
}

const uniqueEdges = (edges: readonly GraphEdge[]): GraphEdge[] =>
  [
    ...new Map(edges.map((edge) => [edgeKey(edge), { source: edge.source, target: edge.target }])).values(),
  ].sort((a, b) => (edgeKey(a) < edgeKey(b) ? -1 : 1))

/** The same edges with those that close a cycle turned round. */
function withoutCycles(
  ids: readonly string[],
  edges: readonly GraphEdge[],
): { forward: GraphEdge[]; turned: Set<string> } {
  const targets = neighbours(edges, 'source', 'target')
  const state = new Map<string, 'open' | 'done'>()
  const back = new Set<string>()
  const incoming = new Set(edges.map((edge) => edge.target))
  const roots = [...ids.filter((id) => !incoming.has(id)), ...ids]
  for (const root of roots) {
    if (state.has(root)) continue
    state.set(root, 'open')
    const stack = [{ id: root, next: 0 }]
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const target = targets.get(top.id)?.[top.next]
      top.next += 1
      if (target === undefined) {
        state.set(top.id, 'done')
        stack.pop()
      } else if (state.get(target) === 'open') back.add(edgeKey({ source: top.id, target }))
      else if (!state.has(target)) {
        state.set(target, 'open')
        stack.push({ id: target, next: 0 })
      }
    }
  }
  const turn = (edge: GraphEdge): GraphEdge => ({ source: edge.target, target: edge.source })
  const turned = new Set(edges.filter((edge) => back.has(edgeKey(edge))).map((edge) => edgeKey(turn(edge))))
  return { forward: uniqueEdges(edges.map((edge) => (back.has(edgeKey(edge)) ? turn(edge) : edge))), turned }
}

/** The length of the longest way to each node; edges have no cycle. */
function longestPaths(ids: readonly string[], edges: readonly GraphEdge[]): Map<string, number> {
  const waiting = new Map(ids.map((id) => [id, 0]))
  for (const { target } of edges) waiting.set(target, (waiting.get(target) ?? 0) + 1)
  const targets = neighbours(edges, 'source', 'target')
  const layer = new Map(ids.map((id) => [id, 0]))
  const ready = ids.filter((id) => waiting.get(id) === 0)
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    for (const target of targets.get(id) ?? []) {
      layer.set(target, Math.max(layer.get(target) ?? 0, (layer.get(id) ?? 0) + 1))
      const left = (waiting.get(target) ?? 1) - 1
      waiting.set(target, left)
      if (left === 0) ready.push(target)
    }
  }
  return layer
}

/** Edges cut into links of one layer each, through slots of their own. */
function withSlots(edges: readonly GraphEdge[], layerOf: ReadonlyMap<string, number>) {
  const slots = new Map<string, number>()
  const chains = new Map<string, string[]>()
  const links: GraphEdge[] = []
  for (const edge of edges) {
    const from = layerOf.get(edge.source) ?? 0
    const to = layerOf.get(edge.target) ?? 0
    const chain: string[] = []
    for (let layer = from + 1; layer < to; layer += 1) {
      const slot = `${edgeKey(edge)}\n${layer}`
      slots.set(slot, layer)
      chain.push(slot)
    }
    chains.set(edgeKey(edge), chain)
    const stops = [edge.source, ...chain, edge.target]
    for (let i = 1; i < stops.length; i += 1)
      links.push({ source: stops[i - 1] ?? '', target: stops[i] ?? '' })
  }
  return { slots, links, chains }
}

/** Sweeps forward and back by barycentre; the order with the fewest crossings is kept. */
function orderLayers(
  ids: readonly string[],
  layerOf: (id: string) => number,
  links: readonly GraphEdge[],
): string[][] {
  const layers = [...Map.groupBy(ids, layerOf)].sort(([a], [b]) => a - b).map(([, members]) => members)
  const callers = neighbours(links, 'target', 'source')
  const callees = neighbours(links, 'source', 'target')
  let best = layers.map((members) => [...members])
  let fewest = crossings(best, callees)
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep += 1) {
    const isForward = sweep % 2 === 0
    for (let step = 1; step < layers.length; step += 1) {
      const at = isForward ? step : layers.length - 1 - step
      const fixed = layers[isForward ? at - 1 : at + 1] ?? []
      layers[at] = byBarycentre(layers[at] ?? [], fixed, isForward ? callers : callees)
    }
    const found = crossings(layers, callees)
    if (found < fewest) {
      fewest = found
      best = layers.map((members) => [...members])
    }
  }
  return best
}

function byBarycentre(
  members: readonly string[],
  fixed: readonly string[],
  beside: ReadonlyMap<string, string[]>,
): string[] {
  const position = new Map(fixed.map((id, i) => [id, (i + 0.5) / fixed.length]))
  const weight = new Map(
    members.map((id, i) => {
      const others = (beside.get(id) ?? []).flatMap((other) => position.get(other) ?? [])
      return [id, mean(others, (i + 0.5) / members.length)]
    }),
  )
  return members.toSorted((a, b) => (weight.get(a) ?? 0) - (weight.get(b) ?? 0) || (a < b ? -1 : 1))
}

/** Pairs of links between neighbouring layers that cross. Above this many links a layer they are not counted: the first order stands. */
const countedLinksMax = 600

export function crossings(
  layers: readonly (readonly string[])[],
  callees: ReadonlyMap<string, string[]>,
): number {
  let sum = 0
  for (let layer = 0; layer + 1 < layers.length; layer += 1) {
    const below = new Map((layers[layer + 1] ?? []).map((id, i) => [id, i]))
    const ends = (layers[layer] ?? []).map((id) =>
      (callees.get(id) ?? []).flatMap((other) => below.get(other) ?? []),
    )
    const flat = ends.flatMap((list, from) => list.map((to) => ({ from, to })))
    if (flat.length > countedLinksMax) continue
    for (const [i, a] of flat.entries())
      for (const b of flat.slice(i + 1)) if (a.from < b.from && a.to > b.to) sum += 1
  }
  return sum
}

function placesOf(
  layers: readonly string[][],
  { nodeWidth, nodeHeight, gapX, gapY }: Size,
): Map<string, Place> {
  const tallest = Math.max(...layers.map((members) => members.length), 0)
  const places = new Map<string, Place>()
  for (const [layer, members] of layers.entries()) {
    const top = ((tallest - members.length) * (nodeHeight + gapY)) / 2
    for (const [i, id] of members.entries())
      places.set(id, { x: layer * (nodeWidth + gapX), y: top + i * (nodeHeight + gapY) })
  }
  return places
}

function routesOf(
  chains: ReadonlyMap<string, string[]>,
  placed: ReadonlyMap<string, Place>,
  turned: ReadonlySet<string>,
  size: Size,
): Map<string, Place[]> {
  const routes = new Map<string, Place[]>()
  for (const [key, chain] of chains) {
    const points = chain.map((slot) => {
      const place = placed.get(slot) ?? { x: 0, y: 0 }
      return { x: place.x + size.nodeWidth / 2, y: place.y + size.nodeHeight / 2 }
    })
    if (points.length === 0) continue
    routes.set(key, points)
    const [source = '', target = ''] = key.split('\n')
    if (turned.has(key)) routes.set(edgeKey({ source: target, target: source }), points.toReversed())
  }
  return routes
}

/** Nodes without edges, in rows under the graph, as wide as it is and at least three. */
function withLoose(
  placed: ReadonlyMap<string, Place>,
  ids: readonly string[],
  loose: readonly string[],
  layers: readonly string[][],
  size: Size,
): Map<string, Place> {
  const places = new Map(ids.map((id) => [id, placed.get(id) ?? { x: 0, y: 0 }]))
  const columns = Math.max(3, layers.length)
  const bottom = Math.max(0, ...layers.map((members) => members.length)) * (size.nodeHeight + size.gapY)
  for (const [i, id] of loose.entries())
    places.set(id, {
      x: (i % columns) * (size.nodeWidth + size.gapX),
      y: bottom + Math.floor(i / columns) * (size.nodeHeight + size.gapY),
    })
  return places
}

/** For each node its neighbours in order of id, each once. */
function neighbours(
  edges: readonly GraphEdge[],
  from: keyof GraphEdge,
  to: keyof GraphEdge,
): Map<string, string[]> {
  return new Map(
    [...Map.groupBy(edges, (edge) => edge[from])].map(([id, list]) => [
      id,
      [...new Set(list.map((edge) => edge[to]))].sort(),
    ]),
  )
}

const mean = (values: readonly number[], otherwise: number): number =>
  values.length === 0 ? otherwise : values.reduce((sum, value) => sum + value, 0) / values.length
