import type { Incident } from '@aiops/contract/model/incident'
import { className } from '../ui/class-name.ts'
import { SortHead, TableHead } from '../ui/table-head.tsx'
import { IncidentRow } from './incident-row.tsx'
import type { IncidentSearch, IncidentSort } from './incident-search.ts'

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
          <TableHead>Incident</TableHead>
          <TableHead className="hidden w-56 lg:table-cell">Likely cause</TableHead>
          <TableHead className="hidden w-20 text-right xl:table-cell">Affected</TableHead>
          <SortHead
            active={sort.endsWith('created_at')}
            ascending={sort === 'created_at'}
            onSort={() => onSort(sort === '-created_at' ? 'created_at' : undefined)}
            className="w-44"
          >
            Started
          </SortHead>
          <TableHead className="w-28 text-right">Duration</TableHead>
          <TableHead className="w-36 pl-4">Status</TableHead>
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
