import type { ReactNode } from 'react'
import { Failure } from '../ui/failure.tsx'

type SectionProps = {
  title: string
  error?: unknown
  empty?: string | false | undefined
  children: ReactNode
}

/** One kind of thing about an entity: a list, a failure, or words that there is none. */
export function EntitySection({ title, error, empty, children }: SectionProps) {
  return (
    <div>
      <h3 className="mb-1.5 font-medium">{title}</h3>
      {error ? <Failure error={error} /> : null}
      {empty ? <p className="text-ink-mute">{empty}</p> : <ul className="space-y-1.5">{children}</ul>}
    </div>
  )
}
