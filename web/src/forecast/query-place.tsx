import { Link } from '@tanstack/react-router'

/** Where the numbers come from: the same query on the page that asks it. */
export function QueryPlace({ query }: { query: string }) {
  return (
    <Link
      to="/forecasts"
      search={{ tab: 'query', q: query, horizon: '7d' }}
      title={query}
      className="font-medium text-accent hover:underline"
    >
      Show
    </Link>
  )
}
