import type { Cluster } from '@aiops/contract/model/cluster'
import type { Severity } from '@aiops/contract/model/severity'
import { Link } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'
import { memo } from 'react'
import { className } from '../ui/class-name.ts'
import { Moment } from '../ui/moment.tsx'
import { counted } from '../ui/words.ts'
import { CapabilityList } from './capability-list.tsx'
import {
  environmentWords,
  scoreColour,
  scoreText,
  stateLooks,
  titleOf,
  typeLooks,
  versionText,
  wasChecked,
} from './cluster-look.ts'
import { FindingCountList } from './finding-counts.tsx'
import { HealthSpark } from './health-spark.tsx'
import { StateMark } from './state-mark.tsx'

/** Every card is as tall as every other, so that those out of sight need not be made. */
export const cardHeight = 186

type CardProps = {
  cluster: Cluster
  findings: Partial<Record<Severity, number>> | undefined
  index: number
}

export const ClusterCard = memo(function ClusterCard({ cluster, findings, index }: CardProps) {
  const { status, warnings } = cluster
  return (
    <article
      style={{ height: cardHeight, borderLeftColor: stateLooks[status.state].fill }}
      className="relative flex min-w-0 flex-col gap-1.5 overflow-hidden rounded-lg border border-l-4 bg-surface px-3 py-2.5 focus-within:bg-sunken/40 hover:bg-sunken/40"
    >
      <div className="flex items-start gap-2">
        <Link
          to="/clusters/$id"
          params={{ id: cluster.id }}
          data-index={index}
          title={cluster.name}
          className="min-w-0 flex-1 truncate font-semibold text-base after:absolute after:inset-0 hover:underline"
        >
          {titleOf(cluster)}
        </Link>
        <StateMark state={status.state} className="leading-5" />
        <span
          title={wasChecked(cluster) ? 'Health score, of 100' : 'Not yet checked'}
          className={className(
            'min-w-6 text-right font-semibold text-base',
            wasChecked(cluster) ? scoreColour(status.health_score) : 'text-ink-mute',
          )}
        >
          {scoreText(cluster)}
        </span>
      </div>
      <p className="truncate text-ink-soft text-xs">
        {typeLooks[cluster.cluster_type].word} · {environmentWords[cluster.environment]}
        {cluster.region && ` · ${cluster.region}`}
      </p>
      <p className="truncate text-ink-mute text-xs" title={versionText(cluster)}>
        {versionText(cluster)}
        {cluster.capabilities?.node_count != null && ` · ${counted(cluster.capabilities.node_count, 'node')}`}
      </p>
      <CapabilityList cluster={cluster} />
      <HealthSpark id={cluster.id} type={cluster.cluster_type} />
      <CardNote cluster={cluster} />
      <div className="mt-auto flex items-center gap-2 text-ink-mute text-xs">
        <span className={className('truncate', status.stale && 'font-medium text-medium')}>
          {wasChecked(cluster) ? (
            <>
              {status.stale && 'stale, '}checked <Moment at={status.checked_at} form="ago" />
            </>
          ) : (
            'not yet checked'
          )}
        </span>
        {warnings.length > 0 && (
          <span title={warnings.join('\n')} className="inline-flex items-center gap-0.5 text-medium">
            <TriangleAlert aria-hidden className="size-3.5" />
            {warnings.length}
            <span className="sr-only"> {warnings.length === 1 ? 'warning' : 'warnings'}</span>
          </span>
        )}
        <span className="ml-auto">
          <FindingCountList counts={findings} />
        </span>
      </div>
    </article>
  )
})

/** One line on what is wrong; of what is well, nothing. */
function CardNote({ cluster: { status, warnings } }: { cluster: Cluster }) {
  const text = status.state === 'ONLINE' ? warnings[0] : (status.last_error ?? warnings[0])
  if (!text) return null
  return (
    <p title={text} className="truncate text-ink-soft text-xs">
      {text}
    </p>
  )
}
