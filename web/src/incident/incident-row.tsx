import type { Incident } from '@aiops/contract/model/incident'
import { Link } from '@tanstack/react-router'
import { EntityName } from '../ui/entity-name.tsx'
import { formatDuration, formatProbability } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { SeverityBadge } from '../ui/severity-badge.tsx'
import { useNow } from '../ui/use-now.ts'
import { lengthMs } from './incident-length.ts'
import { StatusBadge } from './status-badge.tsx'

/** A table row; on narrow screens a card. */
export function IncidentRow({ incident }: { incident: Incident }) {
  const { cause } = incident
  return (
    <tr className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t px-4 py-2.5 max-md:first:border-t-0 hover:bg-sunken/60 md:table-row md:px-0">
      <td className="md:py-2 md:pl-4">
        <SeverityBadge severity={incident.severity} />
      </td>
      <td className="order-last basis-full md:order-none md:py-2 md:pr-4">
        <Link
          to="/incidents/$id"
          params={{ id: String(incident.number) }}
          className="inline-block break-words py-0.5 font-medium hover:underline"
        >
          <span className="text-ink-mute">INC-{incident.number}</span> {incident.title}
        </Link>
        {incident.assigned_to !== null && (
          <span className="block text-ink-mute text-xs">{incident.assigned_to}</span>
        )}
      </td>
      <td className="hidden pr-4 lg:table-cell">
        {cause ? (
          <span title={cause.sentence}>
            <EntityName id={cause.entity} />{' '}
            <span className="whitespace-nowrap text-ink-mute">{formatProbability(cause.probability)}</span>
          </span>
        ) : (
          <span className="text-ink-mute">not explained</span>
        )}
      </td>
      <td className="hidden pr-4 text-right xl:table-cell" title={incident.affected_entities.join('\n')}>
        {incident.affected_entities.length}
      </td>
      <td className="order-3 ml-auto whitespace-nowrap text-ink-soft md:py-2">
        <Moment at={incident.started_at} form="ago" className="md:hidden" />
        <Moment at={incident.started_at} className="hidden md:inline" />
      </td>
      <td className="hidden whitespace-nowrap text-right md:table-cell">
        <IncidentLength incident={incident} />
      </td>
      <td className="md:pl-4">
        <StatusBadge status={incident.status} />
      </td>
    </tr>
  )
}

/** From its beginning to its resolution, or until now. */
function IncidentLength({ incident }: { incident: Incident }) {
  return <>{formatDuration(lengthMs(incident, useNow()))}</>
}
