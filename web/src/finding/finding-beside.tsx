import { Link } from '@tanstack/react-router'
import { Maximize2 } from 'lucide-react'
import { Beside } from '../ui/beside.tsx'
import { buttonStyle } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { FindingDetail } from './finding-detail.tsx'
import { useFinding } from './use-finding.ts'

/** One finding beside the list. */
export function FindingBeside({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error, refetch } = useFinding(id)
  const asPage = (
    <Link
      to="/findings/$id"
      params={{ id }}
      className={buttonStyle({ look: 'quiet', size: 'small' })}
      title="Open as a page"
    >
      <Maximize2 aria-hidden /> Open as a page
    </Link>
  )
  return (
    <Beside label="Chosen finding" actions={asPage} onClose={onClose}>
      {error && <Failure error={error} onRetry={() => void refetch()} className="mb-3" />}
      {data ? <FindingDetail finding={data} /> : !error && <SkeletonRows rows={10} />}
    </Beside>
  )
}
