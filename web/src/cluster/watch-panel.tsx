import type { Cluster } from '@aiops/contract/model/cluster'
import type { ClusterMemoryState, ClusterOverview, WatchedKind } from '@aiops/contract/model/kubernetes'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Failure } from '../ui/failure.tsx'
import { formatBytes, formatCount, formatPercent } from '../ui/format.ts'
import { Meter } from '../ui/meter.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { ScrollRegion } from '../ui/scroll-region.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { useClusterOverview } from './use-cluster.ts'

const watchLooks: Record<ClusterOverview['watch'], { tone: Tone; word: string }> = {
  WATCHING: { tone: 'ok', word: 'Watching' },
  STARTING: { tone: 'low', word: 'Starting' },
  FAILING: { tone: 'critical', word: 'Failing' },
  OFF: { tone: 'outline', word: 'Not watched' },
}
const kindLooks: Record<WatchedKind['state'], { tone: Tone; word: string; rank: number }> = {
  FAILING: { tone: 'critical', word: 'Failing', rank: 0 },
  DENIED: { tone: 'medium', word: 'Not allowed', rank: 1 },
  LISTING: { tone: 'low', word: 'Listing', rank: 2 },
  WATCHING: { tone: 'ok', word: 'Watching', rank: 3 },
  ABSENT: { tone: 'outline', word: 'Not there', rank: 4 },
}

/** How the watch of the cluster goes: each kind, and how far back it is remembered. */
export function WatchPanel({ cluster }: { cluster: Cluster }) {
  const { data, error, refetch } = useClusterOverview(cluster.id)
  return (
    <Panel
      title="Watch"
      note={data && <Badge tone={watchLooks[data.watch].tone}>{watchLooks[data.watch].word}</Badge>}
      bodyClassName="p-0"
    >
      {error && !data && <Failure error={error} onRetry={() => void refetch()} className="m-4" />}
      {!data && !error && (
        <div className="p-4">
          <SkeletonRows rows={8} />
        </div>
      )}
      {data && data.message !== '' && <p className="break-words px-4 py-3 text-ink-soft">{data.message}</p>}
      {data?.memory && <MemoryState memory={data.memory} />}
      {data && data.kinds.length > 0 && <KindTable kinds={data.kinds} />}
      {data && data.message === '' && data.kinds.length === 0 && (
        <p className="p-4 text-ink-mute">Nothing is watched.</p>
      )}
    </Panel>
  )
}

function MemoryState({ memory }: { memory: ClusterMemoryState }) {
  const share = memory.bytes_max === 0 ? 0 : memory.bytes / memory.bytes_max
  return (
    <div className="border-b px-4 py-3">
      <p className="mb-1 flex flex-wrap gap-x-3">
        <span className="font-medium">Memory</span>
        <span>
          {formatBytes(memory.bytes)} of {formatBytes(memory.bytes_max)} ({formatPercent(share)})
        </span>
        <span className="text-ink-soft">
          whole since <Moment at={memory.since} form="both" />
        </span>
      </p>
      <Meter share={share} label="Memory in use" className={share > 0.95 ? 'bg-medium' : ''} />
      <p className="mt-1 text-ink-mute text-xs">
        {formatCount(memory.versions)} versions of objects, {formatCount(memory.log_lines)} log lines
      </p>
      {memory.shortened.map(({ namespace, since }) => (
        <p key={namespace} className="text-medium text-xs">
          {namespace} had to forget sooner, for room: whole since <Moment at={since} form="both" />
        </p>
      ))}
    </div>
  )
}

function KindTable({ kinds }: { kinds: readonly WatchedKind[] }) {
  const ordered = kinds.toSorted((a, b) => kindLooks[a.state].rank - kindLooks[b.state].rank)
  return (
    <ScrollRegion label="Table of kinds" className="max-h-[34rem] overflow-y-auto">
      <table className="w-full">
        <thead className="sticky top-0 bg-surface text-ink-mute text-xs">
          <tr>
            <TableHead className="pl-4">Kind</TableHead>
            <TableHead>State</TableHead>
            <TableHead className="text-right">Objects</TableHead>
            <TableHead className="text-right">Last word</TableHead>
          </tr>
        </thead>
        <tbody>
          {ordered.map(({ kind, state, objects, last_event_at, message }) => (
            <tr key={kind} className="border-t align-top">
              <td className="break-words py-1.5 pr-4 pl-4">
                {kind}
                {message !== '' && <span className="block break-words text-ink-soft text-xs">{message}</span>}
              </td>
              <td className="py-1.5 pr-4">
                <Badge tone={kindLooks[state].tone}>{kindLooks[state].word}</Badge>
              </td>
              <td className="py-1.5 pr-4 text-right">{state === 'ABSENT' ? '–' : formatCount(objects)}</td>
              <td className="whitespace-nowrap py-1.5 pr-4 text-right text-ink-soft">
                <Moment at={last_event_at} form="ago" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}
