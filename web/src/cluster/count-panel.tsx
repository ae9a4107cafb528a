import type { Cluster } from '@aiops/contract/model/cluster'
import type { ClusterOverview } from '@aiops/contract/model/kubernetes'
import { severities } from '@aiops/contract/model/severity'
import { type Figure, FigureList } from '../ui/figure-list.tsx'
import { formatCount } from '../ui/format.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import { useClusterOverview } from './use-cluster.ts'
import { useFindingCounts } from './use-fleet.ts'

/** What there is in the cluster, in numbers. Nothing where it is not watched: the watch panel says why. */
export function CountPanel({ cluster }: { cluster: Cluster }) {
  const { data, error } = useClusterOverview(cluster.id)
  // Of every area: the overview counts those of Kubernetes alone.
  const findings = useFindingCounts()?.get(cluster.id)
  if (error && !data) return null
  if (!data) return <Skeleton className="h-20" />
  if (data.watch === 'OFF') return null
  return <FigureList label="The cluster in numbers" figures={figuresOf(data, findings ?? data.findings)} />
}

function figuresOf(
  { nodes, pods, workloads, namespaces, warning_events_last_hour: events }: ClusterOverview,
  findings: ClusterOverview['findings'],
): Figure[] {
  const found = severities.reduce((sum, severity) => sum + (findings[severity] ?? 0), 0)
  const words = severities.filter((s) => findings[s]).map((s) => `${findings[s]} ${s.toLowerCase()}`)
  const phases = Object.entries(pods.by_phase).map(([phase, n]) => `${formatCount(n)} ${phase.toLowerCase()}`)
  const notReady = nodes.total - nodes.ready
  const cordoned = nodes.cordoned > 0 ? `, ${nodes.cordoned} cordoned` : ''
  return [
    {
      ...{ label: 'Nodes', value: formatCount(nodes.total), note: `${nodes.ready} ready${cordoned}` },
      ...(notReady > 0 && { tone: 'critical' as const }),
    },
    { label: 'Pods', value: formatCount(pods.total), note: phases.join(', ') },
    {
      label: 'Pods not ready',
      value: formatCount(pods.not_ready),
      ...(pods.not_ready > 0 && { tone: 'medium' }),
    },
    { label: 'Restarts', value: formatCount(pods.restarts), note: 'of all containers there are' },
    {
      ...{ label: 'Workloads', value: formatCount(workloads.total) },
      ...{ note: `${workloads.unavailable} not available` },
      ...(workloads.unavailable > 0 && { tone: 'medium' as const }),
    },
    { label: 'Namespaces', value: formatCount(namespaces) },
    { label: 'Warning events', value: formatCount(events), note: 'in the last hour' },
    {
      ...{ label: 'Open findings', value: formatCount(found), note: words.join(', ') || 'none' },
      ...(findings.CRITICAL && { tone: 'critical' as const }),
    },
  ]
}
