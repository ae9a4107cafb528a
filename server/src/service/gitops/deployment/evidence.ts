import type { Deployment } from '@aiops/contract/model/deployment'
import { groupedText } from '@aiops/contract/model/number-text'
import { probabilityText } from '@aiops/contract/model/probability'
import type { StoredDeployment } from '../../../port/deployment-repository.ts'

const noteMax = 20_000

/** Subject, why, and who stands for it (developercertificate.org). */
export function commitMessage({ deployment }: StoredDeployment): string {
  const lines = [
    line(deployment.title, 72),
    '',
    plain(deployment.explanation, 4_000) || 'No explanation was given.',
    '',
    ...deployment.changes.map(
      ({ file, variable, before, after }) => `${file}: ${variable} ${shown(before)} -> ${shown(after)}`,
    ),
    '',
    `Deployment: ${deployment.id}`,
    ...(deployment.decision_id ? [`Decision: ${line(deployment.decision_id, 100)}`] : []),
    ...(deployment.reverts ? [`Reverts: ${deployment.reverts}`] : []),
    `Signed-off-by: ${line(deployment.author, 80).replace(/[<>]/g, '')} <${emailName(deployment.author)}@aiops.invalid>`,
  ]
  return lines.join('\n')
}

export function requestDescription({ deployment, work }: StoredDeployment): string {
  const { decision } = work
  const facts = [
    `Service: ${deployment.service}`,
    ...deployment.changes.map(
      ({ file, variable, before, after }) =>
        `Change: ${file}, ${variable}: ${shown(before)} -> ${shown(after)}`,
    ),
    ...(decision?.saving_monthly_usd
      ? [
          `Saving: $${number(decision.saving_monthly_usd.p50)} a month (p10 $${number(decision.saving_monthly_usd.p10)}, p90 $${number(decision.saving_monthly_usd.p90)}), predicted`,
        ]
      : []),
    ...(decision
      ? [
          `Confidence: ${decision.confidence === null ? 'none' : probabilityText(decision.confidence)}${decision.calibrated ? '' : ', not yet calibrated'}`,
        ]
      : []),
    ...(deployment.emergency ? ['Emergency: yes'] : []),
    ...(deployment.reverts ? [`Takes back: ${deployment.reverts}`] : []),
  ]
  const text = [
    fenced(plain(deployment.explanation, 8_000) || 'No explanation was given.'),
    fenced(facts.map((fact) => line(fact, 500)).join('\n')),
    fenced(plain(JSON.stringify(work.evidence, null, 2), 6_000)),
    `Deployment \`${deployment.id}\`. The plan and what the policy says of it follow as a note; an approval holds for exactly that head and plan.`,
  ]
  return text.join('\n\n').slice(0, noteMax)
}

/** Where it stands, for who reviews it. */
export function stateNote({ deployment, work }: StoredDeployment): string {
  const { plan, policy } = deployment
  const text = [
    `**${deployment.state}** ${line(work.waiting ?? deployment.steps.at(-1)?.message ?? '', 400)}`,
    plan ? fenced(planText(plan)) : (deployment.no_plan_reason ?? 'There is no plan yet.'),
    ...(policy
      ? [
          fenced(
            [
              `Policy ${policy.policy_version}: ${policy.outcome}${policy.approvals_needed > 0 ? `, ${policy.approvals_needed} approval(s)` : ''}`,
              ...policy.rules.map(
                ({ name, outcome, reason, overridden }) =>
                  `${overridden ? 'OVERRIDDEN ' : ''}${outcome} ${name}: ${line(reason, 300)}`,
              ),
            ].join('\n'),
          ),
        ]
      : []),
    ...(deployment.approvals.length > 0
      ? [
          fenced(
            deployment.approvals
              .map(({ by, via, at }) => `Approved by ${line(by, 100)} (${via}, ${at})`)
              .join('\n'),
          ),
        ]
      : []),
  ]
  return text.join('\n\n').slice(0, noteMax)
}

/** Somebody's words as one line. */
export const wordsOf = (text: string, max: number): string => line(text, max).replaceAll('@', '@\u200b')

function planText(plan: NonNullable<Deployment['plan']>): string {
  const { creates, updates, replaces, deletes, forgets } = plan.summary
  return [
    `${plan.engine} ${line(plan.version, 40)}, plan ${plan.sha256}`,
    `${creates} to create, ${updates} to change, ${replaces} to replace, ${deletes} to delete, ${forgets} to forget`,
    `Cost: ${plan.cost.hourly_delta_usd === null ? `unknown for ${plan.cost.unknown.length}, else ` : ''}$${number(plan.cost.known_hourly_delta_usd)} an hour`,
    ...plan.changes.slice(0, 100).map(({ action, address }) => `${action} ${line(address, 300)}`),
    ...plan.stateful.map(({ address, reason }) => `HOLDS DATA ${line(address, 300)}: ${line(reason, 200)}`),
  ].join('\n')
}

const shown = (value: unknown): string => line(JSON.stringify(value), 200)
const number = (value: number): string => groupedText(Math.round(value * 100) / 100)
const line = (text: string, max: number): string => plain(text, max).replace(/\s*\n\s*/g, ' ')
const emailName = (author: string): string =>
  author
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .slice(0, 60) || 'unknown'

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds.
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

/** Words of others stay words: no control characters, and nothing that a forge makes a fence, a mention or a command of. */
function plain(text: string, max: number): string {
  const cleaned = text.replace(unsafe, '\ufffd').replace(/^([\w-]+-by):/gim, '$1 :')
  return cleaned.length > max ? `${cleaned.slice(0, max - 1)}…` : cleaned
}

/** A fence longer than any run of backticks in it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}text\n${text}\n${fence}`
}
