import { Link, useRouterState } from '@tanstack/react-router'
import { Ellipsis } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { className } from '../ui/class-name.ts'
import type { Place } from './place.ts'

/** The places that the bar of a phone has no room for. */
export function MorePlaces({ places }: { places: readonly Place[] }) {
  const path = useRouterState({ select: (state) => state.location.pathname })
  const here = places.find(({ to }) => path === to || path.startsWith(`${to}/`))
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger
        className={className(
          'flex w-full flex-col items-center gap-0.5 rounded-md px-2 py-1.5 text-ink-soft text-xs hover:bg-sunken',
          here && 'bg-accent-soft font-medium text-accent',
        )}
      >
        <Ellipsis aria-hidden className="size-5" />
        <span className="max-w-full truncate">{here?.label ?? 'More'}</span>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          side="top"
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="More pages"
          className="z-50 min-w-52 rounded-lg border border-line-strong bg-raised p-1 shadow-overlay"
        >
          {places.map(({ to, label, icon: Icon }) => (
            <DropdownMenu.Item key={to} asChild>
              <Link
                to={to}
                className="flex h-11 items-center gap-3 rounded px-3 text-sm outline-none data-[highlighted]:bg-sunken data-[status=active]:font-medium data-[status=active]:text-accent"
              >
                <Icon aria-hidden className="size-5" />
                {label}
              </Link>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
