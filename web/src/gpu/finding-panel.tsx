import { CircleCheck } from 'lucide-react'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { FindingCard } from '../ui/finding-card.tsx'
import { Pager } from '../ui/pager.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { FindingTitle } from './finding-title.tsx'
import { findingPageSize, useGpuFindings } from './use-gpu.ts'

type FindingPanelProps = {
  clusters: readonly string[]
  search: string
  page: number
  onPage: (page: number) => void
}

/** Open findings of area GPU, most severe first. */
export function FindingPanel({ clusters, search, page, onPage }: FindingPanelProps) {
  const { data, error, refetch } = useGpuFindings(clusters, search, page)
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} className="m-3" />
  if (!data)
    return (
      <div className="p-3">
        <SkeletonRows rows={8} />
      </div>
    )
  if (data.total === 0)
    return (
      <Empty icon={CircleCheck} title="No finding about GPUs">
        No rule of area GPU finds anything in what is told now.
      </Empty>
    )
  return (
    <>
      <div className="divide-y">
        {data.items.map((finding) => (
          <FindingCard
            key={finding.id}
            finding={finding}
            title={<FindingTitle finding={finding} />}
            open={false}
          />
        ))}
      </div>
      {data.total > findingPageSize && (
        <Pager
          back="Previous"
          on="Next"
          page={page}
          pageSize={findingPageSize}
          total={data.total}
          onPage={onPage}
        />
      )}
    </>
  )
}
