import type { Cluster, ClusterCopy } from '@aiops/contract/model/cluster'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Failure } from '../ui/failure.tsx'
import { formatCount, formatDuration } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { useClusterCopy } from './use-cluster.ts'

const looks: Record<ClusterCopy['state'], { tone: Tone; word: string }> = {
  CURRENT: { tone: 'ok', word: 'Current' },
  CATCHING_UP: { tone: 'low', word: 'Catching up' },
  WAITING: { tone: 'medium', word: 'Waiting' },
  OFF: { tone: 'outline', word: 'Not copied' },
}
const gapsMax = 20

/** How far the metrics of a cluster that may be cut off were copied here, and what is missing. */
export function CopyPanel({ cluster }: { cluster: Cluster }) {
  const { data, error, refetch } = useClusterCopy(cluster.id)
  return (
    <Panel
      title="Copy of its metrics"
      note={data && <Badge tone={looks[data.state].tone}>{looks[data.state].word}</Badge>}
    >
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <SkeletonRows rows={3} />}
      {data && data.message !== '' && <p className="break-words text-ink-soft">{data.message}</p>}
      {data && data.state !== 'OFF' && (
        <dl className="mt-1 flex flex-wrap gap-x-6 gap-y-1">
          <div className="flex gap-1.5">
            <dt className="text-ink-mute">Copied until</dt>
            <dd>
              <Moment at={data.filled_until} form="both" />
            </dd>
          </div>
          <div className="flex gap-1.5">
            <dt className="text-ink-mute">Behind</dt>
            <dd>{data.behind_seconds === null ? '–' : formatDuration(data.behind_seconds * 1_000)}</dd>
          </div>
          <div className="flex gap-1.5">
            <dt className="text-ink-mute">Samples</dt>
            <dd>
              {formatCount(data.samples)}
              {data.rejected > 0 && `, ${formatCount(data.rejected)} not taken by the store`}
            </dd>
          </div>
        </dl>
      )}
      {data && data.gaps.length > 0 && <GapTable gaps={data.gaps} />}
      {data && data.state !== 'OFF' && data.gaps.length === 0 && (
        <p className="mt-1 text-ink-mute text-xs">Nothing of it is missing.</p>
      )}
    </Panel>
  )
}

function GapTable({ gaps }: { gaps: ClusterCopy['gaps'] }) {
  return (
    <>
      <h3 className="mt-3 mb-1 font-medium text-xs">Could not be recovered</h3>
      <ul className="divide-y rounded-md border">
        {gaps.slice(-gapsMax).map(({ from, to, reason }) => (
          <li key={from} className="px-3 py-1.5">
            <Moment at={from} /> – <Moment at={to} />{' '}
            <span className="text-ink-mute">({formatDuration(Date.parse(to) - Date.parse(from))})</span>
            <p className="break-words text-ink-soft text-xs">{reason}</p>
          </li>
        ))}
      </ul>
      {gaps.length > gapsMax && (
        <p className="mt-1 text-ink-mute text-xs">and {gaps.length - gapsMax} before these</p>
      )}
    </>
  )
}
