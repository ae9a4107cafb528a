import type { Deployment } from '@aiops/contract/model/deployment'
import type { TenantId } from '@aiops/contract/model/tenant'
import { isoTime } from '../../../kernel/clock.ts'
import type { DeploymentConfig } from './config.ts'
import type { FlowDeps } from './flow-deps.ts'
import { change } from './person.ts'

const hourMs = 3_600_000

/** Says which requests lie about, and which overrides nobody has looked at in time. Each is said once. */
export async function notice(
  deps: FlowDeps,
  config: Pick<DeploymentConfig, 'stale_hours'>,
  tenants: readonly TenantId[],
): Promise<void> {
  for (const tenant of tenants) await stale(deps, config, tenant)
  const nowMs = deps.clock.now()
  for (const { tenant, deployment, work } of await deps.deployments.unreviewed(1_000)) {
    const dueMs = Date.parse(deployment.override?.review_by ?? '')
    if (work.reviewReminded || nowMs < dueMs) continue
    await deps.alert(tenant, {
      ...{ name: 'EmergencyOverrideNotReviewed', severity: 'warning', service: deployment.service },
      deploymentId: deployment.id,
      summary: `The emergency override of "${deployment.title}" was to be reviewed by ${isoTime(dueMs)} and was not.`,
    })
    await change(deps, tenant, deployment.id, () => ({ work: { reviewReminded: true } }))
  }
}

async function stale(
  deps: FlowDeps,
  config: Pick<DeploymentConfig, 'stale_hours'>,
  tenant: TenantId,
): Promise<void> {
  const states = ['PROPOSED', 'REQUESTED', 'PLANNED', 'AWAITING_APPROVAL', 'APPROVED'] as const
  const { deployments } = await deps.deployments.list(tenant, {
    services: [],
    states,
    limit: 1_000,
    offset: 0,
  })
  for (const deployment of deployments) await staleOne(deps, config, tenant, deployment)
}

async function staleOne(
  deps: FlowDeps,
  config: Pick<DeploymentConfig, 'stale_hours'>,
  tenant: TenantId,
  { id, created_at, service, title }: Deployment,
): Promise<void> {
  const ageHours = (deps.clock.now() - Date.parse(created_at)) / hourMs
  const reached = Math.max(0, ...config.stale_hours.filter((hours) => hours <= ageHours))
  const stored = reached > 0 ? await deps.deployments.get(tenant, id) : undefined
  if (!stored || stored.work.staleHours >= reached) return
  const isLast = reached === Math.max(...config.stale_hours)
  await deps.alert(tenant, {
    ...{ name: 'DeploymentStale', severity: isLast ? 'warning' : 'info', service, deploymentId: id },
    summary: `"${title}" has been open for ${reached} hours; approve or close it.`,
  })
  await change(deps, tenant, id, () => ({ work: { staleHours: reached } }))
}
