import { Bot } from 'lucide-react'
import type { ReactNode } from 'react'

/** Who answers. */
export function AuthorLine({ name, children }: { name: string; children?: ReactNode }) {
  return (
    <p className="flex items-center gap-2 text-ink-mute text-xs">
      <Bot aria-hidden className="size-4" />
      {name}
      {children}
    </p>
  )
}
