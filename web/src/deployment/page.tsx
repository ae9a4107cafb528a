import type { Deployment } from '@aiops/contract/model/deployment'
import { getRouteApi, Link } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import { PageTitle } from '../shell/page-title.tsx'
import { Failure } from '../ui/failure.tsx'
import { Moment } from '../ui/moment.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { useWide } from '../ui/use-wide.ts'
import { isBeforeApply } from './allowed.ts'
import { ApprovalPanel } from './approval-panel.tsx'
import { ChangePanel } from './change-panel.tsx'
import { CoursePanel } from './course-panel.tsx'
import { HoldBanner } from './hold-banner.tsx'
import { OverridePanel } from './override-panel.tsx'
import { PlanPanel } from './plan-panel.tsx'
import { PolicyPanel } from './policy-panel.tsx'
import { StandingPanel } from './standing-panel.tsx'
import { EmergencyBadge, StateBadge } from './state-badge.tsx'
import { useDeployment } from './use-deployments.ts'
import { VerificationPanel } from './verification-panel.tsx'

const route = getRouteApi('/deployments/$id')

/** One change through Git, from its proposal to what became of it. */
export function DeploymentPage() {
  const { id } = route.useParams()
  const { data, error, refetch } = useDeployment(id)
  return (
    <>
      <Link to="/deployments" className="mb-2 inline-flex items-center gap-1 text-accent hover:underline">
        <ArrowLeft aria-hidden className="size-4" /> Deployments
      </Link>
      <PageTitle title={data?.title ?? 'Deployment'}>
        {data && <StateBadge state={data.state} />}
        {data?.emergency && <EmergencyBadge />}
      </PageTitle>
      {error && <Failure error={error} onRetry={() => void refetch()} className="mb-4" />}
      {!data && !error && <SkeletonRows rows={12} />}
      {data && <DeploymentBody key={data.id} deployment={data} />}
    </>
  )
}

/** Left what it is, right how far it came. On narrow screens the course comes right after what it changes. */
function DeploymentBody({ deployment }: { deployment: Deployment }) {
  const wide = useWide()
  const { service, author, created_at, state } = deployment
  const passesFreezes = deployment.reverts !== null || deployment.override !== null
  const beside = (
    <>
      <CoursePanel deployment={deployment} />
      <ApprovalPanel deployment={deployment} />
    </>
  )
  return (
    <>
      <p className="-mt-2 mb-4 text-ink-soft">
        <Link
          to="/cost"
          search={{ tab: 'decisions', service: [service] }}
          title={`Decisions about ${service}`}
          className="text-accent hover:underline"
        >
          {service}
        </Link>
        , proposed by {author} <Moment at={created_at} form="ago" />,{' '}
        <Link
          to="/incidents"
          search={{ entity: `service/${service}` }}
          className="text-accent hover:underline"
        >
          incidents of it
        </Link>
      </p>
      {isBeforeApply(state) && <HoldBanner passesFreezes={passesFreezes} />}
      <StandingPanel deployment={deployment} />
      <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-[minmax(0,1fr)_25rem]">
        <div className="min-w-0 space-y-4">
          <ChangePanel deployment={deployment} />
          {!wide && beside}
          <OverridePanel deployment={deployment} />
          <VerificationPanel deployment={deployment} />
          <PlanPanel deployment={deployment} />
          {!wide && <PolicyPanel deployment={deployment} />}
        </div>
        {wide && (
          <div className="min-w-0 space-y-4">
            {beside}
            <PolicyPanel deployment={deployment} />
          </div>
        )}
      </div>
    </>
  )
}
