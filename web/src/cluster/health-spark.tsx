import type { ClusterHealthPeriod, ClusterType } from '@aiops/contract/model/cluster'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { client } from '../shell/api.ts'
import { useNow } from '../ui/use-now.ts'
import { stateLooks, typeLooks } from './cluster-look.ts'
import { bandOf, onlineShare, worstOf } from './health-band.ts'

const dayMs = 86_400_000
/** Half an hour each. */
const pieces = 48
/** A card that is scrolled past asks nothing of the server. */
const restMs = 250

/** Health of the last 24 hours: a bar for each half hour, as high as its lowest score, in the colour of its worst state. */
export function HealthSpark({ id, type }: { id: string; type: ClusterType }) {
  const [rested, setRested] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setRested(true), restMs)
    return () => clearTimeout(timer)
  }, [])
  const { data } = useQuery({
    queryKey: ['cluster-history', id, 'day'],
    queryFn: () =>
      client.listClusterHistory({
        params: { id },
        query: { start: new Date(Date.now() - dayMs).toISOString(), limit: 300 },
      }),
    enabled: rested,
    staleTime: 60_000,
    retry: false,
  })
  return <SparkBars periods={data?.periods} intervalMs={typeLooks[type].everySeconds * 1_000} />
}

function SparkBars({
  periods,
  intervalMs,
}: {
  periods: readonly ClusterHealthPeriod[] | undefined
  intervalMs: number
}) {
  // By the half minute: the bars are half an hour wide.
  const now = Math.floor(useNow() / 30_000) * 30_000
  const parts = bandOf(periods ?? [], now - dayMs, now, intervalMs)
  const share = onlineShare(parts)
  const label =
    share === null
      ? 'Health of the last 24 hours'
      : `Online ${Math.round(share * 100)} % of the last 24 hours`
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${pieces} 20`}
      preserveAspectRatio="none"
      className="h-5 w-full"
    >
      <title>{label}</title>
      {worstOf(parts, now - dayMs, now, pieces).map((period, i) => {
        const height = period ? 2 + (18 * period.health_score) / 100 : 1
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place
            key={i}
            x={i + 0.1}
            y={20 - height}
            width={0.8}
            height={height}
            fill={period ? stateLooks[period.state].fill : 'var(--line-strong)'}
            opacity={period?.state === 'ONLINE' ? 0.55 : 1}
          />
        )
      })}
    </svg>
  )
}
