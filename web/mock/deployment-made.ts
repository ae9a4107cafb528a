/** Deployments of the stand-in: one in each state, and a tail of older ones. */
import type { Deployment } from '@aiops/contract/model/deployment'
import {
  ago,
  approvedBy,
  began,
  checks,
  deploymentOf,
  iso,
  minuteMs,
  needsOne,
  policyOf,
  riskyPlan,
  shaOf,
  stepsOf,
  upTo,
} from './deployment-part.ts'

export const makeDeployments = (): Deployment[] => [
  deploymentOf('d-proposed', {
    ...{ steps: stepsOf([['PROPOSED', 0.2]]), branch: null, head_sha: null, merge_request: null },
    ...{ plan: null, policy: null },
  }),
  deploymentOf('dep-1042', {
    steps: upTo(
      ['AWAITING_APPROVAL', 60],
      [
        'REQUESTED',
        20,
        'The files of the stack at main are others than those that were planned; it is planned again.',
      ],
      ['PLANNED', 18],
      ['AWAITING_APPROVAL', 17, 'Waits for 1 of 2 approvals.'],
    ),
    policy: {
      ...needsOne,
      approvals_needed: 2,
      rules: [
        ...needsOne.rules,
        {
          ...{ name: 'tier-one', outcome: 'REQUIRE_APPROVAL', reason: 'A service of tier 1: two people.' },
          overridden: false,
        },
      ],
    },
    approvals: [
      { ...approvedBy('dep-1042', 'ben'), at: ago(12) },
      {
        ...approvedBy('dep-1042', 'carla'),
        plan_sha256: shaOf('older plan', 64),
        comment: 'Looks right.',
        via: 'API',
      },
      { ...approvedBy('dep-1042', 'dmitri'), head_sha: shaOf('older head') },
    ],
  }),
  deploymentOf('dep-0977', {
    ...{
      title: 'Emergency: leave alicloud cn-hangzhou for aws eu-west-1',
      service: 'checkout',
      emergency: true,
    },
    explanation: 'The provider answers nothing since 4 minutes, and the error ratio of checkout is 38 %.',
    steps: upTo(['APPROVED', 60, 'Approved: policy.'], ['MERGED', 59], ['APPLYING', 58], ['VERIFYING', 6]),
    ...{
      merged_sha: shaOf('merged e'),
      verification: checks(0.2, true),
      verify_until: iso(Date.now() + 24 * minuteMs),
    },
    approvals: [{ ...approvedBy('dep-0977', 'policy'), via: 'POLICY', comment: 'sha256:5b1d0c9a4e77' }],
    policy: policyOf('ALLOW', 0, [
      [
        'cost-delta',
        'REQUIRE_APPROVAL',
        'Dearer by limits.cost_delta_percent_max or more, or nobody knows by how much.',
        true,
      ],
      ['saving', 'REQUIRE_APPROVAL', 'The saving may be none.', true],
    ]),
    override: {
      signals: [
        'incident INC-42: checkout unavailable, CRITICAL',
        'swen_service_latency: no reading since 4 min',
      ],
      ...{ expires_at: iso(Date.now() + 20 * minuteMs), review_by: iso(Date.now() + 47 * 60 * minuteMs) },
      reviewed_by: null,
    },
  }),
  deploymentOf('d-denied', {
    ...{
      title: 'Upgrade the database of orders',
      service: 'orders',
      author: 'erik',
      decision_id: null,
      plan: riskyPlan(),
    },
    steps: upTo(['DENIED', 60, 'The policy denies it: stateful-at-risk, runs-code.']),
    policy: policyOf('DENY', 1, [
      ['stateful-at-risk', 'DENY', 'The plan replaces or deletes something that holds data.'],
      [
        'runs-code',
        'DENY',
        'The plan would run programs on the machine that applies it, or fetch from elsewhere.',
      ],
      [
        'drift',
        'REQUIRE_APPROVAL',
        'Something was changed outside of Git since the last apply; the plan would undo or keep it.',
      ],
      ['no-decision', 'REQUIRE_APPROVAL', 'A person proposed it, or nothing says what was decided.'],
    ]),
  }),
  deploymentOf('d-no-engine', {
    ...{
      title: 'Give search a second region',
      service: 'search',
      author: 'mara',
      decision_id: null,
      plan: null,
    },
    no_plan_reason: 'No plan was run: there is neither OpenTofu nor Terraform on this machine.',
    steps: stepsOf([...began, ['AWAITING_APPROVAL', 60]]),
    policy: policyOf('REQUIRE_APPROVAL', 1, [
      ['no-plan', 'REQUIRE_APPROVAL', 'No plan was run, so nobody knows what would change.'],
    ]),
    merge_request: { number: 311, url: 'https://gitlab.example/platform/infra/-/merge_requests/311' },
  }),
  deploymentOf('d-reverting', {
    steps: upTo(
      ['AWAITING_APPROVAL', 60],
      ['APPROVED', 41],
      ['MERGED', 40],
      ['APPLYING', 40],
      ['VERIFYING', 33],
      ['REVERTING', 4, 'Out of its limits: latency p95 0.182 before, 0.611 after.'],
    ),
    ...{ merged_sha: shaOf('merged r'), verification: checks(0.611, false), reverted_by: 'd-takes-back' },
    ...{
      failure: 'Out of its limits: latency p95 0.182 before, 0.611 after.',
      approvals: [approvedBy('d-reverting')],
    },
  }),
  deploymentOf('d-takes-back', {
    ...{
      title: 'Revert: Move cart to m7g.xlarge in eu-west-1',
      reverts: 'd-reverting',
      explanation: 'Out of its limits: latency p95.',
    },
    ...{
      steps: stepsOf([
        ['PROPOSED', 4],
        ['REQUESTED', 3],
      ]),
      plan: null,
      policy: null,
    },
  }),
  deploymentOf('d-failed', {
    ...{ title: 'Consolidate reporting onto two nodes', service: 'reporting', merged_sha: shaOf('merged f') },
    steps: upTo(
      ['APPROVED', 50],
      ['MERGED', 49],
      ['APPLYING', 49],
      ['FAILED', 45, 'The apply failed.', 'aiops-bot'],
    ),
    failure:
      'The apply failed: creating EKS Node Group (reporting:workers): InvalidParameterException: Subnets are not tagged with the required tag kubernetes.io/cluster/reporting. Taking it back ended as DENIED (d-91): it still runs.',
    ...{ reverted_by: 'd-takes-back', approvals: [approvedBy('d-failed')] },
  }),
  deploymentOf('dep-1031', {
    steps: upTo(
      ['AWAITING_APPROVAL', 60],
      ['APPROVED', 55],
      ['MERGED', 55],
      ['APPLYING', 54],
      ['VERIFYING', 48],
      ['KEPT', 18],
    ),
    ...{
      merged_sha: shaOf('merged k'),
      verification: checks(0.171, true),
      approvals: [approvedBy('dep-1031')],
    },
  }),
  deploymentOf('d-reverted', {
    ...{
      title: 'Move search to spot capacity',
      service: 'search',
      reverted_by: 'd-takes-back',
      merged_sha: shaOf('m'),
    },
    steps: upTo(
      ['APPROVED', 60],
      ['MERGED', 59],
      ['APPLYING', 58],
      ['VERIFYING', 50],
      ['REVERTING', 44],
      ['REVERTED', 30],
    ),
    ...{ failure: 'Reverted by anna: interruptions every few minutes.', verification: checks(0.2, true) },
  }),
  deploymentOf('d-closed', { steps: upTo(['CLOSED', 10, 'Closed by anna: superseded.', 'anna']) }),
  ...Array.from({ length: 41 }, (_, i) =>
    deploymentOf(`d-old-${i}`, {
      ...{ service: ['cart', 'search', 'reporting'][i % 3] ?? 'cart', merged_sha: shaOf(`old ${i}`) },
      policy: policyOf('ALLOW', 0, []),
      steps: stepsOf([
        ['PROPOSED', 1_500 + i * 700],
        ['REQUESTED', 1_499 + i * 700],
        ['PLANNED', 1_498 + i * 700],
        ['APPROVED', 1_497 + i * 700, 'Approved: policy.'],
        ['MERGED', 1_496 + i * 700],
        ['APPLYING', 1_495 + i * 700],
        ['VERIFYING', 1_490 + i * 700],
        ['KEPT', 1_460 + i * 700],
      ]),
    }),
  ),
]
