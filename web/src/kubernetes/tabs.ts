import { lazy } from 'react'
import type { ClusterTab } from '../cluster/cluster-tab.ts'
import { readTabSearch } from './tab-search.ts'

/** A cluster's inside, a tab each. */
export const insideTabs: readonly ClusterTab[] = [
  {
    value: 'findings',
    label: 'Findings',
    panel: lazy(() => import('./finding-tab.tsx').then((m) => ({ default: m.FindingTab }))),
  },
  {
    value: 'workloads',
    label: 'Workloads',
    panel: lazy(() => import('./workload-tab.tsx').then((m) => ({ default: m.WorkloadTab }))),
    search: readTabSearch,
  },
  {
    value: 'pods',
    label: 'Pods',
    panel: lazy(() => import('./pod-tab.tsx').then((m) => ({ default: m.PodTab }))),
    search: readTabSearch,
  },
  {
    value: 'nodes',
    label: 'Nodes',
    panel: lazy(() => import('./node-tab.tsx').then((m) => ({ default: m.NodeTab }))),
    search: readTabSearch,
  },
  {
    value: 'events',
    label: 'Events',
    panel: lazy(() => import('./event-tab.tsx').then((m) => ({ default: m.EventTab }))),
    search: readTabSearch,
  },
  {
    value: 'changes',
    label: 'Changes',
    panel: lazy(() => import('./change-tab.tsx').then((m) => ({ default: m.ChangeTab }))),
    search: readTabSearch,
  },
  {
    value: 'topology',
    label: 'Topology',
    panel: lazy(() => import('./topology-tab.tsx').then((m) => ({ default: m.TopologyTab }))),
    search: readTabSearch,
  },
]
