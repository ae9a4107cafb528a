import type { ReactNode } from 'react'

export function FindingSection({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1.5 font-medium text-ink-soft text-xs uppercase tracking-wide">{title}</h3>
      {children}
    </section>
  )
}
