import type { AlertDeed } from '@aiops/contract/api/alert-deed'
import type { Alert } from '@aiops/contract/model/alert'
import { type KeyboardEvent, useRef } from 'react'
import { moveFocus } from '../ui/move-focus.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { useArrowIn } from '../ui/use-arrow-in.ts'
import { useNarrow } from '../ui/use-media.ts'
import { VirtualTable } from '../ui/virtual-table.tsx'
import { AlertRow } from './alert-row.tsx'
import type { Selection } from './selection.ts'

type AlertTableProps = {
  total: number
  itemAt: (index: number) => Alert | undefined
  onSight: (first: number, end: number) => void
  resetKey: string
  chosen?: string | undefined
  selection: Selection
  onChoose: (alert: Alert) => void
  onSelect: (index: number, range: boolean) => void
  onSilence: () => void
  onDeed: (action: AlertDeed) => void
  onNothing: () => void
  className?: string
}

/** Alerts by row. Arrows go from one to the next, `x` selects, space selects up to the row, `s`, `a`, `j` and `o` silence, acknowledge, join and take out what is selected. */
export function AlertTable(props: AlertTableProps) {
  const { total, itemAt, chosen, selection, onChoose, onSelect, className, ...rest } = props
  const { onSilence, onDeed, onNothing, ...table } = rest
  const height = useNarrow() ? 92 : 52
  const host = useRef<HTMLDivElement>(null)
  useArrowIn(host)
  const onKey = (event: KeyboardEvent<HTMLElement>): void => {
    moveFocus(event)
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const row = (event.target as HTMLElement).closest('[data-row]')?.getAttribute('data-row')
    const index = row === null || row === undefined ? undefined : Number(row)
    const act = actions[event.key]
    if (!act || (index === undefined && (act === 'select' || act === 'range'))) return
    event.preventDefault()
    if (act === 'silence') onSilence()
    else if (act === 'nothing') onNothing()
    else if (act === 'select' || act === 'range') onSelect(index ?? 0, act === 'range')
    else onDeed(act)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons inside are what the keys move between
    <div ref={host} className={`@container ${className ?? ''}`} onKeyDown={onKey}>
      <VirtualTable
        {...table}
        label={`${total} alerts`}
        count={total}
        rowHeight={height}
        head={
          <tr>
            <TableHead className="w-10 pl-4">
              <span className="sr-only">Selected</span>
            </TableHead>
            <TableHead className="w-24">Severity</TableHead>
            <TableHead>Alert</TableHead>
            <TableHead className="@3xl:table-cell hidden w-44">Entity</TableHead>
            <TableHead className="@4xl:table-cell hidden w-32">Source</TableHead>
            <TableHead className="w-28">State</TableHead>
            <TableHead className="w-24">Began</TableHead>
          </tr>
        }
        row={(index) => {
          const alert = itemAt(index)
          return alert ? (
            <AlertRow
              key={alert.id}
              {...{ alert, index, height, onChoose, onSelect }}
              chosen={alert.id === chosen}
              selected={selection.alerts.has(alert.id)}
            />
          ) : (
            <tr key={`row ${index}`} style={{ height }} className="border-b max-md:block">
              <td colSpan={7} className="px-4 max-md:block max-md:pt-6">
                <Skeleton className="h-5" />
              </td>
            </tr>
          )
        }}
      />
    </div>
  )
}

const actions: Readonly<Record<string, 'select' | 'range' | 'silence' | 'nothing' | AlertDeed | undefined>> =
  {
    ...{ x: 'select', ' ': 'range', s: 'silence', Escape: 'nothing' },
    ...{ a: 'ACKNOWLEDGE', j: 'JOIN', o: 'TAKE_OUT' },
  }
