import type { ReactNode } from 'react'

type DecisionPartProps = { title: string; note?: ReactNode; children: ReactNode }

/** A part of what is shown of a decision. */
export function DecisionPart({ title, note, children }: DecisionPartProps) {
  return (
    <section aria-label={title} className="min-w-0">
      <h3 className="mb-2 flex flex-wrap items-baseline gap-x-2 font-semibold">
        {title}
        {note !== undefined && <span className="font-normal text-ink-mute text-xs">{note}</span>}
      </h3>
      {children}
    </section>
  )
}
