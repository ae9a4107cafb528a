import type { Incident } from '@aiops/contract/model/incident'
import { Link } from '@tanstack/react-router'
import { CircleCheck } from 'lucide-react'
import { useIncidents } from '../incident/use-incidents.ts'
import { Empty } from '../ui/empty.tsx'
import { EntityName } from '../ui/entity-name.tsx'
import { Failure } from '../ui/failure.tsx'
import { formatProbability } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { SeverityBadge } from '../ui/severity-badge.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'

const open = ['OPEN', 'ACKNOWLEDGED', 'INVESTIGATING'] as const

/** The five that matter most. */
export function OpenIncidents() {
  const { data, error, refetch } = useIncidents({ status: open, sort: '-severity', limit: 5 })
  const all = (
    <Link
      to="/incidents"
      search={{ status: [...open] }}
      className="py-0.5 font-medium text-accent hover:underline"
    >
      All open incidents
    </Link>
  )
  return (
    <Panel
      title="Open incidents"
      note={data && data.total > 5 ? `5 of ${data.total}` : undefined}
      actions={all}
      bodyClassName="p-0"
    >
      {error && !data && <Failure error={error} onRetry={() => void refetch()} className="m-4" />}
      {!data && !error && (
        <div className="p-4">
          <SkeletonRows />
        </div>
      )}
      {data && data.incidents.length === 0 && (
        <Empty icon={CircleCheck} title="No open incident">
          To see one made, explained and fixed on a small real system, run{' '}
          <code className="font-mono">npx aiops demo</code>.
        </Empty>
      )}
      {data && data.incidents.length > 0 && (
        <ul className="divide-y">
          {data.incidents.map((incident) => (
            <OpenIncident key={incident.id} incident={incident} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

function OpenIncident({ incident }: { incident: Incident }) {
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-1 px-4 py-2.5 hover:bg-sunken/60 sm:flex-nowrap">
      <SeverityBadge severity={incident.severity} />
      <div className="order-last min-w-0 basis-full sm:order-none sm:flex-1 sm:basis-0">
        <Link
          to="/incidents/$id"
          params={{ id: String(incident.number) }}
          className="inline-block break-words py-0.5 font-medium hover:underline"
        >
          <span className="text-ink-mute">INC-{incident.number}</span> {incident.title}
        </Link>
        <p className="text-ink-soft text-xs">
          {incident.cause ? (
            <>
              Likely cause <EntityName id={incident.cause.entity} />,{' '}
              {formatProbability(incident.cause.probability)}
            </>
          ) : (
            'Not yet explained'
          )}
        </p>
      </div>
      <Moment
        at={incident.started_at}
        form="ago"
        className="ml-auto whitespace-nowrap text-ink-mute text-xs"
      />
    </li>
  )
}
