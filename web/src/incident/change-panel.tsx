import type { Change } from '@aiops/contract/model/change'
import type { IncidentDetail } from '@aiops/contract/model/incident'
import { useQueries } from '@tanstack/react-query'
import { toneOfChange } from '../change/change-look.ts'
import { client } from '../shell/api.ts'
import { Badge } from '../ui/badge.tsx'
import { EntityName } from '../ui/entity-name.tsx'
import { Failure } from '../ui/failure.tsx'
import { formatDuration } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { safeUrl } from '../ui/safe-url.ts'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { sentenceCase } from '../ui/words.ts'

const lookBackMs = 2 * 3_600_000
/** Entities asked about, the likeliest causes first. */
const entitiesMax = 6
const shownMax = 12

/** What was done to the likely causes and to what is affected, from two hours before on. */
export function ChangePanel({ incident }: { incident: IncidentDetail }) {
  const { isPending, error, refetch, changes } = useChangesNear(incident)
  const onsetMs = Date.parse(incident.started_at)
  return (
    <Panel title="Changes" note="to likely causes and what is affected, from 2 h before" bodyClassName="p-0">
      {error && <Failure error={error} onRetry={refetch} className="m-4" />}
      {isPending && (
        <div className="p-4">
          <SkeletonRows rows={2} />
        </div>
      )}
      {!isPending && !error && changes.length === 0 && (
        <p className="px-4 py-3 text-ink-mute">
          None is known. Clusters that are watched tell of theirs; delivery systems can be pointed at
          /api/v1/changes/hooks.
        </p>
      )}
      <ul className="divide-y">
        {changes.map((change) => (
          <ChangeRow key={change.id} {...{ change, onsetMs }} />
        ))}
      </ul>
    </Panel>
  )
}

function ChangeRow({ change, onsetMs }: { change: Change; onsetMs: number }) {
  const url = safeUrl(change.url)
  const afterMs = Date.parse(change.at) - onsetMs
  return (
    <li className="px-4 py-2">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <Badge tone={toneOfChange(change.kind)}>{sentenceCase(change.kind)}</Badge>
        <span className="text-ink-mute text-xs">
          <Moment at={change.at} />, {formatDuration(Math.abs(afterMs))} {afterMs < 0 ? 'before' : 'after'}{' '}
          the first sign
        </span>
      </p>
      <p className="break-words">{change.summary}</p>
      <p className="flex flex-wrap gap-x-3 text-ink-mute text-xs">
        {change.entities.slice(0, 3).map((id) => (
          <EntityName key={id} id={id} />
        ))}
        {change.actor && <span>by {change.actor}</span>}
        {url && (
          <a
            href={url}
            target="_blank"
            rel="noreferrer noopener"
            className="font-medium text-accent hover:underline"
          >
            More
          </a>
        )}
      </p>
    </li>
  )
}

/** Asked by entity, for a tenant may have thousands of others at that time. */
function useChangesNear(incident: IncidentDetail) {
  const causes = incident.diagnosis?.causes.map(({ entity }) => entity) ?? []
  const entities = [...new Set([...causes, ...incident.affected_entities])].slice(0, entitiesMax)
  const start = new Date(Date.parse(incident.started_at) - lookBackMs).toISOString()
  const end = incident.resolved_at ?? undefined
  return useQueries({
    queries: entities.map((entity) => ({
      queryKey: ['changes', entity, start, end],
      queryFn: () =>
        client.listChanges({
          query: { entity, start, ...(end && { end }), kind: [], source: [], page: 1, page_size: shownMax },
        }),
      refetchInterval: 30_000,
    })),
    combine: (results) => {
      const found = new Map(results.flatMap(({ data }) => data?.items ?? []).map((one) => [one.id, one]))
      return {
        isPending: results.some((result) => result.isPending),
        error: results.find((result) => result.error)?.error ?? null,
        refetch: () => {
          for (const result of results) if (result.error) void result.refetch()
        },
        changes: [...found.values()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, shownMax),
      }
    },
  })
}
