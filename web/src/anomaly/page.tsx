import { getRouteApi, Link } from '@tanstack/react-router'
import { PageTitle } from '../shell/page-title.tsx'
import { Failure } from '../ui/failure.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { AnomalyDetail } from './anomaly-detail.tsx'
import { useAnomaly } from './use-anomalies.ts'

const route = getRouteApi('/anomalies/$id')

/** One anomaly by its address. */
export function AnomalyPage() {
  const { id } = route.useParams()
  const { data, error, refetch } = useAnomaly(id)
  return (
    <>
      <nav aria-label="Breadcrumb" className="mb-1 text-ink-mute text-xs">
        <Link to="/anomalies" className="hover:text-ink hover:underline">
          Anomalies
        </Link>
        <span aria-hidden> / </span>
        {data?.series.name ?? id}
      </nav>
      <PageTitle title="Anomaly" tab={data?.sentence ?? 'Anomaly'} />
      {error && (
        <Failure
          error={error}
          onRetry={() => void refetch()}
          className={data ? 'mb-3 max-w-4xl' : 'max-w-4xl'}
        />
      )}
      {data && (
        <div className="max-w-4xl rounded-lg border bg-surface p-4 sm:p-5">
          <AnomalyDetail key={id} anomaly={data} />
        </div>
      )}
      {!data && !error && <SkeletonRows rows={12} />}
    </>
  )
}
