import type { Finding } from '@aiops/contract/model/finding'
import { Link } from '@tanstack/react-router'
import { ChartSpline, History, ScrollText, Siren } from 'lucide-react'
import { AskLink } from '../chat/ask-link.tsx'
import { buttonStyle } from '../ui/button.tsx'
import { ObjectLink } from './object-link.tsx'
import { useIncidentOf } from './use-incident-of.ts'

const style = buttonStyle({ size: 'small' })

/** Where to look further. */
export function FindingLinks({ finding }: { finding: Finding }) {
  const { object, cluster_id: clusterId } = finding
  const incident = useIncidentOf(finding)
  const query = object.kind === 'Pod' ? podLogs(object) : undefined
  return (
    <div className="flex flex-wrap gap-2 pt-1">
      <AskLink question={`Why is ${object.name} in trouble?`} small />
      {object.kind === 'Pod' && (
        <ObjectLink {...{ clusterId, object }} part="logs" className={style}>
          <ScrollText aria-hidden /> Logs of the pod
        </ObjectLink>
      )}
      {finding.area === 'KUBERNETES' && (
        <ObjectLink {...{ clusterId, object }} part="changes" className={style}>
          <History aria-hidden /> Changes
        </ObjectLink>
      )}
      {query && (
        <Link to="/explore" search={{ tab: 'logs', q: query }} className={style}>
          <ChartSpline aria-hidden /> Explore
        </Link>
      )}
      {incident && (
        <Link to="/incidents/$id" params={{ id: incident }} className={style}>
          <Siren aria-hidden /> Incident
        </Link>
      )}
    </div>
  )
}

const podLogs = ({ namespace, name }: { namespace: string; name: string }): string =>
  `{k8s_namespace_name=${JSON.stringify(namespace)}, k8s_pod_name=${JSON.stringify(name)}}`
