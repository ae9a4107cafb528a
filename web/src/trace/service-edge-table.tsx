import type { ServiceGraphEdge } from '@aiops/contract/model/trace-analysis'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ExportMenu } from '../query/export-menu.tsx'
import { cell } from '../query/export-text.ts'
import { useExploreSearch } from '../series/use-explore-search.ts'
import { formatCount, formatDuration, formatNumber, formatPercent } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'
import { ScrollRegion } from '../ui/scroll-region.tsx'
import { counted } from '../ui/words.ts'
import { type EdgeSort, sortedEdges } from './service-edges.ts'

const sortable: readonly { by: EdgeSort; label: string }[] = [
  { by: 'calls_per_second', label: 'Calls/s' },
  { by: 'error_ratio', label: 'Errors' },
  { by: 'p95_ms', label: 'p95' },
]
const right = 'whitespace-nowrap px-3 py-1.5 text-right'

/** Every edge in numbers; its calls are one click away. */
export function ServiceEdgeTable({ edges }: { edges: readonly ServiceGraphEdge[] }) {
  const [search] = useExploreSearch()
  const [by, setBy] = useState<EdgeSort>('calls_per_second')
  const { from, to, range } = search
  return (
    <Panel
      title="Calls"
      note={counted(edges.length, 'edge')}
      bodyClassName="p-0"
      actions={<ExportMenu name="service-graph" csv={() => csvOfEdges(edges)} json={() => edges} />}
    >
      <ScrollRegion label="Table of calls" className="max-h-[32rem] overflow-y-auto">
        <table className="w-full min-w-[40rem]">
          <thead className="sticky top-0 bg-surface text-ink-mute text-xs">
            <tr>
              <th scope="col" className="px-4 py-2 text-left font-normal">
                From
              </th>
              <th scope="col" className="px-4 py-2 text-left font-normal">
                To
              </th>
              {sortable.map((column) => (
                <th
                  key={column.by}
                  scope="col"
                  aria-sort={by === column.by ? 'descending' : 'none'}
                  className="px-3 py-2 text-right font-normal"
                >
                  <button
                    type="button"
                    onClick={() => setBy(column.by)}
                    className={by === column.by ? 'font-medium text-ink underline' : 'hover:underline'}
                  >
                    {column.label}
                  </button>
                </th>
              ))}
              {['p50', 'p99', 'Calls'].map((name) => (
                <th key={name} scope="col" className="px-3 py-2 text-right font-normal">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sortedEdges(edges, by).map((edge) => (
              <tr key={`${edge.client}\n${edge.server}`} className="border-t">
                <td className="wrap-anywhere px-4 py-1.5">{edge.client}</td>
                <td className="wrap-anywhere px-4 py-1.5">
                  <Link
                    to="/explore"
                    search={{
                      tab: 'traces',
                      q: callsOf(edge),
                      ...(from !== undefined && to !== undefined ? { from, to } : range ? { range } : {}),
                    }}
                    className="text-accent hover:underline"
                  >
                    {edge.server}
                  </Link>
                </td>
                <td className={right}>{formatNumber(edge.calls_per_second)}</td>
                <td className={edge.errors > 0 ? `${right} text-critical` : right}>
                  {formatPercent(edge.error_ratio)}
                </td>
                <td className={right}>{formatDuration(edge.p95_ms)}</td>
                <td className={right}>{formatDuration(edge.p50_ms)}</td>
                <td className={right}>{formatDuration(edge.p99_ms)}</td>
                <td className={right}>{formatCount(edge.calls)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Panel>
  )
}

/** What only its callers tell of has no spans to look for. */
const callsOf = ({ client, server, kind }: ServiceGraphEdge): string =>
  kind === 'SERVICE'
    ? `{ resource.service.name = ${JSON.stringify(client)} } && { resource.service.name = ${JSON.stringify(server)} }`
    : `{ resource.service.name = ${JSON.stringify(client)} && kind = ${kind === 'MESSAGING' ? 'producer' : 'client'} }`

const csvOfEdges = (edges: readonly ServiceGraphEdge[]): string =>
  [
    [
      'client',
      'server',
      'kind',
      'calls',
      'errors',
      'calls_per_second',
      'error_ratio',
      'p50_ms',
      'p95_ms',
      'p99_ms',
    ],
    ...edges.map((edge) => [
      ...[edge.client, edge.server, edge.kind],
      ...[edge.calls, edge.errors, edge.calls_per_second, edge.error_ratio].map(String),
      ...[edge.p50_ms, edge.p95_ms, edge.p99_ms].map(String),
    ]),
  ]
    .map((row) => row.map(cell).join(','))
    .join('\r\n')
