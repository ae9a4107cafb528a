import type { DeploymentApproval } from '@aiops/contract/model/deployment'
import type { MergeRequestDetail } from '@aiops/contract/model/merge-request'
import { Link } from '@tanstack/react-router'
import { StateBadge } from '../deployment/state-badge.tsx'
import { useDeploymentOf } from '../deployment/use-deployments.ts'

/** Of a request that the platform itself made: which deployment it is the review of. */
export function DeploymentNote({ request }: { request: MergeRequestDetail }) {
  const deployment = useDeploymentOf(request)
  const isOfThis = ({ via, head_sha }: DeploymentApproval): boolean =>
    via === 'API' && head_sha === request.head_sha
  if (!deployment) return null
  const people = [...new Set(deployment.approvals.filter(isOfThis).map(({ by }) => by))]
  return (
    <div className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md border bg-low-soft px-4 py-2">
      <StateBadge state={deployment.state} />
      <span className="min-w-0 flex-1 basis-60">
        It is the review of a deployment, which has the plan and what the policy says.
        {request.state === 'OPEN' && ' The platform merges it once enough people have approved.'}
        {people.length > 0 && ` Approved there by ${people.join(', ')}.`}
      </span>
      <Link
        to="/deployments/$id"
        params={{ id: deployment.id }}
        className="font-medium text-accent hover:underline"
      >
        To the deployment
      </Link>
    </div>
  )
}
