import type { Cluster } from '@aiops/contract/model/cluster'
import { ChartSpline, Gpu, type LucideIcon, RadioTower, ScrollText, Share2, Waypoints } from 'lucide-react'

type Capability = { icon: LucideIcon; word: string; title: string }

/** What a cluster can do, each as an icon with a word. */
export function CapabilityList({ cluster }: { cluster: Cluster }) {
  const found = capabilitiesOf(cluster)
  if (cluster.capabilities === null) return <span className="text-ink-mute text-xs">not yet looked at</span>
  if (found.length === 0) return <span className="text-ink-mute text-xs">no backend, GPU or CNF</span>
  return (
    <ul className="flex min-w-0 items-center gap-2 overflow-hidden text-ink-soft text-xs">
      {found.map(({ icon: Icon, word, title }) => (
        <li key={title} title={title} className="inline-flex items-center gap-0.5 whitespace-nowrap">
          <Icon aria-hidden className="size-3.5 shrink-0 text-ink-mute" />
          {word === '' ? <span className="sr-only">{title}</span> : word}
        </li>
      ))}
    </ul>
  )
}

export function capabilitiesOf({ capabilities: has, endpoints }: Cluster): Capability[] {
  if (!has) return []
  const metrics = has.has_thanos ? 'Thanos' : 'Prometheus'
  return [
    has.has_gpu_nodes && {
      ...{ icon: Gpu, word: String(has.gpu_count) },
      title: `${has.gpu_count} GPUs${has.gpu_types.length > 0 ? `: ${has.gpu_types.join(', ')}` : ''}`,
    },
    has.has_cnf_workloads && {
      ...{ icon: RadioTower, word: has.cnf_types.slice(0, 3).join(' ') || 'CNF' },
      title: `Network functions${has.cnf_types.length > 0 ? `: ${has.cnf_types.join(', ')}` : ''}`,
    },
    (has.has_prometheus || has.has_thanos || endpoints.prometheus_url) && {
      ...{ icon: ChartSpline, word: '', title: `Metrics: ${metrics}` },
    },
    (has.has_loki || endpoints.loki_url) && { icon: ScrollText, word: '', title: 'Logs: Loki' },
    (has.has_tempo || endpoints.tempo_url) && { icon: Waypoints, word: '', title: 'Traces: Tempo' },
    has.has_service_mesh && {
      ...{ icon: Share2, word: '', title: `Service mesh: ${has.service_mesh ?? 'present'}` },
    },
  ].filter((one): one is Capability => typeof one === 'object')
}
