import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'

type BesideProps = {
  /** What it is, for those who do not see it. */
  label: string
  onClose: () => void
  /** Before the button that closes it. */
  actions?: ReactNode
  children: ReactNode
}

/** One of a list in full beside it, in sight however far the list is scrolled. */
export function Beside({ label, onClose, actions, children }: BesideProps) {
  return (
    <aside
      aria-label={label}
      className="sticky top-16 max-h-[calc(100dvh-6rem)] min-w-0 overflow-y-auto rounded-lg border bg-surface"
    >
      <div className="sticky top-0 z-10 flex items-center justify-end gap-1 border-b bg-surface px-2 py-1">
        {actions}
        <Button look="quiet" size="icon" aria-label="Close" onClick={onClose}>
          <X aria-hidden />
        </Button>
      </div>
      <div className="p-4">{children}</div>
    </aside>
  )
}
