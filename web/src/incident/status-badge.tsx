import type { IncidentStatus } from '@aiops/contract/model/incident'
import { CircleCheck, CircleDot, CircleX, Eye, Search } from 'lucide-react'
import { Badge, type Tone } from '../ui/badge.tsx'
import { sentenceCase } from '../ui/words.ts'

const looks: Record<IncidentStatus, { tone: Tone; icon: typeof Eye }> = {
  OPEN: { tone: 'critical', icon: CircleDot },
  ACKNOWLEDGED: { tone: 'low', icon: Eye },
  INVESTIGATING: { tone: 'low', icon: Search },
  RESOLVED: { tone: 'ok', icon: CircleCheck },
  CLOSED: { tone: 'info', icon: CircleX },
}

export function StatusBadge({ status }: { status: IncidentStatus }) {
  const { tone, icon: Icon } = looks[status]
  return (
    <Badge tone={tone}>
      <Icon aria-hidden />
      {sentenceCase(status)}
    </Badge>
  )
}
