import type { PolicyDecision } from '@aiops/contract/model/policy'
import type { Command } from 'commander'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import { type ConnectionOptions, connect, withConnection } from '../connection.ts'
import { Exit } from '../exit.ts'
import { bold, dim, print, printJson, table } from '../print.ts'
import { textOf } from '../text-file.ts'

type CheckOptions = { plan: string; decision?: string; context?: string; policy?: string; json?: boolean }

/** Exit codes of `check`: a pipeline goes on by them. */
const exits = { ALLOW: 0, REQUIRE_APPROVAL: 3, DENY: 1 } as const

export function policyCommands(gitops: Command): void {
  const policy = gitops
    .command('policy')
    .description('the one policy: show, check a plan, test a policy file')
  withConnection(policy.command('show').description('limits and rules in force')).action(show)
  policy
    .command('check')
    .description('what a policy says of a plan, without a server: exit 0 allowed, 3 needs approval, 1 denied')
    .requiredOption('--plan <file>', 'what `tofu show -json` printed')
    .option('--decision <file>', 'what was decided, as JSON')
    .option('--context <file>', 'incident_open, prices_stale, …, as JSON')
    .option('--policy <file>', 'a policy file instead of the shipped policy')
    .option('--json', 'print JSON')
    .action(check)
  policy
    .command('test <file>')
    .description('run the tests of a policy file; exit 1 where one fails')
    .option('--json', 'print JSON')
    .action(test)
}

async function show(options: ConnectionOptions): Promise<void> {
  const found = await connect(options).getPolicy({})
  if (options.json) return printJson(found)
  print(`${bold(`Policy ${found.version}`)} ${dim(`${found.source}, loaded ${found.loaded_at}`)}`)
  for (const [name, value] of Object.entries(found.limits)) print(`  ${name} = ${value}`)
  const rows = found.rules.map((rule) => [
    rule.name,
    rule.outcome === 'DENY' ? 'DENY' : `${rule.approvals} approval(s)`,
    rule.overridable ? 'yes' : 'no',
    rule.description,
  ])
  for (const row of table([['RULE', 'OUTCOME', 'OVERRIDABLE', 'WHEN'], ...rows])) print(row)
  const { allowed, required_approval, denied, overridden } = found.said
  print(
    `Said: ${allowed} allowed, ${required_approval} for approval, ${denied} denied, ${overridden} overridden.`,
  )
}

async function check(options: CheckOptions): Promise<void> {
  const { defaultPolicy, evaluatePolicy, inputOf, readPolicy, summarisePlan } = await import(
    '../../../service/gitops/index.ts'
  )
  const nowMs = Date.now()
  const loaded = options.policy
    ? readPolicy(textOf(options.policy), options.policy, nowMs)
    : defaultPolicy(nowMs)
  const json = jsonOf(options.plan)
  const plan = summarisePlan({ json, sha256: '', engine: { name: 'OpenTofu', version: '' } })
  const decision = options.decision ? jsonOf(options.decision) : null
  const context = options.context ? jsonOf(options.context) : {}
  const input = inputOf({
    plan,
    decision,
    deployment: { bot: decision !== null },
    context: context as object,
  })
  const said = evaluatePolicy(loaded.policy, input, { overridden: false, nowMs })
  if (options.json) printJson(said)
  else printVerdict(said)
  if (exits[said.outcome] !== 0) throw new Exit(exits[said.outcome])
}

function printVerdict(said: PolicyDecision): void {
  const needs = said.approvals_needed > 0 ? `: ${said.approvals_needed} approval(s)` : ''
  print(`${bold(said.outcome)}${needs} ${dim(`policy ${said.policy_version}`)}`)
  for (const { name, outcome, reason } of said.rules) print(`  ${outcome} ${name}: ${reason}`)
}

async function test(file: string, options: { json?: boolean }): Promise<void> {
  const { readPolicy, runPolicyTests } = await import('../../../service/gitops/index.ts')
  const results = runPolicyTests(readPolicy(textOf(file), file, Date.now()))
  if (options.json) printJson(results)
  else {
    for (const failure of results.failed) print(`FAILED ${failure}`)
    print(`${results.passed} passed, ${results.failed.length} failed`)
  }
  if (results.failed.length > 0) throw new Exit(1)
}

function jsonOf(path: string): unknown {
  const text = textOf(path)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Fault('INVALID_REQUEST', `${path} is no JSON: ${messageOf(error)}`)
  }
}
