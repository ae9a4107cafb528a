import type { DeploymentState } from '@aiops/contract/model/deployment'
import type { PolicyDecision } from '@aiops/contract/model/policy'
import { durationMs } from '@aiops/contract/model/time'
import { must } from '../../../kernel/assert.ts'
import type { PolicyInput } from '../policy/policy-input.ts'
import { unknownContext } from '../policy/policy-input.ts'
import { planShaOf, validApprovals } from './approval.ts'
import { type Drive, endAs, nowIso, planAgain, save, wait } from './drive.ts'
import { activeFreeze } from './freeze.ts'
import { lost } from './planning.ts'
import { lookAtRequest } from './request.ts'
import { stackFiles } from './stack-files.ts'

const hourMs = 3_600_000

/**
 * The one gate before a merge, and again before an apply. Everything is looked at anew each time: the request and its head, the target's
 * files, the age of the plan, kill switch and freezes, the policy, the approvals. `true`: this very plan may go on now.
 */
export async function pass(drive: Drive): Promise<boolean> {
  const { deps, config, repository } = drive
  const request = await lookAtRequest(drive)
  if (!request) return false
  const { deployment, work } = drive.current
  const isMerged = request.state === 'MERGED'
  const found = await stackFiles(drive)
  if (isMerged && !found.holds) {
    await lost(drive)
    return false
  }
  const nowMs = deps.clock.now()
  const again = staleness(drive, found.sha256, nowMs)
  if (again) {
    await planAgain(drive, again)
    return false
  }
  const policy = await judge(drive)
  if (policy.outcome === 'DENY') {
    const reasons = policy.rules.filter(({ outcome }) => outcome === 'DENY').map(({ name }) => name)
    const denied = `The policy denies it: ${reasons.join(', ')}.`
    // What is merged cannot be closed; Git is to be taken back by a person's revert.
    if (isMerged)
      await endAs(drive, 'FAILED', denied, {
        policy,
        failure: `${denied} It is merged and not applied: revert it.`,
      })
    else await endAs(drive, 'DENIED', denied, { policy })
    return false
  }
  const self = await repository.forge.self()
  const approvals = validApprovals(deployment, work, request, self, config)
  const merged_sha = isMerged ? (request.mergedSha ?? deployment.merged_sha) : null
  if (approvals.length < policy.approvals_needed) {
    const missing = policy.approvals_needed - approvals.length
    const further = approvals.length > 0 ? ' more' : ''
    const message = `Waits for ${missing}${further} ${missing === 1 ? 'approval' : 'approvals'}.`
    await settle(drive, 'AWAITING_APPROVAL', message, { policy, approvals, merged_sha })
    return false
  }
  if (policy.approvals_needed === 0)
    approvals.push({
      ...{ by: 'policy', at: nowIso(drive), head_sha: deployment.head_sha ?? '', via: 'POLICY' },
      ...{ plan_sha256: planShaOf(deployment), comment: policy.policy_version },
    })
  const held = await holdsBack(drive)
  const state = isMerged ? 'MERGED' : 'APPROVED'
  const message = isMerged
    ? 'Its merge request is merged.'
    : `Approved: ${approvals.map(({ by }) => by).join(', ')}.`
  const isNew =
    deployment.state !== state ||
    deployment.policy === null ||
    approvals.length !== deployment.approvals.length
  if (isNew)
    await settle(drive, state, held ?? message, { policy, approvals, merged_sha }, held === undefined)
  else if (held !== undefined) await wait(drive, held)
  return held === undefined
}

/** What the policy says now. Without a plan nothing is ever allowed by it alone, whatever its rules are. */
export async function judge(drive: Drive): Promise<PolicyDecision> {
  const { deps, config, current } = drive
  const { tenant, deployment, work } = current
  const nowMs = deps.clock.now()
  const [known, counts, engine, kill] = await Promise.all([
    deps.context(tenant, deployment.service),
    deps.deployments.counts(tenant, nowMs - hourMs),
    deps.engine?.describe(),
    deps.deployments.killSwitch(tenant),
  ])
  const overridden = deployment.override !== null && Date.parse(deployment.override.expires_at) > nowMs
  const input: PolicyInput = {
    ...{ plan: deployment.plan, decision: work.decision },
    deployment: {
      ...{ service: deployment.service, author: deployment.author, emergency: overridden },
      ...{ bot: config.bots.includes(deployment.author), is_revert: deployment.reverts !== null },
      changes: deployment.changes.length,
    },
    context: {
      ...unknownContext,
      ...known,
      ...{ engine: engine?.name ?? null, kill_switch: kill.on, moves_last_hour: counts.applied },
      ...{ open_deployments: counts.open, frozen: activeFreeze(config.freezes, nowMs) !== undefined },
    },
  }
  const said = await deps.policy.evaluate(input, { overridden, signal: drive.signal })
  if (deployment.plan !== null || said.outcome !== 'ALLOW') return said
  const rule = {
    name: 'no-plan',
    outcome: 'REQUIRE_APPROVAL' as const,
    reason: 'No plan was run.',
    overridden: false,
  }
  return { ...said, outcome: 'REQUIRE_APPROVAL', approvals_needed: 1, rules: [...said.rules, rule] }
}

/** Why nothing is merged or applied now. What takes back, and an emergency in force, pass a freeze. */
export async function holdsBack({ deps, config, current }: Drive): Promise<string | undefined> {
  const { tenant, deployment } = current
  const kill = await deps.deployments.killSwitch(tenant)
  if (kill.on) return `The kill switch is on: ${kill.reason ?? 'no reason was given'}.`
  // Not the time at which the gate began: it may have waited long for a forge.
  const nowMs = deps.clock.now()
  const isUrgent =
    deployment.reverts !== null ||
    (deployment.override !== null && Date.parse(deployment.override.expires_at) > nowMs)
  const freeze = isUrgent ? undefined : activeFreeze(config.freezes, nowMs)
  return freeze && `The freeze ${freeze.name} holds until ${new Date(freeze.endMs).toISOString()}.`
}

function staleness({ config, current }: Drive, filesSha256: string, nowMs: number): string | undefined {
  const made = must(current.work.plan, 'planned before')
  if (made.filesSha256 !== filesSha256)
    return `The files of the stack at ${current.work.target} are others than those that were planned; it is planned again.`
  if (nowMs - made.madeMs > durationMs(config.plan_valid))
    return `The plan is older than ${config.plan_valid}; it is planned again.`
  return undefined
}

/** Stores what the gate found, and says so where the state is another one. */
async function settle(
  drive: Drive,
  state: DeploymentState,
  message: string,
  found: Pick<Drive['current']['deployment'], 'policy' | 'approvals' | 'merged_sha'>,
  goesOn = false,
): Promise<void> {
  const { deployment, work } = drive.current
  const isNews = deployment.state !== state || work.waiting !== message
  const isSame = !isNews && deployment.approvals.length === found.approvals.length
  const dueMs = drive.deps.clock.now() + (goesOn ? 0 : durationMs(drive.config.poll_interval))
  await save(drive, {
    ...(isSame ? {} : { deployment: { ...found, state } }),
    work: { waiting: message, dueMs, failures: 0 },
    ...(isNews ? { said: { message } } : {}),
  })
}
