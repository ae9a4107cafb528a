import type { Cluster } from '@aiops/contract/model/cluster'
import type { ComponentType } from 'react'

export type ClusterPanelProps = { cluster: Cluster }

/** One tab of a cluster's page. */
export type ClusterTab = {
  /** As it stands in the address: `?tab=…`. */
  value: string
  label: string
  panel: ComponentType<ClusterPanelProps>
  /** Its own part of the address, read from what stands there; absent where it has none. */
  search?: (raw: Record<string, unknown>) => Record<string, unknown>
}
