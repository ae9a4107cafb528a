/** What deployments of the stand-in are made of. */
import type { Deployment, DeploymentState, DeploymentStep } from '@aiops/contract/model/deployment'
import { hourly } from '@aiops/contract/model/money'
import type { PlanChange, PlanSummary } from '@aiops/contract/model/plan'
import type { PolicyDecision } from '@aiops/contract/model/policy'

export const minuteMs = 60_000
export const iso = (ms = Date.now()): string => new Date(ms).toISOString()
export const ago = (minutes: number): string => iso(Date.now() - minutes * minuteMs)
export const shaOf = (text: string, length = 40): string => {
  let state = 7
  for (const sign of text) state = (state * 31 + sign.charCodeAt(0)) >>> 0
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state >>> 28).toString(16)
  }).join('')
}

export const change = (
  action: PlanChange['action'],
  address: string,
  more: Partial<PlanChange> = {},
): PlanChange => {
  const [type = '', name = ''] = address.split('.').slice(-2)
  return {
    ...{ address, module: address.startsWith('module.') ? `module.${address.split('.')[1]}` : '' },
    ...{ mode: 'MANAGED', type, name, provider: 'registry.opentofu.org/hashicorp/aws', action },
    before:
      action === 'CREATE' ? null : { instance_type: 'm5.2xlarge', desired_size: 4, region: 'eu-west-1' },
    after:
      action === 'DELETE'
        ? null
        : { instance_type: 'm7g.xlarge', desired_size: 4, arn: '(known after apply)' },
    ...{ changed: ['instance_type', 'arn'], replace_paths: [], stateful: false, service: 'cart', ...more },
  }
}

export function planOf(seed: string, more: Partial<PlanSummary> = {}): PlanSummary {
  const changes = [
    change('UPDATE', 'module.cart.aws_eks_node_group.workers'),
    change('CREATE', 'module.cart.aws_launch_template.arm'),
    change('CREATE', 'module.cart.aws_autoscaling_policy.by_latency'),
    change('DELETE', 'module.cart.aws_launch_template.x86'),
  ]
  return {
    ...{ engine: 'OPENTOFU', version: '1.10.6', sha256: shaOf(`plan ${seed}`, 64), changes },
    summary: { creates: 2, updates: 1, replaces: 0, deletes: 1, forgets: 0, no_ops: 31 },
    ...{ stateful: [], drift: [], services: ['cart'], executes: [] },
    outputs_changed: [{ name: 'cart_instance', action: 'UPDATE', before: 'm5.2xlarge', after: 'm7g.xlarge' }],
    cost: {
      ...{ hourly_delta_usd: hourly(-0.2208), known_hourly_delta_usd: hourly(-0.2208) },
      known: [
        {
          ...{
            address: 'module.cart.aws_eks_node_group.workers',
            type: 'aws_eks_node_group',
            service: 'cart',
          },
          ...{ before_hourly_usd: hourly(0.384), after_hourly_usd: hourly(0.1632) },
          delta_hourly_usd: hourly(-0.2208),
        },
      ],
      ...{ unknown: [], source: 'price book of 2026-11-20' },
    },
    ...more,
  }
}

export const riskyPlan = (): PlanSummary =>
  planOf('risky', {
    changes: [
      change('REPLACE', 'module.orders.aws_db_instance.main', {
        ...{ stateful: true, replace_paths: ['engine_version', 'storage_encrypted'], service: 'orders' },
        before: {
          engine_version: '15.4',
          storage_encrypted: false,
          password: '(sensitive)',
          identifier: 'orders',
        },
        after: {
          engine_version: '16.1',
          storage_encrypted: true,
          password: '(sensitive)',
          endpoint: '(known after apply)',
        },
        changed: ['engine_version', 'storage_encrypted', 'endpoint'],
      }),
      change('DELETE', 'module.orders.aws_ebs_volume.scratch', { stateful: true, service: 'orders' }),
      change('FORGET', 'module.orders.aws_route53_record.old'),
      change('READ', 'data.aws_ami.node', { mode: 'DATA' }),
    ],
    summary: { creates: 0, updates: 0, replaces: 1, deletes: 1, forgets: 1, no_ops: 18 },
    stateful: [
      ...(['REPLACE', 'DELETE'] as const).map((action, i) => ({
        ...{
          address: ['module.orders.aws_db_instance.main', 'module.orders.aws_ebs_volume.scratch'][i] ?? '',
        },
        ...{ type: ['aws_db_instance', 'aws_ebs_volume'][i] ?? '', action, at_risk: true },
        ...{ reason: ['a database', 'a volume or file system'][i] ?? '', service: 'orders' },
      })),
    ],
    drift: [
      change('UPDATE', 'module.orders.aws_security_group.db', {
        ...{ before: { ingress: ['10.0.0.0/16'] }, after: { ingress: ['10.0.0.0/16', '0.0.0.0/0'] } },
        changed: ['ingress'],
      }),
    ],
    executes: [{ address: 'module.orders.null_resource.migrate', what: 'provisioner local-exec' }],
    cost: {
      ...{
        hourly_delta_usd: null,
        known_hourly_delta_usd: hourly(0.412),
        source: 'price book of 2026-11-20',
      },
      known: [
        {
          ...{ address: 'module.orders.aws_db_instance.main', type: 'aws_db_instance', service: 'orders' },
          ...{
            before_hourly_usd: hourly(0.73),
            after_hourly_usd: hourly(1.142),
            delta_hourly_usd: hourly(0.412),
          },
        },
      ],
      unknown: [
        {
          ...{ address: 'module.orders.aws_ebs_volume.scratch', type: 'aws_ebs_volume' },
          reason: 'The price book has no price of gp3 storage in eu-west-1.',
        },
      ],
    },
  })

export const policyOf = (
  outcome: PolicyDecision['outcome'],
  need: number,
  rules: [string, PolicyDecision['outcome'], string, boolean?][],
): PolicyDecision => ({
  ...{ outcome, approvals_needed: need, policy_version: 'sha256:5b1d0c9a4e77', at: ago(50) },
  ...{ inputs_sha256: shaOf('inputs', 64) },
  rules: rules.map(([name, said, reason, overridden = false]) => ({
    name,
    outcome: said,
    reason,
    overridden,
  })),
})

export const needsOne = policyOf('REQUIRE_APPROVAL', 1, [
  ['uncalibrated', 'REQUIRE_APPROVAL', 'There are too few outcomes to say what such a confidence is worth.'],
  [
    'saving',
    'REQUIRE_APPROVAL',
    'The saving may be none, or is below limits.saving_monthly_usd_min a month.',
  ],
])

const messages: Partial<Record<DeploymentState, string>> = {
  ...{
    PROPOSED: 'Proposed.',
    REQUESTED: 'Merge request 12 is open.',
    PLANNED: 'Planned: 2 to create, 1 to change.',
  },
  ...{
    AWAITING_APPROVAL: 'Waits for 1 of 1 approvals.',
    APPROVED: 'Approved: anna.',
    APPLYING: 'Applies the plan.',
  },
  ...{
    MERGED: 'Merged as 9b1c2d3e.',
    VERIFYING: 'Applied; watched for 30m.',
    KEPT: 'Kept: within its limits.',
  },
}

/** By states and the minutes before now at which each was come to. */
export const stepsOf = (course: [DeploymentState, number, string?, string?][]): DeploymentStep[] =>
  course.map(([state, minutes, message, actor]) => ({
    ...{ at: ago(minutes), state, actor: actor ?? 'aiops-bot', message: message ?? messages[state] ?? state },
  }))

export function deploymentOf(id: string, more: Partial<Deployment> & Pick<Deployment, 'steps'>): Deployment {
  const [first, last] = [more.steps[0], more.steps.at(-1)]
  return {
    ...{ id, service: 'cart', title: 'Move cart to m7g.xlarge in eu-west-1', author: 'aiops-bot' },
    explanation:
      'cart has used 31 % of its CPU at p95 over 14 days. An m7g.xlarge carries that with 40 % to spare and costs $0.1632/h instead of $0.384/h.\n\nSaving $118 a month (p10 $74, p90 $161), after moving costs of $2.10.',
    ...{ state: last?.state ?? 'PROPOSED', repository: 'infra', stack: 'prod', decision_id: 'd-2190' },
    changes: [
      {
        ...{ file: 'infra/envs/prod/terraform.tfvars', variable: 'cart_instance' },
        ...{ before: 'm5.2xlarge', after: 'm7g.xlarge' },
      },
      { file: 'infra/envs/prod/terraform.tfvars', variable: 'cart_nodes', before: null, after: 4 },
    ],
    ...{ emergency: false, override: null, branch: `ai-recommendation/cart-${id}`, head_sha: shaOf(id) },
    merge_request: { number: 12, url: 'http://127.0.0.1:8099/merge-requests/infra/12' },
    ...{ plan: planOf(id), no_plan_reason: null, policy: needsOne, approvals: [], merged_sha: null },
    ...{ verification: [], verify_until: null, reverts: null, reverted_by: null, failure: null },
    ...{ created_at: first?.at ?? iso(), updated_at: last?.at ?? iso(), ...more },
  }
}

export const began: [DeploymentState, number][] = [
  ['PROPOSED', 64],
  ['REQUESTED', 63],
  ['PLANNED', 61],
]
export const upTo = (...rest: [DeploymentState, number, string?, string?][]) => stepsOf([...began, ...rest])
export const approvedBy = (id: string, by = 'anna') => ({
  ...{ by, at: ago(40), head_sha: shaOf(id), plan_sha256: shaOf(`plan ${id}`, 64) },
  ...{ via: 'FORGE' as const, comment: null },
})
export const checks = (after: number | null, passed: boolean | null) => [
  {
    ...{ name: 'error ratio', query: 'max({__name__=~".+:error_ratio", "service.name"="cart"})' },
    ...{ before: 0.0021, after: 0.0019, limit: 'at most 50 % more than before, or 0.01', passed: true },
  },
  {
    ...{ name: 'latency p95', query: 'max({__name__=~".+:p95", "service.name"="cart"})', before: 0.182 },
    ...{ after, limit: 'at most 100 % more than before', passed },
  },
  {
    ...{ name: 'cost per hour', query: 'sum(max by (provider) (swen_service_cost{service="cart"}))' },
    ...{ before: 0.384, after: null, limit: 'at most 20 % more than before', passed: null },
  },
]

/** Newest first. */
