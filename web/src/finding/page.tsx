import { getRouteApi, Link } from '@tanstack/react-router'
import { PageTitle } from '../shell/page-title.tsx'
import { Failure } from '../ui/failure.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { FindingDetail } from './finding-detail.tsx'
import { useFinding } from './use-finding.ts'

const route = getRouteApi('/findings/$id')

/** One finding by its address. */
export function FindingPage() {
  const { id } = route.useParams()
  const { data, error, refetch } = useFinding(id)
  return (
    <>
      <nav aria-label="Breadcrumb" className="mb-1 text-ink-mute text-xs">
        <Link to="/findings" className="hover:text-ink hover:underline">
          Findings
        </Link>
        <span aria-hidden> / </span>
        {data?.rule ?? id}
      </nav>
      <PageTitle title="Finding" tab={data?.title ?? 'Finding'} />
      {error && (
        <Failure
          error={error}
          onRetry={() => void refetch()}
          className={data ? 'mb-3 max-w-4xl' : 'max-w-4xl'}
        />
      )}
      {data && (
        <div className="max-w-4xl rounded-lg border bg-surface p-4 sm:p-5">
          <FindingDetail finding={data} />
        </div>
      )}
      {!data && !error && <SkeletonRows rows={12} />}
    </>
  )
}
