import { Badge } from '../ui/badge.tsx'
import { Failure } from '../ui/failure.tsx'
import { Moment } from '../ui/moment.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import type { ObjectPartProps } from './object-part.ts'
import { useKubernetesEvents } from './use-inside.ts'

export function ObjectEvents({ clusterId, object }: ObjectPartProps) {
  const { data, error, refetch } = useKubernetesEvents(clusterId, object, undefined)
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={5} />
  if (data.events.length === 0)
    return <p className="text-ink-soft">No event of it within the last two hours.</p>
  return (
    <ul className="divide-y rounded-md border">
      {data.events.map((event) => (
        <li key={event.name} className="px-3 py-2">
          <p className="flex flex-wrap items-center gap-x-2">
            <Badge tone={event.type === 'Warning' ? 'high' : 'outline'}>{event.reason}</Badge>
            {event.count > 1 && <span className="text-ink-mute text-xs">{event.count} times</span>}
            <span className="text-ink-mute text-xs">{event.source}</span>
            <Moment at={event.last_at} form="both" className="ml-auto text-ink-mute text-xs" />
          </p>
          <p className="mt-0.5 whitespace-pre-wrap break-words">{event.message}</p>
        </li>
      ))}
    </ul>
  )
}
