import type { Cluster } from '@aiops/contract/model/cluster'
import { EyeOff, Hourglass } from 'lucide-react'
import type { ReactNode } from 'react'
import { useClusterOverview } from '../cluster/use-cluster.ts'
import { Empty } from '../ui/empty.tsx'
import { formatCount } from '../ui/format.ts'

/** A tab's content where the cluster is watched; else why there is none. */
export function WatchGate({ cluster, children }: { cluster: Cluster; children: ReactNode }) {
  const { data } = useClusterOverview(cluster.id)
  if (data?.watch === 'OFF')
    return (
      <Empty icon={EyeOff} title={`${cluster.name} is not watched`}>
        {data.message}
      </Empty>
    )
  if (data?.watch === 'STARTING') {
    const listing = data.kinds.filter(({ state }) => state === 'LISTING')
    const objects = data.kinds.reduce((sum, kind) => sum + kind.objects, 0)
    return (
      <Empty icon={Hourglass} title="The cluster is being read for the first time">
        {data.kinds.length - listing.length} of {data.kinds.length} kinds, {formatCount(objects)} objects so
        far.
        {listing.length > 0 &&
          ` Still coming: ${listing
            .slice(0, 6)
            .map(({ kind }) => kind)
            .join(', ')}`}
        {listing.length > 6 && ` and ${listing.length - 6} more`}.
      </Empty>
    )
  }
  const failing = data?.kinds.filter(({ state }) => state === 'FAILING') ?? []
  return (
    <>
      {data?.watch === 'FAILING' && (
        <p role="alert" className="mb-3 rounded-md border border-high/40 bg-high-soft px-3 py-2">
          <span className="font-medium">This may be old: the watch of the cluster fails</span>
          {failing.length > 0 &&
            ` for ${failing
              .slice(0, 5)
              .map(({ kind }) => kind)
              .join(', ')}${failing.length > 5 ? ' and others' : ''}`}
          . {data.message}
        </p>
      )}
      {children}
    </>
  )
}
