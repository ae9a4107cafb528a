import { lazy, Suspense } from 'react'
import { FleetPanel } from '../cluster/fleet-panel.tsx'
import { PageTitle } from '../shell/page-title.tsx'
import { Failure } from '../ui/failure.tsx'
import { Skeleton, SkeletonRows } from '../ui/skeleton.tsx'
import { CostTile } from './cost-tile.tsx'
import { Funnel } from './funnel.tsx'
import { HealthBanner } from './health-banner.tsx'
import { isAlone } from './health-text.ts'
import { OpenIncidents } from './open-incidents.tsx'
import { SendPanel } from './send-panel.tsx'
import { SignalRates } from './signal-rates.tsx'
import { useOverview } from './use-overview.ts'

/** Comes after the words and numbers: it brings the charts with it. */
const HostPanel = lazy(() => import('./host-panel.tsx').then((m) => ({ default: m.HostPanel })))

/** What is wrong comes first, what it costs and what comes in after it; where nothing reports yet, how to begin. */
export function OverviewPage() {
  const { data, error, refetch } = useOverview()
  const open = data?.stats.open_incidents ?? 0
  return (
    <>
      <PageTitle title="Overview" tab={open > 0 ? `(${open}) Overview` : 'Overview'} />
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <SkeletonRows rows={10} />}
      {data && (
        <div className="space-y-4">
          <HealthBanner overview={data} stale={error} />
          {isAlone(data) && <SendPanel />}
          <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
            <div className="min-w-0 space-y-4">
              <OpenIncidents />
              <FleetPanel />
            </div>
            <Funnel funnel={data.funnel} />
          </div>
          <CostTile />
          <SignalRates stats={data.stats} />
          {data.host && (
            <Suspense fallback={<Skeleton className="h-96" />}>
              <HostPanel host={data.host} />
            </Suspense>
          )}
        </div>
      )}
    </>
  )
}
