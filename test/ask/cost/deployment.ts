import type { Api } from '@aiops/contract/api/index'
import type { OperationOutput } from '@aiops/contract/api/operation'
import type { Deployment } from '@aiops/contract/model/deployment'
import type { DriftCheck } from '@aiops/contract/model/drift'
import { hourly } from '@aiops/contract/model/money'
import type { PlanChange, PlanSummary } from '@aiops/contract/model/plan'
import { decisions, deploymentIds } from './decision.ts'
import { minutesBefore } from './fact.ts'

const change = (address: string, action: PlanChange['action'], stateful = false): PlanChange => ({
  ...{ address, module: '', mode: 'MANAGED', type: address.split('.')[0]!, name: address.split('.')[1]! },
  ...{
    provider: 'registry.opentofu.org/hashicorp/aws',
    action,
    before: {},
    after: {},
    changed: ['provider'],
  },
  ...{ replace_paths: [], stateful, service: null },
})

function planOf(changes: readonly PlanChange[], delta: number): PlanSummary {
  const count = (action: string): number => changes.filter((one) => one.action === action).length
  return {
    ...{ engine: 'OPENTOFU', version: '1.10.6', sha256: 'ab'.repeat(32) },
    summary: {
      ...{ creates: count('CREATE'), updates: count('UPDATE'), replaces: count('REPLACE') },
      ...{ deletes: count('DELETE'), forgets: 0, no_ops: 0 },
    },
    changes: [...changes],
    stateful: changes
      .filter(({ stateful }) => stateful)
      .map(({ address, type, action }) => ({
        ...{ address, type, action, at_risk: true, reason: 'a database', service: null },
      })),
    ...{ drift: [], outputs_changed: [], services: [], executes: [] },
    cost: {
      ...{ hourly_delta_usd: hourly(delta), known_hourly_delta_usd: hourly(delta), known: [], unknown: [] },
      source: 'list-2026',
    },
  }
}

const base = {
  ...{ explanation: '', repository: 'infra', stack: 'prod', emergency: false, override: null },
  ...{ branch: 'aiops/change', head_sha: 'c'.repeat(40), no_plan_reason: null, verify_until: null },
  ...{ merged_sha: null, verification: [], reverts: null, reverted_by: null, failure: null, steps: [] },
} satisfies Partial<Deployment>

const judged = { policy_version: 'p1', inputs_sha256: 'd'.repeat(64), at: minutesBefore(80) }
const provider = (service: string, before: string, after: string): Deployment['changes'] => [
  { file: 'envs/prod/terraform.tfvars', variable: `${service}_provider`, before, after },
]

export const deployments: readonly Deployment[] = [
  {
    ...base,
    ...{ id: deploymentIds.pilotage, service: 'pilotage', author: 'aiops-bot', state: 'AWAITING_APPROVAL' },
    ...{ title: 'Move pilotage from aws to alibaba', changes: provider('pilotage', 'aws', 'alibaba') },
    ...{ decision_id: decisions[1]!.id, created_at: minutesBefore(85), updated_at: minutesBefore(80) },
    merge_request: { number: 3, url: 'https://forge.harbour.example/infra/3' },
    plan: planOf(
      [change('alicloud_instance.pilotage', 'CREATE'), change('aws_instance.pilotage', 'DELETE')],
      -0.3,
    ),
    policy: {
      ...{ outcome: 'REQUIRE_APPROVAL', approvals_needed: 1, ...judged },
      rules: [
        {
          ...{ name: 'uncalibrated', outcome: 'REQUIRE_APPROVAL', overridden: false },
          reason: 'There are too few outcomes to say what such a confidence is worth.',
        },
      ],
    },
    approvals: [],
  },
  {
    ...base,
    ...{ id: deploymentIds.freight, service: 'freight', author: 'anna', state: 'DENIED', decision_id: null },
    ...{ title: 'Move freight to alibaba', changes: provider('freight', 'aws', 'alibaba') },
    ...{ created_at: minutesBefore(400), updated_at: minutesBefore(390) },
    merge_request: { number: 2, url: 'https://forge.harbour.example/infra/2' },
    plan: planOf([change('aws_db_instance.freight', 'REPLACE', true)], 0.12),
    policy: {
      ...{ outcome: 'DENY', approvals_needed: 0, ...judged },
      rules: [
        {
          ...{ name: 'stateful-at-risk', outcome: 'DENY', overridden: false },
          reason: 'The plan replaces or deletes something that holds data.',
        },
      ],
    },
    ...{ approvals: [], failure: 'Denied by the policy: stateful-at-risk.' },
  },
  {
    ...base,
    ...{
      id: deploymentIds.stowage,
      service: 'stowage',
      author: 'aiops-bot',
      state: 'KEPT',
      decision_id: null,
    },
    ...{ title: 'Move stowage to alibaba', changes: provider('stowage', 'aws', 'alibaba') },
    ...{ created_at: minutesBefore(8_100), updated_at: minutesBefore(8_000) },
    merge_request: { number: 1, url: 'https://forge.harbour.example/infra/1' },
    plan: planOf([change('alicloud_instance.stowage', 'CREATE')], -0.15),
    policy: { ...{ outcome: 'REQUIRE_APPROVAL', approvals_needed: 1, ...judged, rules: [] } },
    approvals: [
      {
        ...{ by: 'dana', at: minutesBefore(8_010), head_sha: 'c'.repeat(40), plan_sha256: 'ab'.repeat(32) },
        ...{ via: 'FORGE', comment: null },
      },
    ],
    verification: [
      { ...{ name: 'latency', query: null, before: 60, after: 70 }, limit: 'at most 120', passed: true },
    ],
  },
]

export const driftChecks: DriftCheck[] = [
  {
    ...{ repository: 'infra', stack: 'prod', at: minutesBefore(25), result: 'DRIFTED', class: 'MANUAL' },
    resources: [{ address: 'aws_security_group.edge', actions: ['update'], attributes: ['ingress'] }],
    ...{ detail: 'Changed outside of Git.', since: minutesBefore(145) },
  },
  {
    ...{ repository: 'infra', stack: 'lab', at: minutesBefore(25), result: 'NONE', class: null },
    ...{ resources: [], detail: '', since: null },
  },
]

const rule = (
  name: string,
  description: string,
  outcome: 'DENY' | 'REQUIRE_APPROVAL',
  overridable = false,
) => ({
  ...{ name, description, outcome, overridable, when: 'true', approvals: 1 },
})
export const policyNow: OperationOutput<Api['getPolicy']> = {
  ...{ version: 'f00d'.repeat(16), limits: { confidence_min: 0.85, cost_delta_percent_max: 5 } },
  rules: [
    rule('stateful-at-risk', 'The plan replaces or deletes something that holds data.', 'DENY'),
    rule('no-plan', 'No plan was run, so nobody knows what would change.', 'REQUIRE_APPROVAL'),
    rule('confidence', 'Confidence of limits.confidence_min or less, or none.', 'REQUIRE_APPROVAL', true),
  ],
  ...{ source: 'shipped', loaded_at: minutesBefore(9_000) },
  said: { allowed: 1, required_approval: 2, denied: 1, overridden: 0 },
  tests: { passed: 3, failed: [] },
}
