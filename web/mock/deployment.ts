/** Deployments, drift, policy and control of the stand-in. What is approved goes on by itself, a second and a half a step. */
import type { EventType } from '@aiops/contract/event'
import type { Deployment, DeploymentState } from '@aiops/contract/model/deployment'
import type { DriftCheck } from '@aiops/contract/model/drift'
import type { PolicyRule } from '@aiops/contract/model/policy'
import { makeDeployments } from './deployment-made.ts'
import { deploymentOf, iso, planOf, shaOf, stepsOf } from './deployment-part.ts'
import { type Input, Refusal } from './refusal.ts'

const minuteMs = 60_000

export function deploymentHandlers(empty: boolean, tell: (type: EventType, payload: unknown) => void) {
  let deployments = empty ? [] : makeDeployments()
  let drift = empty ? [] : driftChecks()
  const kill = {
    on: false,
    by: null as string | null,
    at: null as string | null,
    reason: null as string | null,
  }
  const find = (id = ''): Deployment => {
    const one = deployments.find((deployment) => deployment.id === id)
    if (!one) throw new Refusal(404, 'NOT_FOUND', `There is no deployment ${id}.`)
    return one
  }
  const put = (one: Deployment, state: DeploymentState, message: string, actor = 'aiops-bot'): Deployment => {
    one.state = state
    one.updated_at = iso()
    one.steps.push({ at: iso(), state, actor, message })
    tell('DEPLOYMENT_UPDATED', one)
    return one
  }
  const refuse = (one: Deployment, allowed: DeploymentState[], what: string): void => {
    if (!allowed.includes(one.state)) throw new Refusal(409, 'CONFLICT', `It is ${one.state} and ${what}.`)
  }
  const later = (...steps: (() => void)[]): void => {
    for (const [i, step] of steps.entries()) setTimeout(step, (i + 1) * 1_500)
  }
  return {
    listDeployments: ({ query }: Input) => {
      const [states, services] = [query.state ?? [], query.service ?? []]
      const [page, size] = [Number(query.page?.[0] ?? 1), Number(query.page_size?.[0] ?? 20)]
      const days = { '24h': 1, '7d': 7, '30d': 30 }[query.duration?.[0] ?? ''] ?? 1e6
      const all = deployments.filter(
        (one) =>
          (states.length === 0 || states.includes(one.state)) &&
          (services.length === 0 || services.includes(one.service)) &&
          Date.now() - Date.parse(one.created_at) < days * 86_400_000,
      )
      const items = all.slice((page - 1) * size, page * size)
      return { items, total: all.length, page, page_size: size, total_pages: Math.ceil(all.length / size) }
    },
    getDeployment: ({ params }: Input) => find(params.id),
    approveDeployment: ({ params, body }: Input) => {
      const one = find(params.id)
      if (one.author === 'mara')
        throw new Refusal(
          403,
          'PERMISSION_DENIED',
          'Who proposed it and the platform may not approve it; somebody else has to.',
        )
      refuse(one, ['PLANNED', 'AWAITING_APPROVAL', 'APPROVED', 'MERGED'], 'cannot be approved')
      if (one.head_sha !== body.head_sha || (one.plan?.sha256 ?? '') !== body.plan_sha256)
        throw new Refusal(409, 'CONFLICT', 'Its head or its plan is another one by now; look at it again.')
      one.approvals.push({
        ...{ by: 'you', at: iso(), via: 'API', comment: (body.comment ?? null) as string | null },
        ...{ head_sha: String(body.head_sha), plan_sha256: String(body.plan_sha256) },
      })
      later(
        () => put(one, 'APPROVED', 'Approved: ben, you.'),
        () => {
          one.merged_sha = shaOf(`merged ${one.id}`)
          put(one, 'MERGED', `Merged as ${one.merged_sha}.`)
        },
        () => put(one, 'APPLYING', 'Applies the plan.'),
        () => {
          one.verify_until = iso(Date.now() + 30 * minuteMs)
          put(one, 'VERIFYING', 'Applied; watched for 30m.')
        },
      )
      return put(one, one.state, 'Approved.', 'you')
    },
    closeDeployment: ({ params, body }: Input) => {
      const one = find(params.id)
      refuse(one, ['PROPOSED', 'REQUESTED', 'PLANNED', 'AWAITING_APPROVAL', 'APPROVED'], 'cannot be closed')
      return put(one, 'CLOSED', `Closed by you: ${body.reason}`, 'you')
    },
    planDeployment: ({ params }: Input) => {
      const one = find(params.id)
      refuse(one, ['PLANNED', 'AWAITING_APPROVAL', 'APPROVED', 'MERGED'], 'cannot be planned')
      const { plan, policy } = one
      Object.assign(one, { plan: null, policy: null, approvals: [] })
      later(
        () => {
          one.plan = plan && planOf(`${one.id} ${Date.now()}`)
          put(one, 'PLANNED', 'Planned: 2 to create, 1 to change.')
        },
        () => {
          one.policy = policy
          put(one, 'AWAITING_APPROVAL', 'Waits for 1 of 1 approvals.')
        },
      )
      return put(one, 'REQUESTED', 'Plan again.', 'you')
    },
    revertDeployment: ({ params, body }: Input) => {
      const one = find(params.id)
      if (one.merged_sha === null || one.reverts !== null)
        throw new Refusal(
          409,
          'CONFLICT',
          'It was not merged, or takes another one back; there is nothing to revert.',
        )
      const made = deploymentOf(`d-revert-${Date.now()}`, {
        ...{ title: `Revert: ${one.title}`, service: one.service, author: 'you', reverts: one.id },
        ...{
          steps: stepsOf([['PROPOSED', 0]]),
          plan: null,
          policy: null,
          head_sha: null,
          merge_request: null,
        },
      })
      deployments = [made, ...deployments]
      Object.assign(one, { reverted_by: made.id, failure: `Reverted by you: ${body.reason}` })
      return put(one, 'REVERTING', String(body.reason), 'you')
    },
    reviewOverride: ({ params, body }: Input) => {
      const one = find(params.id)
      if (!one.override || one.override.reviewed_by !== null)
        throw new Refusal(409, 'CONFLICT', 'It had no emergency override, so there is nothing to review.')
      one.override = { ...one.override, reviewed_by: 'you' }
      return put(one, one.state, `Reviewed: ${body.right ? 'right' : 'wrong'}. ${body.comment}`, 'you')
    },
    listDeploymentEvents: () => ({ events: empty ? [] : toldEvents() }),
    listDrift: () => ({ checks: drift, interval_seconds: 3_600 }),
    checkDrift: ({ body }: Input) => {
      drift = drift.map((one) =>
        body.stack === undefined || body.stack === one.stack ? { ...one, at: iso() } : one,
      )
      return { checks: drift }
    },
    getDeploymentControl: () => (empty ? emptyControl : controlOf(kill, deployments)),
    setKillSwitch: ({ body }: Input) => {
      Object.assign(kill, { on: body.on, by: 'you', at: iso(), reason: body.reason })
      return { on: kill.on, at: kill.at }
    },
    getPolicy: () => ({
      version: 'sha256:5b1d0c9a4e77',
      limits: {
        cost_delta_percent_max: 5,
        confidence_min: 0.85,
        saving_monthly_usd_min: 50,
        destroys_max: 5,
        services_max: 3,
        moves_per_hour_max: 3,
      },
      ...{
        rules,
        source: empty ? 'shipped' : 'repository infra at 4be1c0ffee12',
        loaded_at: iso(Date.now() - 400 * minuteMs),
      },
      said: empty
        ? { allowed: 0, required_approval: 0, denied: 0, overridden: 0 }
        : { allowed: 212, required_approval: 61, denied: 7, overridden: 2 },
      tests: {
        passed: 24,
        failed: empty ? [] : ['a small saving of a tier 1 service: expected 2 approvals, got 1'],
      },
    }),
  }
}

const emptyControl = {
  ...{ kill_switch: { on: false, by: null, at: null, reason: null }, freezes: [], open: 0, open_max: 5 },
  ...{ engine: null, repositories: [] },
}

const controlOf = (kill: object, deployments: readonly Deployment[]) => ({
  kill_switch: kill,
  freezes: [
    {
      name: 'weekend',
      active: false,
      next_start: iso(Date.now() + 3 * 1_440 * minuteMs),
      next_end: iso(Date.now() + 5 * 1_440 * minuteMs),
    },
    {
      name: 'black friday',
      active: true,
      next_start: iso(Date.now() - 60 * minuteMs),
      next_end: iso(Date.now() + 1_440 * minuteMs),
    },
  ],
  ...{ open: deployments.filter(({ state }) => !/KEPT|ED$/.test(state)).length, open_max: 5 },
  engine: { name: 'OpenTofu', version: '1.10.6' },
  repositories: [
    {
      name: 'infra',
      forge: 'LOCAL',
      url: 'http://127.0.0.1:8099/merge-requests/infra',
      stacks: ['prod', 'staging'],
      error: null,
    },
    {
      ...{
        name: 'edge-sites',
        forge: 'GITLAB',
        url: 'https://gitlab.example/platform/edge-sites',
        stacks: ['edge'],
      },
      error: 'GitLab answered 401: the token EDGE_TOKEN is not known there any more.',
    },
  ],
})

const toldEvents = () =>
  (['SUCCESS', 'RUNNING', 'FAILED'] as const).map((status, i) => ({
    ...{ branch: 'ai-recommendation/cart-dep-1031', commit: shaOf(`told ${i}`), status, actor: 'ci' },
    ...{ at: iso(Date.now() - i * 7 * minuteMs), url: 'https://ci.example/pipelines/41' },
    ...{ message: i === 2 ? 'apply: exit status 1' : null, deployment_id: i === 2 ? null : 'dep-1031' },
  }))

function driftChecks(): DriftCheck[] {
  const at = iso(Date.now() - 12 * minuteMs)
  const base = { repository: 'infra', at, resources: [], since: null, class: null }
  return [
    {
      ...base,
      stack: 'prod',
      result: 'DRIFTED',
      class: 'MANUAL',
      since: iso(Date.now() - 26 * 60 * minuteMs),
      resources: [
        { address: 'module.orders.aws_security_group.db', actions: ['update'], attributes: ['ingress'] },
        {
          address: 'module.cart.aws_autoscaling_group.workers',
          actions: ['update'],
          attributes: ['max_size', 'tags'],
        },
      ],
      detail: '2 resources are otherwise than Git says, and no deployment of ours touches them.',
    },
    { ...base, stack: 'staging', result: 'NONE', detail: 'As Git says.' },
    {
      ...base,
      stack: 'batch',
      result: 'DRIFTED',
      class: 'IN_FLIGHT',
      since: at,
      detail: 'dep-0977 is applying it.',
      resources: [{ address: 'aws_instance.batch[3]', actions: ['delete', 'create'], attributes: [] }],
    },
    {
      ...base,
      repository: 'edge-sites',
      stack: 'edge',
      result: 'ERROR',
      detail: 'GitLab answered 401: the token EDGE_TOKEN is not known there any more.',
    },
  ]
}

const rule = (
  name: string,
  description: string,
  when: string,
  more: Partial<PolicyRule> = {},
): PolicyRule => ({
  ...{ name, description, when, outcome: 'REQUIRE_APPROVAL', approvals: 1, overridable: false, ...more },
})
const rules = [
  rule(
    'stateful-at-risk',
    'The plan replaces or deletes something that holds data.',
    'plan != null && plan.stateful.exists(s, s.at_risk)',
    { outcome: 'DENY' },
  ),
  rule(
    'runs-code',
    'The plan would run programs on the machine that applies it, or fetch from elsewhere.',
    'plan != null && size(plan.executes) > 0',
    { outcome: 'DENY' },
  ),
  rule('no-plan', 'No plan was run, so nobody knows what would change.', 'plan == null'),
  rule(
    'cost-delta',
    'Dearer by limits.cost_delta_percent_max or more, or nobody knows by how much.',
    '!deployment.is_revert && decision != null\n  && (decision.cost_delta_percent == null || decision.cost_delta_percent >= limits.cost_delta_percent_max)',
    { overridable: true },
  ),
  rule(
    'confidence',
    'Confidence of limits.confidence_min or less, or none.',
    '!deployment.is_revert && decision != null && decision.confidence <= limits.confidence_min',
    { overridable: true },
  ),
  rule('tier-one', 'A service of tier 1: two people.', 'context.tier == 1', { approvals: 2 }),
]
