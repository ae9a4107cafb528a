import type { Deployment } from '@aiops/contract/model/deployment'
import type { PlanSummary } from '@aiops/contract/model/plan'
import { hourlyText } from '../money-text.ts'
import type { EvidenceDraft } from './tool.ts'

/** Of one change at most so many of each are told one by one. */
const [changesMax, rulesMax, checksMax, stepsMax] = [40, 30, 30, 40]

/** As people say it: by its merge request, else by its id. */
export const deploymentName = ({ merge_request: request, id }: Deployment): string =>
  request ? `merge request !${request.number}` : `deployment ${id}`

const baseOf = (deployment: Deployment) => ({
  ...{ type: 'DEPLOYMENT' as const, query: deployment.id, source: deployment.repository },
  ...{ time: deployment.updated_at, entity: `service/${deployment.service}` },
  ...{ trust: 'OPERATOR' as const, link: `/deployments/${encodeURIComponent(deployment.id)}` },
})

/** A change in one record. */
export function deploymentRecord(deployment: Deployment): EvidenceDraft {
  const { service, state, author, plan, policy, approvals, merge_request: request } = deployment
  const waits = state === 'AWAITING_APPROVAL' ? ', waits for approval' : ''
  return {
    ...baseOf(deployment),
    sentence: `${deploymentName(deployment)} of ${service} by ${author}: ${deployment.title}. ${state}${waits}.${deployment.failure ? ` ${deployment.failure}` : ''}`,
    fields: {
      ...{
        about: 'DEPLOYMENT',
        deployment_id: deployment.id,
        service,
        title: deployment.title,
        state,
        author,
      },
      ...{
        merge_request: request?.number ?? null,
        repository: deployment.repository,
        stack: deployment.stack,
      },
      ...{ decision_id: deployment.decision_id, emergency: deployment.emergency },
      changes: deployment.changes
        .slice(0, 10)
        .map(
          ({ variable, before, after, file }) =>
            `${variable} from ${before ?? 'none'} to ${after} in ${file}`,
        )
        .join(' | '),
      ...{ policy_outcome: policy?.outcome ?? null, approvals_needed: policy?.approvals_needed ?? null },
      ...{ approvals: approvals.length, approved_by: approvals.map(({ by }) => by).join(', ') || 'none' },
      ...{ hourly_delta_usd: plan?.cost.hourly_delta_usd ?? null, failure: deployment.failure },
      ...{ created_at: deployment.created_at, verify_until: deployment.verify_until },
      ...{ reverts: deployment.reverts, reverted_by: deployment.reverted_by },
    },
  }
}

/** The same, then its plan, each changed resource, each rule that spoke, approvals, what was watched, and steps. `about` says which is which. */
export const deploymentRecords = (deployment: Deployment): EvidenceDraft[] => [
  deploymentRecord(deployment),
  ...(deployment.plan ? planRecords(deployment, deployment.plan) : []),
  ...(deployment.policy?.rules ?? []).slice(0, rulesMax).map((rule) => ({
    ...baseOf(deployment),
    time: deployment.policy?.at ?? null,
    sentence: `Rule ${rule.name} says ${rule.outcome}${rule.overridden ? ', overridden by an emergency' : ''}: ${rule.reason}`,
    fields: {
      ...{ about: 'RULE', name: rule.name, outcome: rule.outcome, reason: rule.reason },
      ...{ overridden: rule.overridden, policy_version: deployment.policy?.policy_version ?? null },
    },
  })),
  ...deployment.approvals.slice(0, 20).map(({ by, at, via, comment, plan_sha256 }) => ({
    ...baseOf(deployment),
    ...{ time: at, sentence: `Approved by ${by} (${via}) at ${at}${comment ? `: ${comment}` : ''}` },
    fields: { about: 'APPROVAL', by, at, via, comment, plan_sha256 },
  })),
  ...deployment.verification.slice(0, checksMax).map((check) => ({
    ...baseOf(deployment),
    sentence: `Watched ${check.name}: ${check.before ?? 'nothing'} before, ${check.after ?? 'nothing'} after, limit ${check.limit}, ${check.passed === null ? 'nothing to read' : check.passed ? 'passed' : 'not passed'}.`,
    fields: {
      ...{ about: 'CHECK', name: check.name, before: check.before, after: check.after, limit: check.limit },
      passed: check.passed,
    },
  })),
  ...deployment.steps.slice(-stepsMax).map(({ at, state, actor, message }) => ({
    ...baseOf(deployment),
    ...{ time: at, sentence: `${at} ${state} by ${actor}: ${message}` },
    fields: { about: 'STEP', state, actor, message },
  })),
]

function planRecords(deployment: Deployment, plan: PlanSummary): EvidenceDraft[] {
  const { creates, updates, replaces, deletes, forgets } = plan.summary
  const { cost } = plan
  const atRisk = plan.stateful.filter(({ at_risk }) => at_risk)
  return [
    {
      ...baseOf(deployment),
      sentence: `The plan of ${plan.engine} ${plan.version} creates ${creates}, updates ${updates}, replaces ${replaces}, deletes ${deletes} and forgets ${forgets} resources; cost: ${cost.hourly_delta_usd === null ? `${hourlyText(cost.known_hourly_delta_usd)} of what has a price, ${cost.unknown.length} without one` : hourlyText(cost.hourly_delta_usd)}.`,
      fields: {
        ...{ about: 'PLAN', engine: plan.engine, version: plan.version, plan_sha256: plan.sha256 },
        ...{ creates, updates, replaces, deletes, forgets, stateful: plan.stateful.length },
        ...{ stateful_at_risk: atRisk.length, drift: plan.drift.length, executes: plan.executes.length },
        ...{ hourly_delta_usd: cost.hourly_delta_usd, known_hourly_delta_usd: cost.known_hourly_delta_usd },
        ...{ unknown_prices: cost.unknown.length, price_source: cost.source },
        services: plan.services.slice(0, 20).join(', '),
      },
    },
    ...plan.changes.slice(0, changesMax).map((change) => ({
      ...baseOf(deployment),
      sentence: `${change.action} ${change.address}${change.changed.length > 0 ? `: ${change.changed.slice(0, 10).join(', ')}` : ''}${change.stateful ? '; it holds data' : ''}.`,
      fields: {
        ...{ about: 'RESOURCE', address: change.address, type: change.type, action: change.action },
        ...{ changed: change.changed.slice(0, 20).join(', '), stateful: change.stateful },
      },
    })),
  ]
}
