import type { Alert } from '@aiops/contract/model/alert'
import { BellOff } from 'lucide-react'
import { memo } from 'react'
import { Badge } from '../ui/badge.tsx'
import { CheckMark } from '../ui/check-mark.tsx'
import { className } from '../ui/class-name.ts'
import { EntityName } from '../ui/entity-name.tsx'
import { Moment } from '../ui/moment.tsx'
import { SeverityBadge } from '../ui/severity-badge.tsx'

type AlertRowProps = {
  alert: Alert
  index: number
  height: number
  /** Beside the list now. */
  chosen: boolean
  selected: boolean
  onChoose: (alert: Alert) => void
  onSelect: (index: number, range: boolean) => void
}

export const AlertRow = memo(function AlertRow(props: AlertRowProps) {
  const { alert, index, height, chosen, selected, onChoose, onSelect } = props
  return (
    <tr
      style={{ height }}
      className={className(
        'overflow-hidden border-b hover:bg-sunken/60 max-md:grid max-md:grid-cols-[auto_auto_1fr_auto] max-md:content-center max-md:items-center max-md:gap-x-3 max-md:gap-y-1 max-md:px-3 md:table-row',
        chosen ? 'bg-accent-soft hover:bg-accent-soft' : selected && 'bg-sunken hover:bg-sunken',
      )}
    >
      <td
        className="md:pl-4"
        onClickCapture={(event) => {
          if (!event.shiftKey) return
          event.preventDefault()
          event.stopPropagation()
          onSelect(index, true)
        }}
      >
        <CheckMark
          label={`Select ${alert.name}`}
          checked={selected}
          onChange={() => onSelect(index, false)}
        />
      </td>
      <td>
        <SeverityBadge severity={alert.severity} />
      </td>
      <td className="min-w-0 max-md:order-last max-md:col-span-4 md:pr-4">
        <button
          type="button"
          data-row-link
          data-row={index}
          aria-current={chosen ? 'true' : undefined}
          title={alert.message}
          onClick={() => onChoose(alert)}
          className="block max-w-full truncate text-left font-medium hover:underline max-md:py-0.5"
        >
          {alert.name}
        </button>
        <p className="truncate text-ink-mute text-xs">{alert.message || 'It says nothing more.'}</p>
      </td>
      <td className="@3xl:table-cell hidden truncate pr-4">
        {alert.entity && <EntityName id={alert.entity} />}
      </td>
      <td className="@4xl:table-cell hidden truncate pr-4 text-ink-soft">{alert.source}</td>
      <td className="whitespace-nowrap md:pr-4">
        <span className="flex items-center gap-1.5">
          <Badge tone={alert.status === 'FIRING' ? 'high' : 'outline'}>
            {alert.status === 'FIRING' ? 'Firing' : 'Resolved'}
          </Badge>
          {alert.silenced_by && alert.silenced_by.length > 0 && (
            <BellOff aria-label="Silenced" className="size-4 text-ink-mute" />
          )}
        </span>
      </td>
      <td className="whitespace-nowrap text-ink-soft max-md:text-xs md:pr-4">
        <Moment at={alert.starts_at} form="ago" />
      </td>
    </tr>
  )
})
