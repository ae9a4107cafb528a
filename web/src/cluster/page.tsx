import { getRouteApi, Link } from '@tanstack/react-router'
import { Suspense } from 'react'
import { PageTitle } from '../shell/page-title.tsx'
import { Failure } from '../ui/failure.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { TabList } from '../ui/tab-list.tsx'
import { ClusterHeader } from './cluster-header.tsx'
import { tabOf } from './cluster-search.ts'
import { clusterTabs } from './tabs.ts'
import { useCluster } from './use-cluster.ts'

const route = getRouteApi('/clusters/$id')

export function ClusterPage() {
  const { id } = route.useParams()
  const { tab } = route.useSearch()
  const navigate = route.useNavigate()
  const { data: cluster, error, refetch } = useCluster(id)
  if (!cluster)
    return (
      <>
        <PageTitle title="Cluster" />
        {error ? (
          <>
            <Failure error={error} onRetry={() => void refetch()} />
            <Link to="/clusters" className="mt-3 inline-block font-medium text-accent hover:underline">
              All clusters
            </Link>
          </>
        ) : (
          <SkeletonRows rows={12} />
        )}
      </>
    )
  const open = tabOf(tab)
  return (
    <>
      <ClusterHeader cluster={cluster} />
      {error && <Failure error={error} onRetry={() => void refetch()} className="mb-4" />}
      <TabList
        label="Parts of the cluster's page"
        value={open?.value ?? 'overview'}
        // Another tab starts with nothing of this one in the address.
        onChange={(value) => void navigate({ search: { tab: value }, resetScroll: false })}
        tabs={clusterTabs.map(({ value, label, panel: Panel }) => ({
          value,
          label,
          content: (
            <Suspense fallback={<SkeletonRows rows={10} />}>
              <Panel cluster={cluster} />
            </Suspense>
          ),
        }))}
      />
    </>
  )
}
