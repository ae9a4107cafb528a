import type { Deployment, DeploymentApproval } from '@aiops/contract/model/deployment'
import { isoTime } from '../../../kernel/clock.ts'
import type { DeploymentWork } from '../../../port/deployment-repository.ts'
import type { ForgeApproval, ForgeMergeRequest } from '../../../port/forge.ts'
import type { DeploymentConfig } from './config.ts'

/** What tells one approval from another at a forge. */
export const approvalKey = ({ by, headSha, atMs }: ForgeApproval): string =>
  JSON.stringify([by, headSha, atMs])

/** What an approval of no plan is bound to. */
export const planShaOf = ({ plan }: Pick<Deployment, 'plan'>): string => plan?.sha256 ?? ''

/**
 * Approvals that hold: of this head and this plan, by people who are neither its author nor the platform. At the forge that is one given
 * after the plan could be seen there; one that was taken back there is gone. Each person counts once, by the name here.
 */
export function validApprovals(
  deployment: Deployment,
  work: DeploymentWork,
  request: ForgeMergeRequest,
  self: string,
  config: Pick<DeploymentConfig, 'bots' | 'people'>,
): DeploymentApproval[] {
  const head = deployment.head_sha
  const plan = planShaOf(deployment)
  const before = work.plan?.approvalsBefore
  const found = new Map<string, DeploymentApproval>()
  if (head === null || !before) return []
  const mayNot = excluded(deployment, self, config)
  for (const one of deployment.approvals)
    if (one.via === 'API' && one.head_sha === head && one.plan_sha256 === plan && !mayNot(one.by))
      found.set(nameOf(one.by, config), one)
  for (const one of request.approvals) {
    // A forge that does not say of which commit it was given approves none.
    if (one.headSha !== head || before.includes(approvalKey(one)) || mayNot(one.by)) continue
    const by = nameOf(one.by, config)
    if (!found.has(by))
      found.set(by, {
        ...{ by: one.by, at: isoTime(one.atMs), head_sha: head, plan_sha256: plan },
        ...{ via: 'FORGE', comment: null },
      })
  }
  return [...found.values()]
}

/** Who may never approve this one, by any of their names. */
export function excluded(
  deployment: Pick<Deployment, 'author' | 'proposed_by'>,
  self: string,
  config: Pick<DeploymentConfig, 'bots' | 'people'>,
): (by: string) => boolean {
  const never = [deployment.author, deployment.proposed_by ?? self, self, ...config.bots]
  const names = new Set(never.map((name) => nameOf(name, config)))
  return (by) => names.has(nameOf(by, config))
}

const nameOf = (login: string, { people }: Pick<DeploymentConfig, 'people'>): string =>
  (Object.hasOwn(people, login) ? (people[login] ?? login) : login).toLowerCase()
