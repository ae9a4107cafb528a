import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { client } from '../shell/api.ts'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { stateLooks, states } from './cluster-look.ts'
import { StateMark } from './state-mark.tsx'

const worstMax = 5

/** The fleet's states and its worst five, for the overview. Nothing where there is no cluster. */
export function FleetPanel() {
  const { data } = useQuery({
    queryKey: ['fleet-health'],
    queryFn: () => client.getFleetHealth(),
    refetchInterval: 10_000,
  })
  if (!data || data.total_clusters === 0) return null
  const worst = data.clusters
    .filter(({ state }) => state !== 'ONLINE')
    .sort((a, b) => states.indexOf(a.state) - states.indexOf(b.state))
    .slice(0, worstMax)
  return (
    <Panel
      title="Clusters"
      note={`${data.total_clusters}`}
      actions={
        <Link to="/clusters" className="font-medium text-accent hover:underline">
          All clusters
        </Link>
      }
      bodyClassName="p-0"
    >
      <ul className="flex flex-wrap gap-x-5 gap-y-1 px-4 py-3">
        {states.map((state) => {
          const count = data.by_state[state] ?? 0
          const { icon: Icon, word, text } = stateLooks[state]
          return (
            count > 0 && (
              <li key={state}>
                <Link
                  to="/clusters"
                  search={{ state: [state] }}
                  className="inline-flex items-center gap-1.5 hover:underline"
                >
                  <Icon aria-hidden className={`size-4 ${text}`} />
                  <span className="font-semibold">{count}</span> {word.toLowerCase()}
                </Link>
              </li>
            )
          )
        })}
      </ul>
      {worst.length > 0 && (
        <ul className="divide-y border-t">
          {worst.map(({ cluster_id, cluster_name, state, last_error, checked_at }) => (
            <li
              key={cluster_id}
              className="flex flex-wrap items-center gap-x-3 gap-y-0.5 px-4 py-2 hover:bg-sunken/60"
            >
              <StateMark state={state} className="w-24" />
              <Link to="/clusters/$id" params={{ id: cluster_id }} className="font-medium hover:underline">
                {cluster_name}
              </Link>
              <span
                title={last_error ?? undefined}
                className="order-last min-w-0 basis-full truncate text-ink-soft text-xs md:order-none md:flex-1 md:basis-0"
              >
                {last_error}
              </span>
              <Moment
                at={checked_at}
                form="ago"
                className="ml-auto whitespace-nowrap text-ink-mute text-xs"
              />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
