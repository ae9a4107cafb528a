import type { ReactNode } from 'react'
import { className as join } from './class-name.ts'

type ScrollRegionProps = { label: string; className?: string; children: ReactNode }

/** A part that scrolls by itself, most often a table wider than a phone. The keyboard reaches it, for nothing in it need be focusable. */
export function ScrollRegion({ label, className, children }: ScrollRegionProps) {
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by the keyboard
      tabIndex={0}
      aria-label={label}
      className={join('relative overflow-x-auto focus-visible:-outline-offset-2', className)}
    >
      {children}
    </section>
  )
}
