import type { IncidentDetail } from '@aiops/contract/model/incident'
import { getRouteApi, Link } from '@tanstack/react-router'
import { PageTitle } from '../shell/page-title.tsx'
import { Failure } from '../ui/failure.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { useWide } from '../ui/use-wide.ts'
import { CausalChain } from './causal-chain.tsx'
import { CausalGraph } from './causal-graph.tsx'
import { CausePanel } from './cause-panel.tsx'
import { ChangePanel } from './change-panel.tsx'
import { CheckedPanel } from './checked-panel.tsx'
import { DeploymentPanel } from './deployment-panel.tsx'
import { IncidentHeader } from './incident-header.tsx'
import { LinkPanel } from './link-panel.tsx'
import { MemberPanel } from './member-panel.tsx'
import { RemediationPanel } from './remediation-panel.tsx'
import { SimilarPanel } from './similar-panel.tsx'
import { TimelinePanel } from './timeline-panel.tsx'
import { useIncident } from './use-incident.ts'

const route = getRouteApi('/incidents/$id')

export function IncidentPage() {
  const { id } = route.useParams()
  const { data, error, refetch } = useIncident(id)
  if (data) return <IncidentBody incident={data} />
  return (
    <>
      <PageTitle title="Incident" />
      {error ? (
        <>
          <Failure error={error} onRetry={() => void refetch()} />
          <Link to="/incidents" className="mt-3 inline-block font-medium text-accent hover:underline">
            All incidents
          </Link>
        </>
      ) : (
        <SkeletonRows rows={12} />
      )}
    </>
  )
}

/** Left what happened and why, right what is done about it. On narrow screens the deed comes right after the cause. */
function IncidentBody({ incident }: { incident: IncidentDetail }) {
  const { diagnosis } = incident
  const wide = useWide()
  return (
    <>
      <IncidentHeader incident={incident} />
      <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-[minmax(0,1fr)_25rem]">
        <div className="min-w-0 space-y-4">
          <CausePanel incident={incident} />
          {!wide && <RemediationPanel incident={incident} />}
          {diagnosis && diagnosis.causal_chain.length > 0 && <CausalChain diagnosis={diagnosis} />}
          <CausalGraph incident={incident} />
          {diagnosis && diagnosis.checked.length > 0 && <CheckedPanel diagnosis={diagnosis} />}
          <MemberPanel incident={incident} />
        </div>
        <div className="min-w-0 space-y-4">
          {wide && <RemediationPanel incident={incident} />}
          <ChangePanel incident={incident} />
          <DeploymentPanel incident={incident} />
          <SimilarPanel incident={incident} />
          <LinkPanel incident={incident} />
          <TimelinePanel incident={incident} />
        </div>
      </div>
    </>
  )
}
