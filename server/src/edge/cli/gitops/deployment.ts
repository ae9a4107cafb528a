import { type Deployment, DeploymentState } from '@aiops/contract/model/deployment'
import type { DriftCheck } from '@aiops/contract/model/drift'
import { type Command, Option } from 'commander'
import { Fault } from '../../../kernel/fault.ts'
import { type ConnectionOptions, connect, withConnection } from '../connection.ts'
import { Exit } from '../exit.ts'
import { wholeNumber } from '../number-option.ts'
import { bold, dim, print, printJson, table } from '../print.ts'

type ListOptions = ConnectionOptions & { service: string[]; state: string[]; limit: number }
type ReasonOptions = ConnectionOptions & { reason: string }

const gather = (value: string, values: string[]): string[] => [...values, value]

export function deploymentCommands(gitops: Command): void {
  withConnection(gitops.command('deployments').description('changes through Git, newest first'))
    .option('--service <name>', 'only of this one; may be repeated', gather, [])
    .addOption(
      new Option('--state <state>', 'only in this one; may be repeated').argParser(gather).default([]),
    )
    .option('--limit <count>', 'how many, 200 at most', wholeNumber(1, 200), 20)
    .action(list)
  withConnection(gitops.command('deployment <id>').description('one of them, with all that is known')).action(
    async (id: string, options: ConnectionOptions) =>
      show(await connect(options).getDeployment({ params: { id } }), options),
  )
  withConnection(gitops.command('approve <id>').description('approve the head and plan that are shown now'))
    .option('--head <sha>', 'only if this is its head')
    .option('--plan <sha256>', 'only if this is its plan')
    .option('--comment <text>')
    .action(approve)
  withConnection(gitops.command('close <id>').description('give up one that is not merged'))
    .requiredOption('--reason <text>')
    .action(async (id: string, options: ReasonOptions) =>
      show(
        await connect(options).closeDeployment({ params: { id }, body: { reason: options.reason } }),
        options,
      ),
    )
  withConnection(
    gitops.command('plan <id>').description('plan again; approvals of the older plan fall away'),
  ).action(async (id: string, options: ConnectionOptions) =>
    show(await connect(options).planDeployment({ params: { id }, body: {} }), options),
  )
  withConnection(
    gitops.command('revert <id>').description('take back one that was merged, through the same gate'),
  )
    .requiredOption('--reason <text>')
    .action(async (id: string, options: ReasonOptions) =>
      show(
        await connect(options).revertDeployment({ params: { id }, body: { reason: options.reason } }),
        options,
      ),
    )
  withConnection(
    gitops.command('drift').description('what is otherwise than Git says; exit 3 where something is'),
  )
    .option('--now', 'look now instead of showing the last look')
    .action(drift)
  withConnection(
    gitops
      .command('kill-switch [on|off]')
      .description('stop what is not applied yet, or let it go on; without a word: how it is'),
  )
    .option('--reason <text>')
    .action(killSwitch)
}

async function list(options: ListOptions): Promise<void> {
  const state = options.state.map((text) => {
    const read = DeploymentState.safeParse(text.toUpperCase())
    if (!read.success)
      throw new Fault(
        'INVALID_REQUEST',
        `${text} is no state; write one of ${DeploymentState.options.join(', ')}.`,
      )
    return read.data
  })
  const found = await connect(options).listDeployments({
    query: { service: options.service, state, page_size: options.limit },
  })
  if (options.json) return printJson(found)
  if (found.total === 0) return print('No deployment.')
  const rows = found.items.map((one) => [
    one.id,
    one.state,
    one.service,
    one.author,
    one.created_at,
    one.title,
  ])
  for (const row of table([['ID', 'STATE', 'SERVICE', 'BY', 'PROPOSED', 'TITLE'], ...rows])) print(row)
}

async function approve(
  id: string,
  options: ConnectionOptions & { head?: string; plan?: string; comment?: string },
): Promise<void> {
  const client = connect(options)
  const seen = await client.getDeployment({ params: { id } })
  const head_sha = options.head ?? seen.head_sha
  if (head_sha === null) throw new Fault('CONFLICT', 'It has no commit yet, so there is nothing to approve.')
  const plan_sha256 = options.plan ?? seen.plan?.sha256 ?? ''
  const body = { head_sha, plan_sha256, comment: options.comment ?? null }
  show(await client.approveDeployment({ params: { id }, body }), options)
}

function show(one: Deployment, { json }: ConnectionOptions): void {
  if (json) {
    printJson(one)
    return
  }
  print(`${bold(one.title)} ${one.state} ${dim(one.id)}`)
  print(`${one.service}, ${one.repository}/${one.stack}, proposed by ${one.author} ${one.created_at}`)
  for (const { file, variable, before, after } of one.changes)
    print(`  ${file}: ${variable} ${String(before)} -> ${String(after)}`)
  if (one.merge_request) print(`Merge request ${one.merge_request.number} ${one.merge_request.url}`)
  if (one.plan) {
    const { creates, updates, replaces, deletes } = one.plan.summary
    print(
      `Plan ${one.plan.sha256.slice(0, 12)}: ${creates} to create, ${updates} to change, ${replaces} to replace, ${deletes} to delete`,
    )
  } else if (one.no_plan_reason) print(one.no_plan_reason)
  if (one.policy) {
    print(
      `Policy ${one.policy.policy_version}: ${one.policy.outcome}, ${one.policy.approvals_needed} approval(s) needed`,
    )
    for (const { name, reason, overridden } of one.policy.rules)
      print(`  ${overridden ? '(overridden) ' : ''}${name}: ${reason}`)
  }
  for (const { by, via, at } of one.approvals) print(`Approved by ${by} (${via}) ${at}`)
  for (const { name, before, after, passed } of one.verification)
    print(
      `  ${name}: ${before ?? 'nothing'} before, ${after ?? 'nothing'} after${passed === null ? '' : passed ? ', within its limit' : ', out of its limit'}`,
    )
  if (one.override) {
    const { reviewed_by, review_by } = one.override
    print(
      `Emergency override: ${reviewed_by ? `reviewed by ${reviewed_by}` : `to be reviewed by ${review_by}`}`,
    )
  }
  if (one.review) {
    print(one.review.finding)
    for (const { setting, from, to, why } of one.review.thresholds)
      print(`  ${setting} ${from} -> ${to}: ${why}`)
    print(dim(one.review.runbook))
  }
  if (one.failure) print(one.failure)
  for (const { at, state, actor, message } of one.steps.slice(-12))
    print(dim(`${at} ${state} ${actor}: ${message}`))
}

async function drift(options: ConnectionOptions & { now?: boolean }): Promise<void> {
  const client = connect(options)
  const { checks } = options.now ? await client.checkDrift({ body: {} }) : await client.listDrift({})
  if (options.json) printJson(checks)
  else showDrift(checks, options.now === true)
  if (checks.some(({ result }) => result === 'ERROR')) throw new Exit(1)
  if (checks.some(({ result }) => result === 'DRIFTED')) throw new Exit(3)
}

function showDrift(checks: readonly DriftCheck[], isNow: boolean): void {
  if (checks.length === 0)
    print(
      isNow
        ? 'There is nothing to look at: no repository is set up.'
        : 'Nothing has been looked at yet; --now looks.',
    )
  for (const one of checks) {
    print(`${bold(`${one.repository}/${one.stack}`)} ${one.class ?? one.result} ${dim(one.at)} ${one.detail}`)
    for (const { address, actions, attributes } of one.resources)
      print(`  ${actions.join(', ')} ${address} ${dim(attributes.join(', '))}`)
  }
}

async function killSwitch(
  word: string | undefined,
  options: ConnectionOptions & { reason?: string },
): Promise<void> {
  const client = connect(options)
  if (word === undefined) {
    const { kill_switch } = await client.getDeploymentControl({})
    if (options.json) return printJson(kill_switch)
    const since = kill_switch.at
      ? `, set by ${kill_switch.by ?? 'nobody'} ${kill_switch.at}: ${kill_switch.reason ?? ''}`
      : ''
    return print(`The kill switch is ${kill_switch.on ? 'on' : 'off'}${since}`)
  }
  if (word !== 'on' && word !== 'off') throw new Fault('INVALID_REQUEST', 'Write on or off.')
  if (!options.reason) throw new Fault('INVALID_REQUEST', 'Say why with --reason.')
  const set = await client.setKillSwitch({ body: { on: word === 'on', reason: options.reason } })
  if (options.json) printJson(set)
  else print(`The kill switch is ${set.on ? 'on: nothing is merged or applied' : 'off'}.`)
}
