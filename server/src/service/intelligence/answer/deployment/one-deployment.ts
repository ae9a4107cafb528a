import type { Deployment } from '@aiops/contract/model/deployment'
import { hourlyText } from '../../money-text.ts'
import { deploymentName } from '../../tool/deployment-evidence.ts'
import type { Found, Situation } from '../answerer.ts'
import { recordsOf } from '../cost/reading.ts'
import type { Cited, DraftWriter } from '../draft.ts'
import { messageText, plainText } from '../log/message-text.ts'
import { counted, listed, momentText, rounded } from '../words.ts'

type Part = 'PLAN' | 'POLICY' | 'PEOPLE' | 'CHECKS'
const asked: readonly (readonly [RegExp, Part])[] = [
  [
    /\bplan\b|\bwhat (?:does|do|would|will) (?:it|this|that|the|deployment|change|merge)\b|\bresources?\b|\bterraform|\btofu\b/i,
    'PLAN',
  ],
  [/\bwho\b|\bapproved\b|\bauthor/i, 'PEOPLE'],
  [/\bwhy\b|\bden(?:y|ied)|\brefus|\breject|\brules?\b|\bpolic|\bwait/i, 'POLICY'],
  [/\bverif|\bwatch|\bkept\b|\brevert|\brolled back|\bwork(?:ed)?\b|\bhow did\b/i, 'CHECKS'],
]
const all: readonly Part[] = ['PLAN', 'POLICY', 'PEOPLE', 'CHECKS']

/** One change through Git, what was asked of it first. */
export function sayDeployment(writer: DraftWriter, situation: Situation, found: Found): void {
  const { deployment } = found.output('get_deployment')!
  const of = (about: string) => recordsOf(found, 'get_deployment', about)
  const [main] = of('DEPLOYMENT')
  const name = deploymentName(deployment)
  const state = `${name} of ${plainText(deployment.service)} is ${deployment.state}: ${messageText(deployment.title, 200)}.`
  const first = asked.find(([words]) => words.test(situation.question.text))?.[1]
  const parts: Record<Part, () => Said> = {
    PLAN: () => planOf(deployment, of('PLAN')[0] ?? main, of('RESOURCE')),
    POLICY: () => policyOf(deployment, of('RULE'), main),
    PEOPLE: () => peopleOf(deployment, of('APPROVAL'), main, situation),
    CHECKS: () => checksOf(deployment, of('CHECK'), main, situation),
  }
  if (first === undefined) writer.headline(state, main)
  else {
    for (const [text, cites] of parts[first]().slice(0, 8)) writer.headline(text, cites)
    writer.say(state, main)
  }
  for (const { variable, before, after, file } of deployment.changes.slice(0, 5))
    writer.say(
      `It changes ${plainText(variable)} from ${plainText(String(before ?? 'none'))} to ${plainText(String(after))} in ${plainText(file)}.`,
      main,
    )
  if (deployment.failure) writer.say(messageText(deployment.failure, 500), main)
  for (const part of all.filter((one) => one !== first))
    for (const [text, cites] of parts[part]().slice(0, 4)) writer.say(text, cites)
  if (deployment.state === 'AWAITING_APPROVAL')
    writer.step(
      'A person with the right to approve does so on the page of the change or in its merge request; the approval holds for exactly this plan.',
      main,
    )
}

type Said = readonly (readonly [string, Cited | readonly Cited[]])[]

function planOf({ plan, no_plan_reason }: Deployment, record: Cited, resources: readonly Cited[]): Said {
  if (!plan)
    return [[`There is no plan${no_plan_reason ? `: ${messageText(no_plan_reason, 300)}` : ' yet'}.`, record]]
  const { creates, updates, replaces, deletes, forgets } = plan.summary
  const kinds = [
    [creates, 'creates'],
    [updates, 'updates'],
    [replaces, 'replaces'],
    [deletes, 'deletes'],
    [forgets, 'forgets'],
  ] as const
  const done = kinds
    .filter(([count]) => count > 0)
    .map(([count, verb]) => `${verb} ${counted(count, 'resource')}`)
  const atRisk = plan.stateful.filter(({ at_risk }) => at_risk)
  const { hourly_delta_usd: delta, unknown, known_hourly_delta_usd: known, source } = plan.cost
  return [
    [
      `Its plan ${done.length === 0 ? 'changes no resource' : listed(done)}: ${
        listed(
          plan.changes.slice(0, 20).map(({ action, address }) => `${action} ${plainText(address)}`),
          6,
        ) || 'nothing'
      }.`,
      [record, ...resources.slice(0, 6)],
    ],
    [
      delta !== null
        ? `It would cost ${delta === 0 ? 'as much as now' : `${hourlyText(Math.abs(delta))} ${delta < 0 ? 'less' : 'more'}`}${source ? `, by ${plainText(source)}` : ''}.`
        : `What it costs is not known: ${counted(unknown.length, 'resource')} ${unknown.length === 1 ? 'has' : 'have'} no price; of what has one it is ${hourlyText(known)}.`,
      record,
    ],
    [
      atRisk.length > 0
        ? `Data is at risk: ${listed(atRisk.map(({ address, action }) => `${action} ${plainText(address)}`))}.`
        : 'It replaces and deletes nothing that holds data.',
      [record, ...resources.slice(0, 6)],
    ],
  ]
}

function policyOf({ policy }: Deployment, records: readonly Cited[], main: Cited): Said {
  if (!policy) return [['The policy has not judged it yet: there is no plan to judge.', main]]
  const said = policy.rules.map((rule, i) => ({ rule, record: records[i] ?? main }))
  const spoke = said.filter(({ rule }) => rule.outcome !== 'ALLOW')
  const word = {
    ALLOW: 'allows it',
    REQUIRE_APPROVAL: `asks for ${counted(policy.approvals_needed, 'approval')}`,
    DENY: 'denies it',
  }[policy.outcome]
  return [
    [
      `The policy ${word}${spoke.length > 0 ? `, by ${listed(spoke.map(({ rule }) => rule.name))}` : ''}.`,
      [main, ...spoke.map(({ record }) => record)],
    ],
    ...spoke.map(
      ({ rule, record }) =>
        [
          `Rule ${rule.name} says ${rule.outcome}: ${messageText(rule.reason, 300).replace(/\.$/, '')}${rule.overridden ? '; an emergency overrode it' : ''}.`,
          record,
        ] as const,
    ),
  ]
}

function peopleOf(
  { approvals, author, policy, state }: Deployment,
  records: readonly Cited[],
  main: Cited,
  { nowMs }: Situation,
): Said {
  const proposed = [`${plainText(author)} proposed it.`, main] as const
  if (approvals.length === 0)
    return [
      [
        `Nobody has approved it${state === 'AWAITING_APPROVAL' && policy ? `; it needs ${counted(policy.approvals_needed, 'approval')}` : ''}.`,
        main,
      ],
      proposed,
    ]
  return [
    ...approvals.map(
      ({ by, via, at, comment }, i) =>
        [
          via === 'POLICY'
            ? `The policy let it pass without a person, ${momentText(at, nowMs)}.`
            : `${plainText(by)} approved it (${via}), ${momentText(at, nowMs)}${comment ? `: ${messageText(comment, 200)}` : ''}.`,
          records[i] ?? main,
        ] as const,
    ),
    proposed,
  ]
}

function checksOf(
  { verification, state, verify_until, reverted_by, reverts }: Deployment,
  records: readonly Cited[],
  main: Cited,
  { nowMs }: Situation,
): Said {
  const back = reverted_by
    ? [[`It was taken back by deployment ${reverted_by}.`, main] as const]
    : reverts
      ? [[`It takes back deployment ${reverts}.`, main] as const]
      : []
  if (verification.length === 0) return back
  return [
    ...verification.map(
      ({ name, before, after, limit, passed }, i) =>
        [
          `${plainText(name)}: ${before === null ? 'nothing to read' : rounded(before)} before, ${after === null ? 'nothing to read' : rounded(after)} after, limit ${messageText(limit, 100)}; ${passed === null ? 'not known' : passed ? 'passed' : 'not passed'}.`,
          records[i] ?? main,
        ] as const,
    ),
    ...(state === 'VERIFYING' && verify_until
      ? [[`It is watched until ${momentText(verify_until, nowMs)}.`, main] as const]
      : []),
    ...back,
  ]
}
