import type { IncidentDetail } from '@aiops/contract/model/incident'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { StateBadge } from '../deployment/state-badge.tsx'
import { client } from '../shell/api.ts'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'

/** A change is looked for from this long before the incident on; a cause is rarely older. */
const lookBackMs = 6 * 3_600_000
const shownMax = 5
/** Services asked about in one request. */
const servicesMax = 50

/** Changes through Git of the services that are affected, around its time; nothing where there is none, or none may be seen. */
export function DeploymentPanel({ incident }: { incident: IncidentDetail }) {
  const services = incident.affected_entities.flatMap((id) =>
    id.startsWith('service/') ? [id.slice('service/'.length)] : [],
  )
  const named = services.filter((name) => !name.includes(',')).slice(0, servicesMax)
  const start = new Date(Date.parse(incident.started_at) - lookBackMs).toISOString()
  const { data } = useQuery({
    queryKey: ['deployments', 'incident', incident.id, named],
    queryFn: () =>
      client.listDeployments({
        query: { service: named, state: [], start, page: 1, page_size: shownMax },
      }),
    enabled: named.length > 0,
    retry: false,
  })
  if (!data || data.items.length === 0) return null
  return (
    <Panel
      title="Changes through Git"
      note={`of affected services, from 6 h before${data.total > shownMax ? `; ${shownMax} of ${data.total}` : ''}`}
      bodyClassName="p-0"
    >
      <ul className="divide-y">
        {data.items.map(({ id, title, state, created_at }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
            <StateBadge state={state} />
            <Link
              to="/deployments/$id"
              params={{ id }}
              className="min-w-0 flex-1 basis-40 break-words py-0.5 font-medium hover:underline"
            >
              {title}
            </Link>
            <Moment at={created_at} form="ago" className="whitespace-nowrap text-ink-mute text-xs" />
          </li>
        ))}
      </ul>
    </Panel>
  )
}
