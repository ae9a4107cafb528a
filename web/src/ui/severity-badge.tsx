import type { Severity } from '@aiops/contract/model/severity'
import { ChevronDown, ChevronsUp, ChevronUp, Equal, Info } from 'lucide-react'
import { Badge, type Tone } from './badge.tsx'

const looks: Record<Severity, { tone: Tone; icon: typeof Info; word: string }> = {
  CRITICAL: { tone: 'critical', icon: ChevronsUp, word: 'Critical' },
  HIGH: { tone: 'high', icon: ChevronUp, word: 'High' },
  MEDIUM: { tone: 'medium', icon: Equal, word: 'Medium' },
  LOW: { tone: 'low', icon: ChevronDown, word: 'Low' },
  INFO: { tone: 'info', icon: Info, word: 'Info' },
}

/** Severity by word, shape and colour, so that none of them alone carries it. */
export function SeverityBadge({ severity }: { severity: Severity }) {
  const { tone, icon: Icon, word } = looks[severity]
  return (
    <Badge tone={tone} className="min-w-[4.75rem]">
      <Icon aria-hidden />
      {word}
    </Badge>
  )
}
