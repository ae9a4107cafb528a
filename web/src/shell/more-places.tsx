import { Link, useRouterState } from '@tanstack/react-router'
import { Ellipsis } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { className } from '../ui/class-name.ts'
import type { Place } from './place.ts'

/** How a place of the navigation looks: over its word in the bar of a phone, beside it in the rail. */
export const placeStyle =
  'flex w-full flex-col items-center gap-0.5 rounded-md px-2 py-1.5 text-ink-soft text-xs hover:bg-sunken hover:text-ink sm:h-8 sm:flex-row sm:gap-2.5 sm:px-2.5 sm:text-sm'
export const placeIconStyle = 'size-5 shrink-0 sm:size-[1.125rem]'
export const placeWordStyle = 'max-w-full truncate sm:sr-only xl:not-sr-only'

type MorePlacesProps = { places: readonly Place[]; side?: 'top' | 'right' }

/** The places that the navigation has no room for; while one of them is open, its name stands in place of “More”. */
export function MorePlaces({ places, side = 'top' }: MorePlacesProps) {
  const path = useRouterState({ select: (state) => state.location.pathname })
  const here = places.find(({ to }) => path === to || path.startsWith(`${to}/`))
  const Icon = here?.icon ?? Ellipsis
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger
        title="More pages"
        className={className(placeStyle, here && 'bg-accent-soft font-medium text-accent')}
      >
        <Icon aria-hidden className={placeIconStyle} />
        <span className={placeWordStyle}>{here?.label ?? 'More'}</span>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          side={side}
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="More pages"
          className="z-50 grid max-h-(--radix-dropdown-menu-content-available-height) min-w-52 grid-cols-2 overflow-y-auto rounded-lg border border-line-strong bg-raised p-1 shadow-overlay sm:grid-cols-1"
        >
          {places.map(({ to, label, icon: Icon }) => (
            <DropdownMenu.Item key={to} asChild>
              <Link
                to={to}
                className="flex h-11 items-center gap-3 rounded px-3 text-sm outline-none data-[highlighted]:bg-sunken data-[status=active]:font-medium data-[status=active]:text-accent sm:h-9"
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
