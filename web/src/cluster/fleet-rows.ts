import type { Cluster } from '@aiops/contract/model/cluster'
import type { FleetGroup } from './fleet-list.ts'

export type FleetRow =
  | { type: 'HEAD'; name: string; clusters: readonly Cluster[] }
  /** `from`: how many clusters stand before. */
  | { type: 'CARDS'; clusters: readonly Cluster[]; from: number }

/** Groups as rows of so many clusters, each group under its heading; none where nothing groups. */
export function gridRows(groups: readonly FleetGroup[], columns: number): FleetRow[] {
  const rows: FleetRow[] = []
  let from = 0
  for (const { name, clusters } of groups) {
    if (name !== undefined) rows.push({ type: 'HEAD', name, clusters })
    for (let at = 0; at < clusters.length; at += columns) {
      rows.push({ type: 'CARDS', clusters: clusters.slice(at, at + columns), from: from + at })
    }
    from += clusters.length
  }
  return rows
}
