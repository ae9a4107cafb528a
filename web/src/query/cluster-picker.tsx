import type { QueryCluster } from '@aiops/contract/model/query'
import { FilterMenu } from '../ui/filter-menu.tsx'

/** Which clusters are asked; none chosen means all. Nothing where there is no choice. */
export function ClusterPicker({
  clusters,
  chosen,
  onChange,
}: {
  clusters: readonly QueryCluster[]
  chosen: readonly string[]
  onChange: (ids: string[] | undefined) => void
}) {
  if (clusters.length < 2 && chosen.length === 0) return null
  const names = new Map(clusters.map(({ cluster_id, cluster_name }) => [cluster_id, cluster_name]))
  return (
    <FilterMenu
      label="Clusters"
      options={[...new Set([...names.keys(), ...chosen])]}
      chosen={chosen}
      word={(id) => names.get(id) ?? id}
      onChange={(ids) => onChange(ids.length > 0 ? ids : undefined)}
    />
  )
}
