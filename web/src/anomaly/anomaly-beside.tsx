import { Link } from '@tanstack/react-router'
import { Maximize2, X } from 'lucide-react'
import { Button, buttonStyle } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { AnomalyDetail } from './anomaly-detail.tsx'
import { useAnomaly } from './use-anomalies.ts'

/** One anomaly beside the list. */
export function AnomalyBeside({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error, refetch } = useAnomaly(id)
  return (
    <aside
      aria-label="Chosen anomaly"
      className="sticky top-16 max-h-[calc(100dvh-6rem)] min-w-0 overflow-y-auto rounded-lg border bg-surface"
    >
      <div className="sticky top-0 z-10 flex items-center justify-end gap-1 border-b bg-surface px-2 py-1">
        <Link
          to="/anomalies/$id"
          params={{ id }}
          className={buttonStyle({ look: 'quiet', size: 'small' })}
          title="Open as a page"
        >
          <Maximize2 aria-hidden /> Open as a page
        </Link>
        <Button look="quiet" size="icon" aria-label="Close" onClick={onClose}>
          <X aria-hidden />
        </Button>
      </div>
      <div className="p-4">
        {error && <Failure error={error} onRetry={() => void refetch()} className="mb-3" />}
        {data ? <AnomalyDetail key={id} anomaly={data} /> : !error && <SkeletonRows rows={10} />}
      </div>
    </aside>
  )
}
