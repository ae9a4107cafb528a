import type { Severity } from '@aiops/contract/model/severity'
import { Badge, type Tone } from '../ui/badge.tsx'
import { counted } from '../ui/words.ts'

const tones: Record<Severity, Tone> = {
  CRITICAL: 'critical',
  HIGH: 'high',
  MEDIUM: 'medium',
  LOW: 'low',
  INFO: 'info',
}

/** `C 3`: the severity's letter, so that colour alone does not carry it. */
export function SeverityCount({ severity, count }: { severity: Severity; count: number }) {
  const word = severity.toLowerCase()
  return (
    <Badge tone={tones[severity]} title={counted(count, `${word} finding`)}>
      <span aria-hidden>
        {severity[0]} {count}
      </span>
      <span className="sr-only">{counted(count, `${word} finding`)}</span>
    </Badge>
  )
}
