import { asText } from '../shell/search.ts'
import type { ClusterTab } from './cluster-tab.ts'
import { clusterTabs } from './tabs.ts'

/** The open tab of a cluster's page, and what that tab keeps in the address. */
export type ClusterSearch = { tab?: string; [parameter: string]: unknown }

export function readClusterSearch(
  raw: Record<string, unknown>,
  tabs: readonly ClusterTab[] = clusterTabs,
): ClusterSearch {
  const tab = tabOf(raw.tab, tabs)
  return { ...tab?.search?.(raw), ...(tab && tab !== tabs[0] && { tab: tab.value }) }
}

/** The tab of that name, else the first. */
export const tabOf = (name: unknown, tabs: readonly ClusterTab[] = clusterTabs): ClusterTab | undefined =>
  tabs.find(({ value }) => value === asText(name)) ?? tabs[0]
