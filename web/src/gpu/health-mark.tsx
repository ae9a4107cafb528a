import { CircleAlert, CircleCheck, CircleHelp, OctagonAlert } from 'lucide-react'
import { Badge, type Tone } from '../ui/badge.tsx'
import { sentenceCase } from '../ui/words.ts'
import type { GpuHealth } from './gpu-search.ts'

/** Shape and word beside the colour; `fill` is the colour of a cell of the map. */
export const gpuHealthLooks: Record<
  GpuHealth,
  { tone: Tone; icon: typeof CircleCheck; word: string; fill: string }
> = {
  CRITICAL: { tone: 'critical', icon: OctagonAlert, word: 'Critical', fill: 'var(--critical)' },
  WARNING: { tone: 'medium', icon: CircleAlert, word: 'Warning', fill: 'var(--medium)' },
  UNKNOWN: { tone: 'outline', icon: CircleHelp, word: 'Unknown', fill: 'none' },
  OK: {
    tone: 'ok',
    icon: CircleCheck,
    word: 'OK',
    fill: 'color-mix(in oklab, var(--ok) 55%, var(--sunken))',
  },
}

export function GpuHealthMark({ health, count }: { health: GpuHealth; count?: number }) {
  const { tone, icon: Icon, word } = gpuHealthLooks[health]
  return (
    <Badge tone={tone} title={sentenceCase(health)}>
      <Icon aria-hidden />
      {count === undefined ? word : count}
      {count !== undefined && <span className="sr-only"> {word}</span>}
    </Badge>
  )
}

/** What was last told, and that nothing has come since. */
export function StaleMark({ stale }: { stale: boolean }) {
  if (!stale) return null
  return (
    <Badge tone="medium" title="Older than what is due: the cluster was not read since.">
      Stale
    </Badge>
  )
}
