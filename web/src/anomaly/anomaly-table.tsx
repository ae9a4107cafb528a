import type { Anomaly } from '@aiops/contract/model/anomaly'
import { moveFocus } from '../ui/move-focus.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { useNarrow } from '../ui/use-media.ts'
import { VirtualTable } from '../ui/virtual-table.tsx'
import { AnomalyRow } from './anomaly-row.tsx'

type AnomalyTableProps = {
  total: number
  itemAt: (index: number) => Anomaly | undefined
  onSight: (first: number, end: number) => void
  resetKey: string
  chosen?: string | undefined
  onChoose: ((id: string) => void) | undefined
  className?: string
}

/** Anomalies, those noticed last first. Arrows go from one to the next. */
export function AnomalyTable({ total, itemAt, chosen, onChoose, className, ...rest }: AnomalyTableProps) {
  const height = useNarrow() ? 100 : 52
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the links inside are what the keys move between
    <div className={`@container ${className ?? ''}`} onKeyDown={moveFocus}>
      <VirtualTable
        {...rest}
        label={`${total} anomalies`}
        count={total}
        rowHeight={height}
        head={
          <tr>
            <TableHead className="w-28 pl-4">Severity</TableHead>
            <TableHead>What happened</TableHead>
            <TableHead className="@3xl:table-cell hidden w-44">Entity</TableHead>
            <TableHead className="w-28">State</TableHead>
            <TableHead className="w-28">Noticed</TableHead>
          </tr>
        }
        row={(index) => {
          const anomaly = itemAt(index)
          return anomaly ? (
            <AnomalyRow key={anomaly.id} {...{ anomaly, height, onChoose }} chosen={anomaly.id === chosen} />
          ) : (
            <tr key={`row ${index}`} style={{ height }} className="border-b max-md:block">
              <td colSpan={5} className="px-4 max-md:block max-md:pt-6">
                <Skeleton className="h-5" />
              </td>
            </tr>
          )
        }}
      />
    </div>
  )
}
