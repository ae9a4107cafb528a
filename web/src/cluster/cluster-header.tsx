import type { Cluster } from '@aiops/contract/model/cluster'
import { Link } from '@tanstack/react-router'
import { ChartSpline, RotateCw, TriangleAlert } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { AskLink } from '../chat/ask-link.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button, buttonStyle } from '../ui/button.tsx'
import { className } from '../ui/class-name.ts'
import { Failure } from '../ui/failure.tsx'
import { missing } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { sentenceCase } from '../ui/words.ts'
import {
  environmentWords,
  scoreColour,
  scoreText,
  titleOf,
  typeLooks,
  versionText,
  wasChecked,
} from './cluster-look.ts'
import { failureAdvice } from './failure-advice.ts'
import { StateMark } from './state-mark.tsx'
import { useClusterActions } from './use-cluster.ts'

const labelsMax = 12

export function ClusterHeader({ cluster }: { cluster: Cluster }) {
  const { status, labels } = cluster
  const { refresh } = useClusterActions(cluster.id)
  const title = titleOf(cluster)
  useEffect(() => {
    document.title = `${title} · AIOps NextGen`
  }, [title])
  return (
    <header className="mb-3">
      <nav aria-label="Breadcrumb" className="mb-1 text-ink-mute text-xs">
        <Link to="/clusters" className="hover:text-ink hover:underline">
          Clusters
        </Link>
        <span aria-hidden> / </span>
        {cluster.name}
      </nav>
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <h1 className="min-w-0 flex-1 basis-60 break-words font-semibold text-xl">{title}</h1>
        <div className="flex flex-wrap gap-2">
          <AskLink question={`What is wrong with cluster ${cluster.name}?`} />
          <Link to="/explore" search={{ tab: 'metrics', clusters: [cluster.id] }} className={buttonStyle()}>
            <ChartSpline aria-hidden /> Explore
          </Link>
          <Button onClick={() => refresh.mutate()} disabled={refresh.isPending}>
            <RotateCw aria-hidden className={className(refresh.isPending && 'animate-spin')} />
            {refresh.isPending ? 'Checking…' : 'Check now'}
          </Button>
        </div>
      </div>
      <dl className="mt-2 flex flex-wrap items-center gap-x-6 gap-y-1.5">
        <div>
          <dt className="sr-only">State</dt>
          <dd>
            <StateMark state={status.state} className="text-sm" />
          </dd>
        </div>
        <Fact name="Score">
          <span className={wasChecked(cluster) ? scoreColour(status.health_score) : ''}>
            {scoreText(cluster)}
          </span>
          <span className="font-normal text-ink-mute"> of 100</span>
        </Fact>
        <Fact name="Type">{typeLooks[cluster.cluster_type].word}</Fact>
        <Fact name="Environment">{environmentWords[cluster.environment]}</Fact>
        <Fact name="Region">{cluster.region ?? missing}</Fact>
        <Fact name="Version">{versionText(cluster)}</Fact>
        <Fact name="Connection">{sentenceCase(status.connectivity)}</Fact>
        <Fact name="Checked">
          <span className={status.stale ? 'text-medium' : ''}>
            {wasChecked(cluster) ? <Moment at={status.checked_at} form="ago" /> : 'not yet'}
            {status.stale && ' (stale)'}
          </span>
        </Fact>
        <Fact name="Last answered">
          <Moment at={cluster.last_seen_at} form="ago" />
        </Fact>
      </dl>
      <div className="mt-2 flex flex-wrap gap-1.5 empty:hidden">
        {Object.entries(labels)
          .slice(0, labelsMax)
          .map(([key, value]) => (
            <Link
              key={key}
              to="/clusters"
              search={{ label: [`${key}=${value}`] }}
              title="Clusters with this label"
              className="flex min-h-6 items-center"
            >
              <Badge tone="outline" className="max-w-80 font-mono hover:bg-sunken">
                <span className="truncate">
                  {key}={value}
                </span>
              </Badge>
            </Link>
          ))}
        {cluster.source === 'FILE' && (
          <Badge title="Only changing the document changes it.">from a document</Badge>
        )}
      </div>
      <ClusterWarnings cluster={cluster} />
      {refresh.error && (
        <Failure error={refresh.error} advice={failureAdvice(refresh.error)} className="mt-3" />
      )}
    </header>
  )
}

/** What somebody should see to. */
function ClusterWarnings({ cluster: { status, warnings } }: { cluster: Cluster }) {
  const lines = [...(status.state !== 'ONLINE' && status.last_error ? [status.last_error] : []), ...warnings]
  if (lines.length === 0) return null
  return (
    <ul className="mt-3 space-y-1 rounded-md border border-medium/40 bg-medium-soft p-3">
      {lines.map((line) => (
        <li key={line} className="flex gap-2">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-medium" />
          <span className="min-w-0 break-words">{line}</span>
        </li>
      ))}
    </ul>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 gap-1.5">
      <dt className="whitespace-nowrap text-ink-mute">{name}</dt>
      <dd className="min-w-0 font-medium">{children}</dd>
    </div>
  )
}
