import type { Deployment, DeploymentApproval } from '@aiops/contract/model/deployment'

/** Whether it is of the head and the plan that stand now; else which of them moved. */
export function movedSince(
  { head_sha, plan }: Pick<Deployment, 'head_sha' | 'plan'>,
  approval: DeploymentApproval,
): 'head' | 'plan' | undefined {
  if (approval.head_sha !== head_sha) return 'head'
  return approval.plan_sha256 === (plan?.sha256 ?? '') ? undefined : 'plan'
}

/** People whose approval counts now, each once, of how many the policy asks for; null where it has not been asked yet. */
export function approvalCount(deployment: Deployment): { have: number; need: number | null } {
  const people = deployment.approvals.filter(
    (one) => one.via !== 'POLICY' && movedSince(deployment, one) === undefined,
  )
  return {
    have: new Set(people.map(({ by }) => by.toLowerCase())).size,
    need: deployment.policy?.approvals_needed ?? null,
  }
}
