import type { Deployment } from '@aiops/contract/model/deployment'
import { Link } from '@tanstack/react-router'
import { Moment } from '../ui/moment.tsx'
import { isOver } from './allowed.ts'
import { approvalCount } from './approval-count.ts'
import { PlanSummaryText } from './plan-summary-text.tsx'
import { EmergencyBadge, StateBadge } from './state-badge.tsx'

/** A table row; on narrow screens a card. */
export function DeploymentRow({ deployment }: { deployment: Deployment }) {
  const { id, title, service, author, state, emergency, created_at } = deployment
  return (
    <tr className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t px-4 py-2.5 max-md:first:border-t-0 hover:bg-sunken/60 md:table-row md:px-0">
      <td className="md:py-2 md:pl-4">
        <StateBadge state={state} />
      </td>
      <td className="order-last basis-full md:order-none md:py-2 md:pr-4">
        <Link
          to="/deployments/$id"
          params={{ id }}
          className="inline-block break-words py-0.5 font-medium hover:underline"
        >
          {title}
        </Link>{' '}
        {emergency && <EmergencyBadge />}
        <span className="block text-ink-mute text-xs lg:hidden">
          {service}, by {author}
        </span>
      </td>
      <td className="hidden truncate pr-4 lg:table-cell" title={service}>
        {service}
      </td>
      <td className="order-last basis-full pr-4 md:order-none md:py-2">
        <PlanSummaryText deployment={deployment} />
      </td>
      <td className="md:pr-4 max-md:text-ink-soft">
        <ApprovalText deployment={deployment} />
      </td>
      <td className="hidden truncate pr-4 xl:table-cell" title={author}>
        {author}
      </td>
      <td className="ml-auto whitespace-nowrap text-ink-soft md:py-2 md:pr-4">
        <Moment at={created_at} form="ago" />
      </td>
    </tr>
  )
}

/** How many have approved what stands now, of how many are needed. */
export function ApprovalText({ deployment }: { deployment: Deployment }) {
  const { have, need } = approvalCount(deployment)
  if (need === null) return <span className="text-ink-mute max-md:hidden">–</span>
  if (deployment.policy?.outcome === 'DENY') return <span className="text-ink-mute">denied</span>
  if (need === 0) return <span title="The policy asks for no approval">none needed</span>
  return (
    <span
      title={`${have} of ${need} approvals of this head and plan`}
      className={have < need && !isOver(deployment.state) ? 'font-medium text-medium' : ''}
    >
      {have}/{need} <span className="md:sr-only">approved</span>
    </span>
  )
}
