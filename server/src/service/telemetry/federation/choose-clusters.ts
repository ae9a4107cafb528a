import { Fault } from '../../../kernel/fault.ts'
import type { ClusterBackends } from '../../../port/cluster-backend.ts'

/** Those asked for by id or name, each once; all for none. Throws CLUSTER_NOT_FOUND, naming every one that is unknown. */
export function chooseClusters(
  known: readonly ClusterBackends[],
  wanted: readonly string[],
  has: (cluster: ClusterBackends) => boolean,
): ClusterBackends[] {
  if (wanted.length === 0) return known.filter(has)
  const chosen = new Set<ClusterBackends>()
  const unknown: string[] = []
  for (const id of wanted) {
    const found = known.find((cluster) => cluster.id === id) ?? known.find((cluster) => cluster.name === id)
    if (found) chosen.add(found)
    else unknown.push(id)
  }
  if (unknown.length > 0)
    throw new Fault('CLUSTER_NOT_FOUND', `There is no cluster ${unknown.slice(0, 20).join(', ')} to query.`)
  return [...chosen]
}
