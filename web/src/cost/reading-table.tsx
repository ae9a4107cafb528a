import { Badge } from '../ui/badge.tsx'
import { className } from '../ui/class-name.ts'
import { formatCount, formatDuration, formatPercent, missing } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { useNarrow } from '../ui/use-media.ts'
import { VirtualTable } from '../ui/virtual-table.tsx'
import { ageText } from './age-text.ts'
import { Hourly } from './money.tsx'
import { placementText, type ReadingRow } from './reading-row.ts'

type ReadingTableProps = { rows: readonly ReadingRow[]; resetKey: string; onChoose: (key: string) => void }

/** Readings of services at providers; what is too old is said, and nothing stands in for it. */
export function ReadingTable({ rows, resetKey, onChoose }: ReadingTableProps) {
  const height = useNarrow() ? 76 : 40
  return (
    <VirtualTable
      label={`${rows.length} readings`}
      count={rows.length}
      rowHeight={height}
      resetKey={resetKey}
      head={
        <tr>
          <TableHead className="pl-4">Service</TableHead>
          <TableHead className="w-32">Provider</TableHead>
          <TableHead className="w-24 text-right">Cost</TableHead>
          <TableHead className="w-20 text-right">Latency</TableHead>
          <TableHead className="w-16 text-right">Credit</TableHead>
          <TableHead className="w-16 text-right">GPUs</TableHead>
          <TableHead className="hidden w-52 xl:table-cell">Region, instance</TableHead>
          <TableHead className="w-44">Age</TableHead>
          <TableHead className="hidden w-32 lg:table-cell">Source</TableHead>
        </tr>
      }
      row={(index) => {
        const row = rows[index]
        return row && <Row key={row.key} row={row} height={height} onChoose={onChoose} />
      }}
    />
  )
}

type RowProps = { row: ReadingRow; height: number; onChoose: (key: string) => void }

function Row({ row, height, onChoose }: RowProps) {
  const { key, service, provider, placement, source, stale } = row
  const where = [row.region, row.instance].filter(Boolean).join(', ')
  const untold = `${source} did not tell it.`
  return (
    <tr
      style={{ height }}
      className={className(
        'border-b hover:bg-sunken/60 max-md:grid max-md:grid-cols-[1fr_auto_auto] max-md:content-center max-md:gap-x-3 max-md:px-4 md:table-row',
        stale && 'text-ink-mute',
      )}
    >
      <td className="min-w-0 md:pr-4 md:pl-4">
        <button
          type="button"
          aria-haspopup="dialog"
          onClick={() => onChoose(key)}
          className="block max-w-full truncate font-medium hover:underline"
          title={service}
        >
          {service}
        </button>
      </td>
      <td className="whitespace-nowrap md:pr-4">
        {provider}
        {placement && (
          <Badge tone="low" className="ml-1.5" title={`It runs here: ${placementText[placement.source]}`}>
            here
          </Badge>
        )}
      </td>
      <td className="whitespace-nowrap text-right md:pr-4">
        <Hourly value={row.cost_hourly_usd} why={untold} />
      </td>
      <td className="whitespace-nowrap text-right max-md:text-left max-md:text-xs md:pr-4">
        {formatDuration(row.latency_ms)}
      </td>
      <td className="whitespace-nowrap text-right max-md:hidden md:pr-4">{formatPercent(row.credits)}</td>
      <td className="whitespace-nowrap text-right max-md:hidden md:pr-4">
        {formatCount(row.available_gpus)}
      </td>
      <td className="hidden truncate pr-4 text-ink-soft xl:table-cell" title={where}>
        {where || missing}
      </td>
      <td className="whitespace-nowrap max-md:col-span-2 max-md:text-right max-md:text-xs md:pr-4">
        {stale ? (
          <Badge tone="high" title="Too old to decide by">
            no data since <Moment at={row.at} />
          </Badge>
        ) : (
          <span className="text-ink-soft">{ageText(row.age_seconds)}</span>
        )}
      </td>
      <td className="hidden truncate pr-4 text-ink-soft lg:table-cell" title={source}>
        {source}
      </td>
    </tr>
  )
}
