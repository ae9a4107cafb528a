import type { FleetAnswer } from '@aiops/contract/model/query'
import { TriangleAlert } from 'lucide-react'

/** What is not in an answer, cluster by cluster. Nothing where it is whole. */
export function MissingNote({ answer }: { answer: Pick<FleetAnswer, 'missing' | 'clusters_queried'> }) {
  const { missing, clusters_queried: asked } = answer
  if (missing.length === 0) return null
  return (
    <details
      className="rounded-md border border-medium bg-medium-soft px-3 py-2 text-sm"
      open={missing.length <= 3}
    >
      <summary className="flex cursor-pointer items-center gap-2 font-medium text-medium">
        <TriangleAlert aria-hidden className="size-4" />
        {missing.length} of {asked} clusters {missing.length === 1 ? 'is' : 'are'} missing from this answer
      </summary>
      <ul className="mt-2 space-y-1">
        {missing.map(({ cluster_id, cluster_name, status, reason }) => (
          <li key={cluster_id} className="wrap-anywhere">
            <span className="font-medium">{cluster_name}</span>
            {status === 'PARTIAL' ? ' is not whole' : ''}: {reason}
          </li>
        ))}
      </ul>
    </details>
  )
}
