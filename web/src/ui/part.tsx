import type { ReactNode } from 'react'

/** A titled part of what is shown in full. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1.5 font-medium text-ink-soft text-xs uppercase tracking-wide">{title}</h3>
      {children}
    </section>
  )
}
