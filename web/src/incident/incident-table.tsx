import type { Incident } from '@aiops/contract/model/incident'
import { Link } from '@tanstack/react-router'
import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { className } from '../ui/class-name.ts'
import { EntityName } from '../ui/entity-name.tsx'
import { formatDuration, formatProbability } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { SeverityBadge } from '../ui/severity-badge.tsx'
import { useNow } from '../ui/use-now.ts'
import { lengthMs } from './incident-length.ts'
import type { IncidentSearch, IncidentSort } from './incident-search.ts'
import { StatusBadge } from './status-badge.tsx'

type IncidentTableProps = {
  incidents: readonly Incident[]
  search: IncidentSearch
  onSort: (sort: IncidentSort | undefined) => void
  dim: boolean
}

/** A table on wide screens; on narrow ones each row becomes a card, which CSS alone does. */
export function IncidentTable({ incidents, search, onSort, dim }: IncidentTableProps) {
  const sort = search.sort ?? '-created_at'
  return (
    <table className={className('w-full table-fixed', dim && 'opacity-60')}>
      <thead className="hidden text-ink-mute text-xs md:table-header-group">
        <tr>
          <SortHead active={sort === '-severity'} onSort={() => onSort('-severity')} className="w-28 pl-4">
            Severity
          </SortHead>
          <Head>Incident</Head>
          <Head className="hidden w-56 lg:table-cell">Likely cause</Head>
          <Head className="hidden w-20 text-right xl:table-cell">Affected</Head>
          <SortHead
            active={sort.endsWith('created_at')}
            ascending={sort === 'created_at'}
            onSort={() => onSort(sort === '-created_at' ? 'created_at' : undefined)}
            className="w-44"
          >
            Started
          </SortHead>
          <Head className="w-28 text-right">Duration</Head>
          <Head className="w-36 pl-4">Status</Head>
        </tr>
      </thead>
      <tbody>
        {incidents.map((incident) => (
          <IncidentRow key={incident.id} incident={incident} />
        ))}
      </tbody>
    </table>
  )
}

function IncidentRow({ incident }: { incident: Incident }) {
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
          className="break-words font-medium hover:underline"
        >
          <span className="text-ink-mute">INC-{incident.number}</span> {incident.title}
        </Link>
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

function Head({ children, className: given }: { children: ReactNode; className?: string }) {
  return (
    <th scope="col" className={className('py-2 pr-4 text-left font-normal', given)}>
      {children}
    </th>
  )
}

type SortHeadProps = {
  children: ReactNode
  active: boolean
  ascending?: boolean
  onSort: () => void
  className?: string
}

function SortHead({ children, active, ascending = false, onSort, className: given }: SortHeadProps) {
  const Icon = ascending ? ArrowUp : ArrowDown
  return (
    <th
      scope="col"
      aria-sort={active ? (ascending ? 'ascending' : 'descending') : 'none'}
      className={className('py-2 pr-4 text-left font-normal', given)}
    >
      <button
        type="button"
        onClick={onSort}
        className={className(
          'inline-flex items-center gap-1 hover:text-ink',
          active && 'font-medium text-ink',
        )}
      >
        {children}
        <Icon aria-hidden className={className('size-3', !active && 'opacity-0')} />
      </button>
    </th>
  )
}
