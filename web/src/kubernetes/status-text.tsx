import { Badge } from '../ui/badge.tsx'
import { statusTone } from './status-tone.ts'

/** A status by its word and colour. */
export const StatusText = ({ status }: { status: string }) =>
  status === '' ? null : (
    <Badge tone={statusTone(status)} className="max-w-full" title={status}>
      <span className="truncate">{status}</span>
    </Badge>
  )
