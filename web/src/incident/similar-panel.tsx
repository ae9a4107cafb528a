import type { IncidentDetail } from '@aiops/contract/model/incident'
import type { SimilarIncident } from '@aiops/contract/model/knowledge'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { client } from '../shell/api.ts'
import { EntityName } from '../ui/entity-name.tsx'
import { Failure } from '../ui/failure.tsx'
import { formatDuration, formatPercent } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'

/** Ended incidents like this one: why they are alike, what caused them and what ended them. */
export function SimilarPanel({ incident }: { incident: IncidentDetail }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['similar', incident.id],
    queryFn: () => client.listSimilarIncidents({ params: { id: incident.id }, query: { limit: 5 } }),
    refetchInterval: 60_000,
  })
  return (
    <Panel title="Similar incidents" note={data && `of ${data.compared} that ended`} bodyClassName="p-0">
      {error && !data && <Failure error={error} onRetry={() => void refetch()} className="m-4" />}
      {!data && !error && (
        <div className="p-4">
          <SkeletonRows rows={2} />
        </div>
      )}
      {data && data.similar.length === 0 && (
        <p className="px-4 py-3 text-ink-mute">
          {data.compared === 0 ? 'No incident has ended yet.' : 'None of those that ended is like this one.'}
        </p>
      )}
      <ul className="divide-y">
        {data?.similar.map((one) => (
          <SimilarRow key={one.incident.id} similar={one} />
        ))}
      </ul>
    </Panel>
  )
}

function SimilarRow({ similar }: { similar: SimilarIncident }) {
  const { incident, score, why, cause, resolution, seconds_to_resolve } = similar
  return (
    <li className="space-y-1 px-4 py-2.5">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <Link
          to="/incidents/$id"
          params={{ id: String(incident.number) }}
          className="min-w-0 flex-1 basis-40 break-words py-0.5 font-medium hover:underline"
        >
          INC-{incident.number} {incident.title}
        </Link>
        <span
          className="text-ink-mute text-xs"
          title={similar.parts.map(({ part, share }) => `${part} ${formatPercent(share)}`).join(', ')}
        >
          {formatPercent(score)} alike
        </span>
      </p>
      <ul className="list-disc pl-4 text-ink-soft text-xs">
        {why.slice(0, 4).map((reason) => (
          <li key={reason} className="break-words">
            {reason}
          </li>
        ))}
      </ul>
      {cause && (
        <p className="break-words text-xs">
          <span className="text-ink-mute">{cause.confirmed ? 'Cause, confirmed:' : 'Likely cause:'}</span>{' '}
          {cause.entity && <EntityName id={cause.entity} />} {cause.sentence}
        </p>
      )}
      <p className="text-ink-mute text-xs">
        <Moment at={incident.started_at} form="ago" />
        {seconds_to_resolve !== null && `, over after ${formatDuration(seconds_to_resolve * 1_000)}`}.{' '}
        {resolution.sentence}
      </p>
    </li>
  )
}
