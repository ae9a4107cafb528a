import type { Finding } from '@aiops/contract/model/finding'
import { moveFocus } from '../ui/move-focus.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { useNarrow } from '../ui/use-media.ts'
import { VirtualTable } from '../ui/virtual-table.tsx'
import { FindingRow } from './finding-row.tsx'

type FindingTableProps = {
  total: number
  itemAt: (index: number) => Finding | undefined
  onSight: (first: number, end: number) => void
  resetKey: string
  chosen?: string | undefined
  onChoose: ((id: string) => void) | undefined
  className?: string
}

/** Findings, most severe first. Arrows go from one to the next. */
export function FindingTable({ total, itemAt, chosen, onChoose, className, ...rest }: FindingTableProps) {
  const height = useNarrow() ? 100 : 52
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the links inside are what the keys move between
    <div className={`@container ${className ?? ''}`} onKeyDown={moveFocus}>
      <VirtualTable
        {...rest}
        label={`${total} findings`}
        count={total}
        rowHeight={height}
        head={
          <tr>
            <TableHead className="w-28 pl-4">Severity</TableHead>
            <TableHead>Finding and why</TableHead>
            <TableHead className="@4xl:table-cell hidden w-64">Object</TableHead>
            <TableHead className="@2xl:table-cell hidden w-36">Cluster</TableHead>
            <TableHead className="w-24">Since</TableHead>
          </tr>
        }
        row={(index) => {
          const finding = itemAt(index)
          return finding ? (
            <FindingRow key={finding.id} {...{ finding, height, onChoose }} chosen={finding.id === chosen} />
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
