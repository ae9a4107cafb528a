import type { ReactNode } from 'react'

/** A name as it stands in a configuration or an exposition. */
export const Code = ({ children }: { children: ReactNode }) => (
  <code className="break-words font-mono text-xs">{children}</code>
)
