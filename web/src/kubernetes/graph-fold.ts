import type { ClusterGraph, ClusterGraphEdge } from '@aiops/contract/model/kubernetes'
import { statusTone } from './status-tone.ts'
import type { ObjectName } from './tab-search.ts'

/** A box of the drawing: one thing, or all pods of one workload. */
export type GraphItem = {
  id: string
  object: ObjectName
  status: string
  /** Pods that stand for each other; 1 for one thing. */
  pods: number
  notWell: number
}
export type FoldedGraph = { items: GraphItem[]; edges: ClusterGraphEdge[] }

/** So many pods of one workload are still drawn one by one. */
const apart = 2

/**
 * The graph as people follow a request through it: route → service → workload → pods → node and volume. A service that
 * selects pods leads to their workload, and pods of one workload are one box unless it is opened.
 */
export function foldGraph({ nodes, edges }: ClusterGraph, opened: ReadonlySet<string>): FoldedGraph {
  const kindOf = new Map(nodes.map(({ id, object }) => [id, object.kind]))
  const owners = new Map<string, string>()
  const owned = new Map<string, number>()
  for (const { source, target, relation } of edges) {
    if (relation !== 'OWNS' || kindOf.get(target) !== 'Pod') continue
    owners.set(target, source)
    owned.set(source, (owned.get(source) ?? 0) + 1)
  }
  const boxOf = (id: string): string => {
    const owner = owners.get(id)
    return owner === undefined || (owned.get(owner) ?? 0) <= apart || opened.has(owner)
      ? id
      : `pods of ${owner}`
  }
  const items = new Map<string, GraphItem>()
  for (const { id, object, status } of nodes) {
    const box = boxOf(id)
    const wrong = object.kind === 'Pod' && statusTone(status) !== 'ok' ? 1 : 0
    const known = items.get(box)
    if (known) {
      known.pods += 1
      known.notWell += wrong
      if (wrong) known.status = status
    } else items.set(box, { id: box, object, status, pods: 1, notWell: wrong })
  }
  const drawn = new Map<string, ClusterGraphEdge>()
  for (const { source, target, relation } of edges) {
    const upward = relation === 'SELECTS' || relation === 'APPLIES_TO'
    const [from, to] = [boxOf(source), upward ? (owners.get(target) ?? boxOf(target)) : boxOf(target)]
    if (from !== to) drawn.set(`${from}\n${to}\n${relation}`, { source: from, target: to, relation })
  }
  return { items: [...items.values()], edges: [...drawn.values()] }
}
