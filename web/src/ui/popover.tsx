import { Popover as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

/** `trigger` must be one button. `open` and `onOpenChange` together where what is inside closes it. */
export function Popover({
  trigger,
  label,
  align = 'end',
  children,
  ...control
}: {
  trigger: ReactNode
  label: string
  align?: 'start' | 'end'
  children: ReactNode
  open?: boolean
  onOpenChange?: (open: boolean) => void
}) {
  return (
    <Radix.Root {...control}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={6}
          collisionPadding={12}
          aria-label={label}
          className="z-50 w-[min(26rem,calc(100vw-1.5rem))] rounded-lg border border-line-strong bg-raised p-3 text-sm shadow-overlay outline-none"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
