import type { Report } from '@aiops/contract/model/report'
import { CircleCheck, CircleX, LoaderCircle } from 'lucide-react'
import { Badge } from '../ui/badge.tsx'

export function ReportStatus({ status }: Pick<Report, 'status'>) {
  if (status === 'PENDING')
    return (
      <Badge tone="low">
        <LoaderCircle aria-hidden className="motion-safe:animate-spin" /> Being written
      </Badge>
    )
  return status === 'COMPLETED' ? (
    <Badge tone="ok">
      <CircleCheck aria-hidden /> Done
    </Badge>
  ) : (
    <Badge tone="critical">
      <CircleX aria-hidden /> Failed
    </Badge>
  )
}
