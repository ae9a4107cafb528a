import type { Cluster, ClusterCapabilities } from '@aiops/contract/model/cluster'
import type { ReactNode } from 'react'
import { formatCount } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'
import { versionText } from './cluster-look.ts'
import { FoundBackendList } from './found-backend-list.tsx'

/** What was found in the cluster. */
export function CapabilityPanel({ cluster }: { cluster: Cluster }) {
  const { capabilities: has } = cluster
  return (
    <Panel title="Capabilities">
      {has === null ? (
        <p className="text-ink-mute">They were not looked for yet. “Check now” does.</p>
      ) : (
        <>
          <dl className="grid grid-cols-1 gap-x-6 gap-y-1.5 sm:grid-cols-[auto_minmax(0,1fr)]">
            <Fact name="Platform">{versionText(cluster)}</Fact>
            <Fact name="Nodes">{formatCount(has.node_count)}</Fact>
            <Fact name="GPUs">{gpuText(has)}</Fact>
            <Fact name="Network functions">
              {has.has_cnf_workloads ? has.cnf_types.join(', ') || 'present' : 'none'}
            </Fact>
            <Fact name="Service mesh">{has.has_service_mesh ? (has.service_mesh ?? 'present') : 'none'}</Fact>
            <Fact name="Operators">{has.operators.join(', ') || 'none for hardware'}</Fact>
          </dl>
          <FoundBackendList cluster={cluster} found={has.found_backends} />
          {has.not_seen.length > 0 && (
            <div className="mt-3 text-ink-soft text-xs">
              <p className="font-medium">Could not be looked at; what is said of it may be old:</p>
              <ul className="list-disc pl-4">
                {has.not_seen.map((line) => (
                  <li key={line} className="break-words">
                    {line}
                  </li>
                ))}
              </ul>
            </div>
          )}
        </>
      )}
    </Panel>
  )
}

const gpuText = ({ has_gpu_nodes, gpu_count, gpu_types }: ClusterCapabilities): string =>
  has_gpu_nodes ? [formatCount(gpu_count), gpu_types.join(', ')].filter(Boolean).join(' · ') : 'none'

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-mute">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}
