import { Link } from '@tanstack/react-router'
import { places } from './place.ts'

/** Navigation: a rail with words on wide screens, icons on middling ones, a bar at the foot on phones. */
export function Rail({ openIncidents }: { openIncidents: number | undefined }) {
  return (
    <nav
      aria-label="Pages"
      className="fixed inset-x-0 bottom-0 z-30 border-t bg-surface sm:sticky sm:top-0 sm:h-dvh sm:w-14 sm:shrink-0 sm:border-t-0 sm:border-r xl:w-48"
    >
      <Link
        to="/"
        className="hidden h-12 items-center gap-2.5 border-b px-3.5 font-semibold sm:flex"
        aria-label="AIOps NextGen, to the overview"
      >
        <img src="/favicon.svg" alt="" className="size-6" />
        <span className="hidden xl:inline">AIOps NextGen</span>
      </Link>
      <ul className="flex justify-around sm:flex-col sm:gap-0.5 sm:p-2">
        {places.map(({ to, label, key, icon: Icon }) => {
          const count = to === '/incidents' ? openIncidents : undefined
          return (
            <li key={to} className="min-w-0 flex-1 sm:flex-none">
              <Link
                to={to}
                activeOptions={{ exact: to === '/', includeSearch: false }}
                title={`${label} (g ${key})`}
                className="relative flex flex-col items-center gap-0.5 rounded-md px-2 py-1.5 text-ink-soft text-xs hover:bg-sunken hover:text-ink sm:h-9 sm:flex-row sm:gap-2.5 sm:px-2.5 sm:text-sm data-[status=active]:bg-accent-soft data-[status=active]:font-medium data-[status=active]:text-accent"
              >
                <Icon aria-hidden className="size-5 shrink-0 sm:size-[1.125rem]" />
                <span className="sm:sr-only xl:not-sr-only">{label}</span>
                {count !== undefined && count > 0 && (
                  <span className="absolute top-0 right-1 rounded-full bg-critical-soft px-1.5 font-semibold text-[0.6875rem] text-critical leading-4 sm:top-0 sm:right-0 xl:static xl:ml-auto">
                    {count}
                    <span className="sr-only"> open</span>
                  </span>
                )}
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
