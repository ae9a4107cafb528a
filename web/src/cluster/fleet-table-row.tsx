import type { Cluster } from '@aiops/contract/model/cluster'
import type { Severity } from '@aiops/contract/model/severity'
import { Link } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'
import { memo } from 'react'
import { className } from '../ui/class-name.ts'
import { missing } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import {
  environmentWords,
  scoreColour,
  scoreText,
  titleOf,
  typeLooks,
  versionText,
  wasChecked,
} from './cluster-look.ts'
import { FindingCountList } from './finding-counts.tsx'
import { StateMark } from './state-mark.tsx'

export const rowHeight = 37

type RowProps = { cluster: Cluster; findings: Partial<Record<Severity, number>> | undefined }

export const FleetTableRow = memo(function FleetTableRow({ cluster, findings }: RowProps) {
  const { status, capabilities, warnings } = cluster
  return (
    <tr style={{ height: rowHeight }} className="border-t hover:bg-sunken/60 [&>td]:pr-4">
      <td className="pl-4">
        <span className="flex items-center gap-1.5">
          <Link
            to="/clusters/$id"
            params={{ id: cluster.id }}
            title={status.last_error ?? cluster.name}
            className="min-w-0 truncate font-medium hover:underline"
          >
            {titleOf(cluster)}
          </Link>
          {warnings.length > 0 && (
            <span title={warnings.join('\n')} className="text-medium">
              <TriangleAlert aria-hidden className="size-3.5" />
              <span className="sr-only">{warnings.join(' ')}</span>
            </span>
          )}
        </span>
      </td>
      <td>
        <StateMark state={status.state} />
      </td>
      <td
        className={className(
          'text-right font-medium',
          wasChecked(cluster) ? scoreColour(status.health_score) : 'text-ink-mute',
        )}
      >
        {scoreText(cluster)}
      </td>
      <td className="hidden overflow-hidden sm:table-cell">
        <FindingCountList counts={findings} />
      </td>
      <td className="hidden md:table-cell">{typeLooks[cluster.cluster_type].word}</td>
      <td className="hidden lg:table-cell">{environmentWords[cluster.environment]}</td>
      <td className="hidden truncate md:table-cell">{cluster.region ?? missing}</td>
      <td className="hidden truncate 2xl:table-cell" title={versionText(cluster)}>
        {versionText(cluster)}
      </td>
      <td className="hidden text-right lg:table-cell">{capabilities?.node_count ?? missing}</td>
      <td className="hidden text-right lg:table-cell">
        {capabilities ? capabilities.gpu_count || missing : missing}
      </td>
      <td
        className={className(
          'hidden whitespace-nowrap text-ink-soft sm:table-cell',
          status.stale && 'font-medium text-medium',
        )}
      >
        <Moment at={status.checked_at} form="ago" />
      </td>
    </tr>
  )
})
