import type { Entity } from '@aiops/contract/model/topology'
import { CircleAlert, CircleCheck, CircleDashed, OctagonAlert } from 'lucide-react'
import { className as join } from './class-name.ts'

export type Health = Entity['health']

/** Shape and word beside the colour. */
export const healthLooks: Record<
  Health,
  { icon: typeof CircleCheck; word: string; text: string; border: string }
> = {
  HEALTHY: { icon: CircleCheck, word: 'Healthy', text: 'text-ok', border: 'border-line-strong' },
  DEGRADED: { icon: CircleAlert, word: 'Degraded', text: 'text-medium', border: 'border-medium' },
  FAILING: { icon: OctagonAlert, word: 'Failing', text: 'text-critical', border: 'border-critical' },
  SILENT: {
    icon: CircleDashed,
    word: 'Silent',
    text: 'text-ink-mute',
    border: 'border-line-strong border-dashed',
  },
}

/** Worst first. */
export const healths: readonly Health[] = ['FAILING', 'DEGRADED', 'SILENT', 'HEALTHY']

export function HealthMark({ health, className }: { health: Health; className?: string }) {
  const { icon: Icon, word, text } = healthLooks[health]
  return (
    <span className={join('inline-flex items-center gap-1 whitespace-nowrap text-xs', text, className)}>
      <Icon aria-hidden className="size-3.5 shrink-0" />
      {word}
    </span>
  )
}
