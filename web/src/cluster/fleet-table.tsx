import { useMemo, useRef } from 'react'
import { SortHead } from '../ui/table-head.tsx'
import type { FindingCounts, FleetGroup } from './fleet-list.ts'
import { gridRows } from './fleet-rows.ts'
import type { FleetColumn, FleetSort } from './fleet-search.ts'
import { FleetTableRow, rowHeight } from './fleet-table-row.tsx'
import { GroupHead } from './group-head.tsx'
import { useWindowed } from './use-windowed.ts'
import { offsetsOf } from './window-blocks.ts'

const columns: readonly { column: FleetColumn; word: string; className: string; down?: true }[] = [
  { column: 'name', word: 'Cluster', className: 'pl-4' },
  { column: 'state', word: 'State', className: 'w-28' },
  { column: 'score', word: 'Score', className: 'w-16 text-right' },
  { column: 'findings', word: 'Findings', className: 'hidden w-32 sm:table-cell', down: true },
  { column: 'type', word: 'Type', className: 'hidden w-20 md:table-cell' },
  { column: 'environment', word: 'Environment', className: 'hidden w-28 lg:table-cell' },
  { column: 'region', word: 'Region', className: 'hidden w-28 md:table-cell' },
  { column: 'version', word: 'Version', className: 'hidden w-44 2xl:table-cell' },
  { column: 'nodes', word: 'Nodes', className: 'hidden w-16 text-right lg:table-cell', down: true },
  { column: 'gpus', word: 'GPUs', className: 'hidden w-16 text-right lg:table-cell', down: true },
  { column: 'checked', word: 'Last check', className: 'hidden w-28 sm:table-cell' },
]
const headHeight = 40

type FleetTableProps = {
  groups: readonly FleetGroup[]
  findings: FindingCounts | undefined
  sort: FleetSort | undefined
  onSort: (sort: FleetSort | undefined) => void
}

/** One row a cluster; only rows in sight are made. */
export function FleetTable({ groups, findings, sort, onSort }: FleetTableProps) {
  const place = useRef<HTMLTableElement>(null)
  const rows = useMemo(() => gridRows(groups, 1), [groups])
  const offsets = useMemo(
    () => offsetsOf(rows.map((row) => (row.type === 'HEAD' ? headHeight : rowHeight))),
    [rows],
  )
  const { first, end, before, after } = useWindowed(place, offsets)
  const current = sort ?? 'state'
  /** First press: the natural way round, which for counts is the greatest first. Second: the other way. */
  const press = ({ column, down }: (typeof columns)[number]): void => {
    const natural: FleetSort = down ? `-${column}` : column
    const other: FleetSort = down ? column : `-${column}`
    onSort(current === natural ? other : natural)
  }
  return (
    <div className="rounded-lg border bg-surface">
      <table
        ref={place}
        className="w-full table-fixed"
        aria-label="Clusters as a table"
        aria-rowcount={rows.length}
      >
        <thead className="text-ink-mute text-xs">
          <tr>
            {columns.map((one) => (
              <SortHead
                key={one.column}
                active={current.replace(/^-/, '') === one.column}
                ascending={!current.startsWith('-')}
                onSort={() => press(one)}
                className={one.className}
              >
                {one.word}
              </SortHead>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr style={{ height: before }} aria-hidden />
          {rows.slice(first, end).map((row) =>
            row.type === 'HEAD' ? (
              <tr key={`group ${row.name}`} className="border-t">
                <td colSpan={columns.length} className="bg-sunken/60 px-3">
                  <GroupHead name={row.name} clusters={row.clusters} height={headHeight - 1} />
                </td>
              </tr>
            ) : (
              row.clusters.map((cluster) => (
                <FleetTableRow key={cluster.id} cluster={cluster} findings={findings?.get(cluster.id)} />
              ))
            ),
          )}
          <tr style={{ height: Math.max(0, after) }} aria-hidden />
        </tbody>
      </table>
    </div>
  )
}
