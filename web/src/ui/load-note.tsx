import { Failure } from './failure.tsx'
import { SkeletonRows } from './skeleton.tsx'

type LoadNoteProps = { error: unknown; loading: boolean; onRetry: () => void }

/** What stands in place of a list that is not there yet, or cannot be read; what was read before stays below a failure. */
export function LoadNote({ error, loading, onRetry }: LoadNoteProps) {
  if (error) return <Failure error={error} onRetry={onRetry} className="m-3" />
  return loading ? (
    <div className="p-3">
      <SkeletonRows rows={10} />
    </div>
  ) : null
}
