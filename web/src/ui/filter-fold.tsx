import { ListFilter } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { Button } from './button.tsx'
import { className as join } from './class-name.ts'

type FilterFoldProps = {
  /** What is chosen in each filter but the search, which stays in sight; undefined where nothing is. */
  filters: readonly unknown[]
  search: ReactNode
  /** How many things are shown; stays in sight. */
  note?: ReactNode
  /** Below the first row. */
  more?: ReactNode
  className?: string
  children: ReactNode
}

/** The filters of a list: on narrow screens behind one button, so that the list itself begins on the first screen. */
export function FilterFold({ filters, search, note, more, className, children }: FilterFoldProps) {
  const active = filters.filter((one) => one !== undefined).length
  const [open, setOpen] = useState(false)
  const id = useId()
  const folded = open ? '' : 'max-md:hidden'
  return (
    <div className={join('flex flex-wrap items-center gap-2', className)}>
      <div className="flex min-w-0 gap-2 max-md:basis-full md:contents">
        {search}
        <Button
          className={join('md:hidden', active > 0 && 'border-accent text-accent')}
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          <ListFilter aria-hidden /> Filters{active > 0 && ` (${active})`}
        </Button>
      </div>
      <div id={id} className={join('contents', folded)}>
        {children}
      </div>
      {note !== undefined && (
        <p className="ml-auto text-ink-mute text-xs max-md:basis-full" aria-live="polite">
          {note}
        </p>
      )}
      {more !== undefined && (
        <div className={join('flex basis-full flex-wrap items-center gap-1.5', folded)}>{more}</div>
      )}
    </div>
  )
}
