import { ShieldOff } from 'lucide-react'
import { Badge } from '../ui/badge.tsx'
import { Empty } from '../ui/empty.tsx'
import { formatCount } from '../ui/format.ts'
import { LoadNote } from '../ui/load-note.tsx'
import { counted } from '../ui/words.ts'
import { FlowTable } from './flow-table.tsx'
import { NetworkMatrix } from './network-matrix.tsx'
import { flowsMax, useNetworkFlows } from './use-inside.ts'
import type { TabChange } from './use-tab-search.ts'

type NetworkViewProps = { clusterId: string; namespace: string; change: TabChange }

/** Who may open connections to whom, as the NetworkPolicies say. */
export function NetworkView({ clusterId, namespace, change }: NetworkViewProps) {
  const { data, error, refetch } = useNetworkFlows(clusterId, namespace)
  return (
    <>
      <LoadNote error={error} loading={!data} onRetry={() => void refetch()} />
      {data && (
        <div className="p-4">
          <p className="mb-3 flex flex-wrap items-center gap-2">
            <Badge tone={data.uncovered_pods > 0 ? 'medium' : 'ok'}>
              {counted(data.uncovered_pods, 'pod')} without any policy
            </Badge>
            <span className="text-ink-soft">
              As the NetworkPolicies say. Policies of a mesh or of Cilium are not read: they may forbid more.
            </span>
          </p>
          {data.flows.length === 0 ? (
            <Empty icon={ShieldOff} title="There are no workloads to connect" />
          ) : (
            <>
              <NetworkMatrix
                flows={data.namespaces}
                chosen={namespace}
                onChoose={(name) => change({ namespace: name === namespace ? undefined : name })}
              />
              <h3 className="mt-5 mb-2 font-medium">
                Connections between workloads
                <span className="ml-2 font-normal text-ink-mute text-xs">
                  {data.truncated
                    ? `the first ${flowsMax.toLocaleString('en-US')}: choose a namespace`
                    : formatCount(data.flows.length)}
                </span>
              </h3>
              <FlowTable flows={data.flows} />
            </>
          )}
        </div>
      )}
    </>
  )
}
