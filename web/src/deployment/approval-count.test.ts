import type { Deployment, DeploymentApproval } from '@aiops/contract/model/deployment'
import { expect, it } from 'vitest'
import { approvalCount, movedSince } from './approval-count.ts'

const approval = (by: string, more: Partial<DeploymentApproval> = {}): DeploymentApproval => ({
  ...{ by, at: '2026-01-01T00:00:00Z', head_sha: 'head', plan_sha256: 'plan', via: 'API', comment: null },
  ...more,
})
const deployment = (approvals: DeploymentApproval[], need: number | null = 2): Deployment =>
  ({
    ...{ head_sha: 'head', plan: { sha256: 'plan' }, approvals },
    policy: need === null ? null : { approvals_needed: need },
  }) as Deployment

it('counts each person once, and only for the head and plan that stand', () => {
  const approvals = [
    ...[approval('Anna'), approval('anna', { via: 'FORGE' }), approval('ben', { head_sha: 'older' })],
    ...[approval('carl', { plan_sha256: 'older' }), approval('policy', { via: 'POLICY' })],
  ]
  const one = deployment(approvals)
  expect(approvalCount(one)).toEqual({ have: 1, need: 2 })
  expect(approvals.map((given) => movedSince(one, given))).toEqual([
    ...[undefined, undefined, 'head', 'plan', undefined],
  ])
})

it('says that the policy was not asked yet', () => {
  expect(approvalCount(deployment([], null))).toEqual({ have: 0, need: null })
})

it('takes an approval without a plan as one of no plan', () => {
  const bare = { ...deployment([]), plan: null }
  expect(movedSince(bare, approval('anna', { plan_sha256: '' }))).toBeUndefined()
  expect(movedSince(bare, approval('anna'))).toBe('plan')
})
