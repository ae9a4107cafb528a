import type { Api } from '@aiops/contract/api/index'
import type { OperationOutput } from '@aiops/contract/api/operation'
import { Link } from '@tanstack/react-router'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Failure } from '../ui/failure.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { safeUrl } from '../ui/safe-url.ts'
import { uniqueKeys } from '../ui/unique-keys.ts'
import { sentenceCase } from '../ui/words.ts'
import { usePipelineEvents } from './use-control.ts'

type PipelineEvent = OperationOutput<Api['listDeploymentEvents']>['events'][number]

const tones: Record<PipelineEvent['status'], Tone> = {
  ...{ PENDING: 'info', RUNNING: 'low', SUCCESS: 'ok', FAILED: 'critical', CANCELED: 'high' },
}

/** What pipelines elsewhere told of changes; nothing where none has told any. */
export function PipelineEventPanel() {
  const { data, error } = usePipelineEvents()
  if (error) return <Failure error={error} />
  if (!data || data.events.length === 0) return null
  const keys = uniqueKeys(data.events, ({ at, commit, status }) => `${at} ${commit} ${status}`)
  return (
    <Panel
      title="What pipelines told"
      note="the last 200, newest first"
      bodyClassName="max-h-96 overflow-y-auto p-0"
    >
      <ul className="divide-y">
        {data.events.map((event, i) => (
          <EventItem key={keys[i]} event={event} />
        ))}
      </ul>
    </Panel>
  )
}

function EventItem({
  event: { branch, commit, status, at, url, message, actor, deployment_id: id },
}: {
  event: PipelineEvent
}) {
  const href = safeUrl(url ?? undefined)
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-1 px-4 py-2">
      <Badge tone={tones[status]}>{sentenceCase(status)}</Badge>
      <code className="min-w-0 break-all font-mono text-xs" title={commit ?? undefined}>
        {branch ?? commit?.slice(0, 12) ?? 'no branch'}
      </code>
      {id === null ? (
        <span className="text-ink-mute">no deployment of ours</span>
      ) : (
        <Link to="/deployments/$id" params={{ id }} className="text-accent hover:underline">
          Deployment
        </Link>
      )}
      {href !== undefined && (
        <a
          href={href}
          target="_blank"
          rel="noopener noreferrer nofollow"
          className="break-all text-accent hover:underline"
        >
          {new URL(href).host}
        </a>
      )}
      <span className="ml-auto text-ink-mute text-xs">
        {actor}, <Moment at={at} form="ago" />
      </span>
      {message !== null && <p className="basis-full break-words text-ink-soft">{message}</p>}
    </li>
  )
}
