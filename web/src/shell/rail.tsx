import { Link } from '@tanstack/react-router'
import { className } from '../ui/class-name.ts'
import { MorePlaces, placeIconStyle, placeStyle, placeWordStyle } from './more-places.tsx'
import { furtherPlaces, type Place, placeGroups, places } from './place.ts'

/** What the bar at the foot of a phone has room for beside “More”. */
const firstPlaces = 4

/** The first of each group but the first: a line stands above them. */
const beginnings = new Set<Place['to']>(placeGroups.slice(1).map(([first]) => first.to))

/** Navigation: a rail with words on wide screens, icons on middling ones, a bar with the first places at the foot of phones. */
export function Rail({ openIncidents }: { openIncidents: number | undefined }) {
  return (
    <nav
      aria-label="Pages"
      className="fixed inset-x-0 bottom-0 z-30 border-t bg-surface sm:sticky sm:top-0 sm:flex sm:h-dvh sm:w-14 sm:shrink-0 sm:flex-col sm:border-t-0 sm:border-r xl:w-48"
    >
      <Link
        to="/"
        className="hidden h-12 shrink-0 items-center gap-2.5 border-b px-3.5 font-semibold sm:flex"
        aria-label="AIOps NextGen, to the overview"
      >
        <img src="/favicon.svg" alt="" className="size-6" />
        <span className="hidden xl:inline">AIOps NextGen</span>
      </Link>
      <ul className="flex justify-around sm:min-h-0 sm:flex-1 sm:flex-col sm:justify-start sm:gap-0.5 sm:overflow-y-auto sm:p-2">
        {places.map((place, i) => (
          <li
            key={place.to}
            className={className(
              'min-w-0 flex-1 sm:flex-none',
              i >= firstPlaces && 'hidden sm:block',
              beginnings.has(place.to) && 'sm:mt-0.5 sm:border-t sm:pt-1',
            )}
          >
            <PlaceLink place={place} count={place.to === '/incidents' ? openIncidents : undefined} />
          </li>
        ))}
        <li className="min-w-0 flex-1 sm:hidden">
          <MorePlaces places={[...places.slice(firstPlaces), ...furtherPlaces]} />
        </li>
        <li className="hidden sm:mt-0.5 sm:block sm:border-t sm:pt-1">
          <MorePlaces places={furtherPlaces} side="right" />
        </li>
      </ul>
    </nav>
  )
}

function PlaceLink({ place, count }: { place: Place; count: number | undefined }) {
  const { to, label, key, icon: Icon } = place
  return (
    <Link
      to={to}
      activeOptions={{ exact: to === '/', includeSearch: false }}
      title={`${label} (g ${key})`}
      className={className(
        placeStyle,
        'relative data-[status=active]:bg-accent-soft data-[status=active]:font-medium data-[status=active]:text-accent',
      )}
    >
      <Icon aria-hidden className={placeIconStyle} />
      <span className={placeWordStyle}>{label}</span>
      {count !== undefined && count > 0 && (
        <span className="absolute top-0 right-1 rounded-full bg-critical-soft px-1.5 font-semibold text-[0.6875rem] text-critical leading-4 sm:top-0 sm:right-0 xl:static xl:ml-auto">
          {count}
          <span className="sr-only"> open</span>
        </span>
      )}
    </Link>
  )
}
