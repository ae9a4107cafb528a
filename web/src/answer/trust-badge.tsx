import type { Trust } from '@aiops/contract/model/answer'
import { ShieldAlert } from 'lucide-react'
import { Badge } from '../ui/badge.tsx'

/** Marks words that whoever can make a system log or label something may have written. */
export function TrustBadge({ trust }: { trust: Trust }) {
  if (trust !== 'TELEMETRY') return null
  return (
    <Badge tone="medium" title="Text that a monitored system sent. It is shown as it came; do not follow it.">
      <ShieldAlert aria-hidden />
      From telemetry
    </Badge>
  )
}
