import type { ReactNode } from 'react'
import { className } from '../ui/class-name.ts'

/** Conversations beside what is asked; on smaller screens below it, or on a page of their own. */
export function ChatLayout({
  list,
  listBelow = false,
  children,
}: {
  list: ReactNode
  listBelow?: boolean
  children: ReactNode
}) {
  return (
    <div className="gap-6 lg:grid lg:grid-cols-[15rem_minmax(0,1fr)] xl:grid-cols-[17rem_minmax(0,1fr)]">
      <div className="mx-auto w-full min-w-0 max-w-4xl lg:col-start-2 lg:row-start-1">{children}</div>
      <aside
        className={className(
          'mx-auto mt-6 w-full max-w-4xl lg:sticky lg:top-17 lg:col-start-1 lg:row-start-1 lg:mt-0 lg:flex lg:max-h-[calc(100dvh-5.5rem)] lg:flex-col lg:self-start',
          !listBelow && 'hidden',
        )}
      >
        {list}
      </aside>
    </div>
  )
}
