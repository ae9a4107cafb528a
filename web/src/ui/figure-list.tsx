import type { ReactNode } from 'react'
import { className as join } from './class-name.ts'

export type Figure = {
  label: string
  value: ReactNode
  note?: ReactNode
  tone?: 'critical' | 'medium' | 'ok'
  title?: string
}

const tones = { critical: 'text-critical', medium: 'text-medium', ok: 'text-ok' }

/** A row of figures, each with its name and a word on it. */
export function FigureList({ label, figures }: { label: string; figures: readonly Figure[] }) {
  return (
    <dl aria-label={label} className="flex flex-wrap gap-px overflow-hidden rounded-lg border bg-line">
      {figures.map(({ label: name, value, note, tone, title }) => (
        <div key={name} title={title} className="min-w-0 grow basis-32 bg-surface px-3.5 py-2">
          <dt className="text-ink-mute text-xs">{name}</dt>
          <dd className={join('font-semibold text-lg', tone && tones[tone])}>{value}</dd>
          {note !== undefined && <dd className="break-words text-ink-mute text-xs">{note}</dd>}
        </div>
      ))}
    </dl>
  )
}
