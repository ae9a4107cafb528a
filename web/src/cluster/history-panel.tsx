import type { Cluster } from '@aiops/contract/model/cluster'
import { useMemo } from 'react'
import { Failure } from '../ui/failure.tsx'
import { formatPercent, missing } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useNow } from '../ui/use-now.ts'
import { stateLooks, states, typeLooks } from './cluster-look.ts'
import { bandOf, onlineShare } from './health-band.ts'
import { HealthChart } from './health-chart.tsx'
import { useClusterHistory } from './use-cluster.ts'

const weekMs = 7 * 86_400_000

/** Seven days of health. */
export function HistoryPanel({ cluster }: { cluster: Cluster }) {
  const { data, error, refetch } = useClusterHistory(cluster.id)
  const now = Math.floor(useNow() / 60_000) * 60_000
  const interval = typeLooks[cluster.cluster_type].everySeconds * 1_000
  const parts = useMemo(() => {
    if (!data) return undefined
    const oldest = data.periods.at(-1)
    // Where more happened than is answered, the band begins where the answer does.
    const from = data.truncated && oldest ? Math.max(now - weekMs, Date.parse(oldest.from)) : now - weekMs
    return bandOf(data.periods, from, now, interval)
  }, [data, now, interval])
  const share = parts ? onlineShare(parts) : null
  return (
    <Panel
      title="Health of the last seven days"
      note={
        parts &&
        (share === null
          ? 'nothing was checked'
          : `online ${share === 1 ? '100 %' : formatPercent(share)} of the time that was checked`)
      }
      actions={
        <ul className="flex flex-wrap gap-x-3 text-ink-soft text-xs">
          {states.map((state) => (
            <li key={state} className="inline-flex items-center gap-1">
              <span
                aria-hidden
                className="size-2.5 rounded-sm"
                style={{ background: stateLooks[state].fill }}
              />
              {stateLooks[state].word}
            </li>
          ))}
          <li className="inline-flex items-center gap-1">
            <span aria-hidden className="size-2.5 rounded-sm border border-line-strong border-dashed" />
            not checked
          </li>
        </ul>
      }
    >
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {!parts && !error && <Skeleton className="h-20" />}
      {parts && <HealthChart parts={parts} />}
      {parts?.length === 0 && missing}
      {data?.truncated && (
        <p className="mt-2 text-ink-mute text-xs">
          More happened than is shown: it begins later than seven days ago.
        </p>
      )}
    </Panel>
  )
}
