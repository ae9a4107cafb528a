import type { TraceAnalysis } from '@aiops/contract/model/trace-analysis'
import type { UseQueryResult } from '@tanstack/react-query'
import { Failure } from '../ui/failure.tsx'
import { formatCount, formatDuration, formatPercent } from '../ui/format.ts'
import { Meter } from '../ui/meter.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { counted } from '../ui/words.ts'

const head = 'px-3 py-2 font-normal'
const figure = 'whitespace-nowrap px-3 py-1.5 text-right'
const spansMax = 25

/** The trace taken apart: who held it up, by service and by span. */
export function TraceAnalysisView({
  query,
  onOpen,
}: {
  query: UseQueryResult<TraceAnalysis>
  onOpen: (spanId: string) => void
}) {
  const { data, error, refetch } = query
  if (error) return <Failure error={error} onRetry={() => void refetch()} className="m-3" />
  if (!data)
    return (
      <div className="p-3">
        <SkeletonRows rows={8} />
      </div>
    )
  const onPath = data.services.reduce((sum, { critical_ms }) => sum + critical_ms, 0)
  return (
    <div className="grid grid-cols-1 gap-4 p-3 xl:grid-cols-2">
      <section className="min-w-0 overflow-x-auto">
        <h3 className="px-3 font-semibold">Services</h3>
        <table className="w-full min-w-[30rem]">
          <thead className="text-ink-mute text-xs">
            <tr>
              <th scope="col" className={`${head} text-left`}>
                Service
              </th>
              <th scope="col" className={`${head} text-left`}>
                On critical path
              </th>
              <th scope="col" className={`${head} text-right`}>
                Own time
              </th>
              <th scope="col" className={`${head} text-right`}>
                Spans
              </th>
              <th scope="col" className={`${head} text-right`}>
                Failed
              </th>
            </tr>
          </thead>
          <tbody>
            {data.services
              .toSorted((a, b) => b.critical_ms - a.critical_ms || b.self_ms - a.self_ms)
              .map((one) => (
                <tr key={one.service_name} className="border-t">
                  <td className="wrap-anywhere px-3 py-1.5 font-medium">{one.service_name}</td>
                  <td className="px-3 py-1.5">
                    <Share ms={one.critical_ms} of={onPath} />
                  </td>
                  <td className={figure}>{formatDuration(one.self_ms)}</td>
                  <td className={figure}>{formatCount(one.span_count)}</td>
                  <td className={one.error_count > 0 ? `${figure} text-critical` : figure}>
                    {formatCount(one.error_count)}
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      </section>
      <section className="min-w-0 overflow-x-auto">
        <h3 className="px-3 font-semibold">
          Spans by own time
          {data.spans.length > spansMax && (
            <span className="ml-2 font-normal text-ink-mute text-xs">
              the first {spansMax} of {counted(data.span_count, 'span')}
            </span>
          )}
        </h3>
        <table className="w-full min-w-[26rem]">
          <thead className="text-ink-mute text-xs">
            <tr>
              <th scope="col" className={`${head} text-left`}>
                Span
              </th>
              <th scope="col" className={`${head} text-left`}>
                On critical path
              </th>
              <th scope="col" className={`${head} text-right`}>
                Own time
              </th>
            </tr>
          </thead>
          <tbody>
            {data.spans.slice(0, spansMax).map((one) => (
              <tr key={one.span_id} className="border-t">
                <td className="wrap-anywhere px-3 py-1.5">
                  <button
                    type="button"
                    onClick={() => onOpen(one.span_id)}
                    className="text-left text-accent hover:underline"
                  >
                    {one.service_name} {one.operation_name}
                  </button>
                </td>
                <td className="px-3 py-1.5">
                  <Share ms={one.critical_ms} of={onPath} />
                </td>
                <td className={figure}>{formatDuration(one.self_ms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  )
}

function Share({ ms, of }: { ms: number; of: number }) {
  return (
    <span className="flex items-center gap-2 whitespace-nowrap">
      <span className="w-16">
        <Meter share={of > 0 ? ms / of : 0} label="Share of the critical path" />
      </span>
      {formatDuration(ms)} · {formatPercent(of > 0 ? ms / of : 0)}
    </span>
  )
}
