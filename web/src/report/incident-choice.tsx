import { RadioGroup } from 'radix-ui'
import { useState } from 'react'
import { StatusBadge } from '../incident/status-badge.tsx'
import { useIncidents } from '../incident/use-incidents.ts'
import { Failure } from '../ui/failure.tsx'
import { Moment } from '../ui/moment.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { SeverityBadge } from '../ui/severity-badge.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'

type IncidentChoiceProps = { value: string; onChange: (number: string) => void }

const shownMax = 12

/** One incident, of the latest or of those that hold the words. */
export function IncidentChoice({ value, onChange }: IncidentChoiceProps) {
  const [text, setText] = useState('')
  const { data, error, refetch } = useIncidents({ limit: shownMax, ...(text ? { text } : {}) })
  return (
    <div className="space-y-2">
      <SearchField label="Search title and cause" value={text} onChange={setText} className="max-w-80" />
      {value !== '' && data && !data.incidents.some(({ number }) => String(number) === value) && (
        <p className="font-medium">Chosen: INC-{value}</p>
      )}
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <SkeletonRows rows={4} />}
      {data && data.incidents.length === 0 && (
        <p className="text-ink-mute">
          {text ? 'No incident has these words.' : 'There has been no incident to report on.'}
        </p>
      )}
      {data && (
        <RadioGroup.Root aria-label="Incident" value={value} onValueChange={onChange} className="grid gap-1">
          {data.incidents.map((incident) => (
            <RadioGroup.Item
              key={incident.id}
              value={String(incident.number)}
              className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md border px-3 py-2 text-left hover:bg-sunken data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft"
            >
              <SeverityBadge severity={incident.severity} />
              <span className="min-w-0 flex-1 basis-60 break-words">
                <span className="text-ink-mute">INC-{incident.number}</span> {incident.title}
              </span>
              <Moment at={incident.started_at} form="ago" className="text-ink-mute text-xs" />
              <StatusBadge status={incident.status} />
            </RadioGroup.Item>
          ))}
        </RadioGroup.Root>
      )}
      {data && data.total > shownMax && (
        <p className="text-ink-mute text-xs">{data.total - shownMax} more: search by words.</p>
      )}
    </div>
  )
}
