import { Filter } from 'lucide-react'
import type { Range } from '../series/range.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { Panel } from '../ui/panel.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { counted } from '../ui/words.ts'
import { useLogPatterns } from './use-log-patterns.ts'

/** What the program's statements were, rather than what each wrote: variable parts are `<_>`. */
export function LogPatterns({
  query,
  range,
  onChoose,
}: {
  query: string
  range: Range
  onChoose: (pattern: string) => void
}) {
  const { data, error, refetch } = useLogPatterns(query, range)
  const total = (data ?? []).reduce((sum, { count }) => sum + count, 0)
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={8} />
  return (
    <Panel
      title="Patterns"
      note={`${counted(data.length, 'statement')} wrote ${counted(total, 'line')}; at most the newest 50,000 are looked at`}
      bodyClassName="p-0"
    >
      {data.length === 0 ? (
        <Empty icon={Filter} title="No line fits in this range">
          Choose a longer range or fewer conditions.
        </Empty>
      ) : (
        <table className="w-full">
          <thead className="text-ink-mute text-xs">
            <tr>
              <th scope="col" className="px-4 py-2 text-right font-normal">
                Lines
              </th>
              <th scope="col" className="px-2 py-2 text-right font-normal">
                Share
              </th>
              <th scope="col" className="px-2 py-2 text-left font-normal">
                Pattern
              </th>
              <th scope="col">
                <span className="sr-only">Filter</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data.map(({ pattern, count }) => (
              <tr key={pattern} className="border-t align-top">
                <td className="whitespace-nowrap px-4 py-1.5 text-right">{count.toLocaleString('en-US')}</td>
                <td className="whitespace-nowrap px-2 py-1.5 text-right text-ink-mute">
                  {((count / total) * 100).toFixed(1)} %
                </td>
                <td className="wrap-anywhere w-full px-2 py-1.5 font-mono text-xs">{pattern}</td>
                <td className="px-2 py-1">
                  <Button look="quiet" size="small" onClick={() => onChoose(pattern)}>
                    Only these
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  )
}
