import { type ReactNode, useId } from 'react'
import { className as join } from './class-name.ts'

type PanelProps = {
  title: ReactNode
  /** Beside the title: a count, a note. */
  note?: ReactNode
  actions?: ReactNode
  children: ReactNode
  className?: string
  bodyClassName?: string
}

/** A titled region of a page. */
export function Panel({ title, note, actions, children, className, bodyClassName }: PanelProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={join('min-w-0 rounded-lg border bg-surface', className)}>
      <div className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-1.5">
        <h2 id={id} className="font-semibold text-base">
          {title}
        </h2>
        {note !== undefined && <span className="text-ink-mute text-xs">{note}</span>}
        {actions !== undefined && <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      <div className={join('p-4', bodyClassName)}>{children}</div>
    </section>
  )
}
