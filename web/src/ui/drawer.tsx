import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import { Button } from './button.tsx'

type DrawerProps = { title: string; note?: ReactNode; onClose: () => void; children: ReactNode }

/** One thing of a list in full, over the right side of the page. */
export function Drawer({ title, note, onClose, children }: DrawerProps) {
  // It opens without a trigger of its own: the keyboard goes back to where it was.
  const [opener] = useState(() => document.activeElement)
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/30" />
        <Radix.Content
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            if (opener instanceof HTMLElement) opener.focus()
          }}
          className="fixed inset-y-0 right-0 z-50 flex w-[min(56rem,100vw)] flex-col border-line-strong border-l bg-surface shadow-overlay outline-none"
        >
          <div className="flex items-start gap-3 border-b px-4 py-3">
            <div className="min-w-0 flex-1">
              <Radix.Title className="wrap-anywhere font-semibold text-lg">{title}</Radix.Title>
              {note !== undefined && <div className="mt-0.5 text-ink-soft text-sm">{note}</div>}
            </div>
            <Radix.Close asChild>
              <Button look="quiet" size="icon" aria-label="Close">
                <X aria-hidden />
              </Button>
            </Radix.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto p-4">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
