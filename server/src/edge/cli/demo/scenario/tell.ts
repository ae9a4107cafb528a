import type { Decision } from '@aiops/contract/model/decision'
import type { Deployment } from '@aiops/contract/model/deployment'
import { percent } from '../../print.ts'
import type { Reporter } from '../reporter.ts'

/** Seconds since the trouble began, of a time that the platform wrote down. */
export const sinceOf = (at: string, fromMs: number): number => (Date.parse(at) - fromMs) / 1_000
const seconds = (value: number): string => `${value.toFixed(1)} s`

/**
 * Tells the first decision of a service in each state: what it says, every option with its score or why not, and what was not passed. With a
 * round every two seconds the tests near a limit come and go, and the page has them all.
 */
export function tellDecision(report: Reporter, decision: Decision, fromMs: number): void {
  const { id, service, state, explanation, emergency, signals, confidence } = decision
  const key = `${service} ${state} ${emergency}`
  if (report.told(key)) return
  report.once(
    key,
    'decision',
    `Decision ${state.toLowerCase()}${emergency ? ' (emergency)' : ''}: ${explanation}`,
    {
      ...{ id, service, state, action: decision.action, from: decision.from, to: decision.to },
      ...{ emergency, signals, confidence, calibration: decision.calibration },
      ...{ since_seconds: sinceOf(decision.at, fromMs) },
    },
  )
  if (decision.action !== 'MOVE') return
  for (const { provider, reading, score, acceptability, excluded } of decision.options) {
    const cost = reading.cost_hourly_usd === null ? 'no price' : `$${reading.cost_hourly_usd.toFixed(2)}/h`
    const latency = reading.latency_ms === null ? 'no latency' : `${Math.round(reading.latency_ms)} ms`
    const verdict =
      excluded.length > 0
        ? `ruled out: ${excluded.join('; ')}`
        : `score ${score?.toFixed(3) ?? 'none'}${acceptability === null ? '' : `, wins ${percent(acceptability)} of draws`}`
    report.once(`${id} ${provider}`, 'option', `  ${provider}: ${cost}, ${latency}, ${verdict}`, {
      ...{ decision: id, provider, score, acceptability, excluded },
    })
  }
  for (const { name, detail } of decision.tests.filter(({ passed }) => !passed))
    report.once(`${id} ${name}`, 'held', `  held by ${name}: ${detail}`, { decision: id, test: name, detail })
}

/** Tells each step of a deployment as the platform wrote it down, with the time it took since the trouble began. */
export function tellDeployment(report: Reporter, deployment: Deployment, fromMs: number): void {
  const { id, service, branch, merge_request, plan, policy, approvals } = deployment
  const asOf = (at: string): { since_seconds: number } => ({ since_seconds: sinceOf(at, fromMs) })
  report.once(id, 'deployment', `Deployment opened for ${service}: ${deployment.title}`, {
    ...{ id, service, emergency: deployment.emergency, ...asOf(deployment.created_at) },
  })
  if (branch && merge_request)
    report.once(`${id} request`, 'request', `  branch ${branch}, merge request !${merge_request.number}`, {
      ...{ id, branch, merge_request },
    })
  if (plan) {
    const { creates, updates, replaces, deletes } = plan.summary
    report.once(
      `${id} ${plan.sha256}`,
      'plan',
      `  ${plan.engine} ${plan.version} planned: ${creates} to create, ${updates} to change, ${replaces} to replace, ${deletes} to delete (${plan.sha256.slice(0, 12)})`,
      { id, sha256: plan.sha256, engine: plan.engine, summary: plan.summary },
    )
  } else if (deployment.no_plan_reason !== null)
    report.once(`${id} no plan`, 'plan', `  ${deployment.no_plan_reason}`, { id, sha256: null })
  if (policy) {
    const overridden = policy.rules.filter((rule) => rule.overridden).map(({ name }) => name)
    const spoke = policy.rules.filter((rule) => !rule.overridden).map(({ name }) => name)
    report.once(
      `${id} ${policy.outcome} ${overridden} ${spoke}`,
      'policy',
      `  policy: ${policy.outcome}${overridden.length > 0 ? `; overridden by the emergency: ${overridden.join(', ')}` : ''}${spoke.length > 0 ? `; asked for by: ${spoke.join(', ')}` : ''}`,
      { id, outcome: policy.outcome, overridden, spoke, approvals_needed: policy.approvals_needed },
    )
  }
  for (const { by, via, at, head_sha, plan_sha256 } of approvals)
    report.once(
      `${id} approval ${by} ${head_sha} ${plan_sha256}`,
      'approval',
      `  approved by ${by} (${via}): head ${head_sha.slice(0, 12)}, ${plan_sha256 ? `plan ${plan_sha256.slice(0, 12)}` : 'no plan'}`,
      { id, by, via, head_sha, plan_sha256, ...asOf(at) },
    )
  for (const { at, state, actor, message } of deployment.steps)
    report.once(
      `${id} ${at} ${state} ${message}`,
      'step',
      `  ${seconds(sinceOf(at, fromMs)).padStart(7)} ${state}: ${message}${actor === deployment.author ? '' : ` (${actor})`}`,
      { id, state, actor, message, ...asOf(at) },
    )
}
