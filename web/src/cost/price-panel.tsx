import { PageLink } from '../answer/page-link.tsx'
import { Badge } from '../ui/badge.tsx'
import { Moment } from '../ui/moment.tsx'
import { QueryPanel } from '../ui/query-panel.tsx'
import { counted } from '../ui/words.ts'
import { hourlyText } from './money-text.ts'
import { type PriceBooks, usePriceBooks } from './use-cost.ts'

/** Prices that are listed of one book; the API has all. */
const pricesShown = 100

/** The prices that costs are counted by, where they are from and how old they are. */
export function PricePanel() {
  const query = usePriceBooks()
  return (
    <QueryPanel
      title="Prices in use"
      note={query.data && `too old to decide by after ${counted(query.data.stale_after_days, 'day')}`}
      query={query}
    >
      {({ books }) =>
        books.length === 0 ? (
          <p className="p-4 text-ink-mute">
            There is no price book. Until one is put to{' '}
            <code className="font-mono text-xs">/api/v1/cost/prices/NAME</code>, usage has no cost here: none
            is assumed. See <PageLink to="/settings">Settings</PageLink> for files that are read.
          </p>
        ) : (
          <ul className="divide-y">
            {books.map((book) => (
              <Book key={book.name} book={book} />
            ))}
          </ul>
        )
      }
    </QueryPanel>
  )
}

function Book({ book }: { book: PriceBooks['books'][number] }) {
  const { name, provenance, as_of, age_days, stale, prices, transfer } = book
  return (
    <li className="px-4 py-2.5">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-medium">{name}</span>
        {stale ? (
          <Badge tone="high" title="A change that rests on these prices is never approved automatically">
            {counted(Math.floor(age_days), 'day')} old, too old to decide by
          </Badge>
        ) : (
          <span className="text-ink-mute text-xs">
            as of <Moment at={as_of} form="both" />
          </span>
        )}
      </p>
      <p className="wrap-anywhere text-ink-mute text-xs">from {provenance}</p>
      <details className="mt-1 text-xs">
        <summary className="w-fit cursor-pointer text-ink-soft hover:text-ink">
          {counted(prices.length, 'price')}
          {transfer.length > 0 && ` and ${transfer.length} of transfer`}
        </summary>
        <ul className="mt-1 max-h-60 overflow-y-auto">
          {prices.slice(0, pricesShown).map((price) => (
            <li
              key={`${price.provider} ${price.region} ${price.resource} ${price.kind} ${price.spot}`}
              className="flex gap-3 py-0.5"
            >
              <span className="min-w-0 flex-1 truncate">
                {[price.provider, price.region || 'every region', price.resource.toLowerCase(), price.kind]
                  .filter(Boolean)
                  .join(' · ')}
                {price.spot && ' · spot'}
              </span>
              <span className="whitespace-nowrap">{hourlyText(price.hourly_usd)}</span>
            </li>
          ))}
          {prices.length > pricesShown && (
            <li className="py-0.5 text-ink-mute">and {prices.length - pricesShown} more</li>
          )}
        </ul>
      </details>
    </li>
  )
}
