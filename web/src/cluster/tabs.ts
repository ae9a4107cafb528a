import { lazy } from 'react'
import { insideTabs } from '../kubernetes/tabs.ts'
import type { ClusterTab } from './cluster-tab.ts'

/** The tabs of a cluster's page, in order; each is loaded when it is first opened. */
export const clusterTabs: readonly ClusterTab[] = [
  {
    value: 'overview',
    label: 'Overview',
    panel: lazy(() => import('./overview-tab.tsx').then((m) => ({ default: m.OverviewTab }))),
  },
  ...insideTabs,
  {
    value: 'settings',
    label: 'Settings',
    panel: lazy(() => import('./setting-tab.tsx').then((m) => ({ default: m.SettingTab }))),
  },
]
