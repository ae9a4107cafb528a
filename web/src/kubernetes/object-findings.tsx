import { Link } from '@tanstack/react-router'
import { useObjectFindings } from '../finding/use-finding.ts'
import { Failure } from '../ui/failure.tsx'
import { FindingCard } from '../ui/finding-card.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import type { ObjectPartProps } from './object-part.ts'

export function ObjectFindings({ clusterId, object }: ObjectPartProps) {
  const { data, error, refetch } = useObjectFindings(clusterId, object)
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={5} />
  if (data.length === 0) return <p className="text-ink-soft">No rule finds anything wrong with it now.</p>
  return (
    <div className="divide-y rounded-md border">
      {data.map((finding) => (
        <FindingCard
          key={finding.id}
          finding={finding}
          open={data.length === 1}
          title={
            <Link to="/findings/$id" params={{ id: finding.id }} className="hover:underline">
              {finding.title}
            </Link>
          }
        />
      ))}
    </div>
  )
}
