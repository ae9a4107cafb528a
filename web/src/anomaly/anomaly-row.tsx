import type { Anomaly } from '@aiops/contract/model/anomaly'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { Badge } from '../ui/badge.tsx'
import { className } from '../ui/class-name.ts'
import { EntityName } from '../ui/entity-name.tsx'
import { formatProbability } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { SeverityBadge } from '../ui/severity-badge.tsx'
import { sentenceCase } from '../ui/words.ts'

type AnomalyRowProps = {
  anomaly: Anomaly
  height: number
  chosen: boolean
  /** Beside the list, where there is room; else its own page. */
  onChoose: ((id: string) => void) | undefined
}

export const AnomalyRow = memo(function AnomalyRow({ anomaly, height, chosen, onChoose }: AnomalyRowProps) {
  const { id, sentence, entity, shape, state, series } = anomaly
  return (
    <tr
      style={{ height }}
      className={className(
        'overflow-hidden border-b hover:bg-sunken/60 max-md:grid max-md:grid-cols-[auto_1fr_auto] max-md:content-center max-md:gap-x-3 max-md:px-3 md:table-row',
        chosen && 'bg-accent-soft hover:bg-accent-soft',
      )}
    >
      <td className="md:pl-4">
        <SeverityBadge severity={anomaly.severity} />
      </td>
      <td className="min-w-0 max-md:order-last max-md:col-span-3 md:pr-4">
        <Link
          to="/anomalies/$id"
          params={{ id }}
          data-row-link
          title={sentence}
          aria-current={chosen ? 'true' : undefined}
          onClick={(event) => {
            if (!onChoose || event.metaKey || event.ctrlKey || event.shiftKey) return
            event.preventDefault()
            onChoose(id)
          }}
          className="line-clamp-2 min-h-6 font-medium hover:underline md:block md:min-h-0 md:truncate"
        >
          {sentence}
        </Link>
        <p className="truncate text-ink-mute text-xs">
          {sentenceCase(shape)} · <span className="font-mono">{series.name}</span> ·{' '}
          {formatProbability(anomaly.confidence)} sure · {sentenceCase(anomaly.tier)} tier
        </p>
      </td>
      <td className="@3xl:table-cell hidden truncate pr-4">{entity && <EntityName id={entity} />}</td>
      <td className="max-md:hidden md:pr-4">
        <Badge tone={state === 'ACTIVE' ? 'high' : 'outline'}>
          {state === 'ACTIVE' ? 'Going on' : 'Ended'}
        </Badge>
      </td>
      <td className="whitespace-nowrap text-ink-soft max-md:text-xs md:pr-4">
        <Moment at={anomaly.detected_at} form="ago" />
      </td>
    </tr>
  )
})
