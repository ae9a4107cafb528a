import { Link } from '@tanstack/react-router'
import { Maximize2 } from 'lucide-react'
import { Beside } from '../ui/beside.tsx'
import { buttonStyle } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { AnomalyDetail } from './anomaly-detail.tsx'
import { useAnomaly } from './use-anomalies.ts'

/** One anomaly beside the list. */
export function AnomalyBeside({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error, refetch } = useAnomaly(id)
  const asPage = (
    <Link
      to="/anomalies/$id"
      params={{ id }}
      className={buttonStyle({ look: 'quiet', size: 'small' })}
      title="Open as a page"
    >
      <Maximize2 aria-hidden /> Open as a page
    </Link>
  )
  return (
    <Beside label="Chosen anomaly" actions={asPage} onClose={onClose}>
      {error && <Failure error={error} onRetry={() => void refetch()} className="mb-3" />}
      {data ? <AnomalyDetail key={id} anomaly={data} /> : !error && <SkeletonRows rows={10} />}
    </Beside>
  )
}
