import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Client, createClient } from '@aiops/contract/client'
import type { Decision } from '@aiops/contract/model/decision'
import type { Deployment, DeploymentState } from '@aiops/contract/model/deployment'
import { vi } from 'vitest'
import { freePort } from '../integration/real-server.ts'
import { type Server, startServer, temporaryFolder } from './server.ts'

export const variablesFile = 'prod/terraform.tfvars'
export const variables = [
  '# where things run',
  'orders_provider  = "aws" # cheap',
  'reports_provider = "aws"',
  'mail_provider    = "aws"',
  '',
].join('\n')

/** Three services of what every engine has built in; `slow`: their changes take so many seconds, and each leaves a line in `marks`. */
const mainFile = (slow: number, marks: string): string =>
  [
    'terraform {\n  backend "http" {}\n}',
    ...['orders', 'reports', 'mail'].map(
      (service) => `
variable "${service}_provider" {
  type = string
}
resource "terraform_data" "${service}" {
  input = { kind = "instance", provider = var.${service}_provider, service = "${service}" }
${
  slow > 0
    ? `  triggers_replace = [var.${service}_provider]
  provisioner "local-exec" {
    command = "sleep ${slow} && echo '${service} \${var.${service}_provider}' >> '${marks}'"
  }
`
    : ''
}}
output "${service}_provider" {
  value = terraform_data.${service}.output.provider
}`,
    ),
    '',
  ].join('\n')

/** OpenTofu, else Terraform; undefined where neither is here. */
const roles = { dev: 'developer', appr: 'approver', boss: 'approver', ops: 'admin' } as const
export type Person = keyof typeof roles
export const keyOf = (name: Person): string => `key-of-${name}`

export type GitopsRig = Awaited<ReturnType<typeof openGitopsRig>>

/** The real program with a repository of its local forge that says where three services run, and a key for each person. */
export async function openGitopsRig(options: {
  engine: string
  /** `gitops` beside what is set here. */
  gitops?: Record<string, unknown>
  settings?: readonly string[]
  slowSeconds?: number
  policy?: string
}) {
  const folder = temporaryFolder('gitops')
  const file = join(folder.path, 'aiops.yaml')
  const marks = join(folder.path, 'marks')
  const policyFile = join(folder.path, 'policy.yaml')
  if (options.policy !== undefined) writeFileSync(policyFile, options.policy)
  const keys = Object.entries(roles).map(([name, role]) => ({
    ...{
      name,
      role,
      sha256: createHash('sha256')
        .update(keyOf(name as Person))
        .digest('hex'),
    },
  }))
  const services = Object.fromEntries(
    ['orders', 'reports', 'mail'].map((name) => [
      name,
      { file: variablesFile, provider: `${name}_provider` },
    ]),
  )
  // JSON is YAML.
  writeFileSync(
    file,
    JSON.stringify({
      auth: { api_keys: keys },
      forge: { projects: [{ name: 'infra', approvals_required: 0 }] },
      gitops: {
        ...{ poll_interval: '1s', verify_interval: '1s', verify_window: '2s', drift_interval: '0' },
        ...{ applies_per_hour_max: 100, lease: '3s', checks: [], ...options.gitops },
        ...(options.policy === undefined ? {} : { policy_file: policyFile }),
        engine: { path: options.engine, allow_code: (options.slowSeconds ?? 0) > 0 },
        repositories: [
          {
            name: 'infra',
            forge: 'LOCAL',
            project: 'infra',
            stacks: [{ name: 'prod', folder: 'prod', services }],
          },
        ],
      },
    }),
  )
  const data = join(folder.path, 'data')
  const settings = [
    ...['ingest.host.enabled=false', 'placement.interval=1s', 'placement.dwell=1s'],
    ...['placement.cooldown=1s', 'placement.horizon=24h', 'cost.interval=1s', ...(options.settings ?? [])],
  ]
  // The same after each start: a plan holds the address of the state that it was made of.
  const port = String(await freePort())
  const start = (): Promise<Server> => startServer(data, settings, 60_000, ['--config', file, '--port', port])
  let server = await start()
  const as = (name: Person): Client => createClient({ url: server.url, token: keyOf(name) })
  const work = join(folder.path, 'work')
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Ops', '-c', 'user.email=ops@shop.example', ...args], {
      cwd: work,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  mkdirSync(work, { recursive: true })
  git('init', '-q', '-b', 'main')
  for (const [path, content] of Object.entries({
    'prod/main.tf': mainFile(options.slowSeconds ?? 0, marks),
    [variablesFile]: variables,
  })) {
    mkdirSync(join(work, dirname(path)), { recursive: true })
    writeFileSync(join(work, path), content)
  }
  git('add', '-A')
  git('commit', '-q', '-m', 'Begin')
  git('push', '-q', `${server.url.replace('://', `://any:${keyOf('ops')}@`)}/git/infra.git`, 'main')

  if (options.engine !== 'none') applyByHand(options.engine, join(work, 'prod'), server.url)

  const rig = {
    folder,
    /** What changes of slow services were carried out to their end, the first ones included: `service provider`. */
    marks: (): string[] => (existsSync(marks) ? readFileSync(marks, 'utf8').trim().split('\n') : []),
    as,
    url: () => server.url,
    pid: () => server.pid,
    /** Ends it as a power cut would, and starts it again on the same data. */
    async crash() {
      await server.stop('SIGKILL')
      server = await start()
    },
    async restart() {
      await server.stop()
      server = await start()
    },
    async close() {
      await server.stop()
      folder.remove()
    },
    /** Readings of services at both providers: cost in $/h, latency in ms; where one is left out, nothing is told of it. */
    async tell(
      readings: Record<
        string,
        Partial<Record<'aws' | 'alibaba', { cost: number; latency: number; agoMs?: number }>>
      >,
      runsAt: Record<string, string> = {},
    ) {
      const nowMs = Date.now()
      await as('ops').putProviderTelemetry({
        body: {
          source: 'sim',
          readings: Object.entries(readings).flatMap(([service, sides]) =>
            Object.entries(sides).map(([provider, { cost, latency, agoMs = 0 }]) => ({
              ...{ service, provider, cost_hourly_usd: cost as never, latency_ms: latency, credits: 0.5 },
              ...{ available_gpus: 4, region: null, instance: null },
              at: new Date(nowMs - agoMs).toISOString(),
            })),
          ),
          placements: Object.entries(runsAt).map(([service, provider]) => ({ service, provider })),
        },
      })
    },
    decides(service: string, matches: (decision: Decision) => boolean): Promise<Decision> {
      return vi.waitFor(
        async () => {
          const { items } = await as('dev').listDecisions({ query: { service: [service] } })
          const found = items.find(matches)
          if (!found)
            throw new Error(`decided: ${items.map((one) => `${one.action} ${one.state} ${one.to}`)}`)
          return found
        },
        { timeout: 30_000, interval: 300 },
      )
    },
    async propose(id: string): Promise<string> {
      const answer = await as('ops').proposeDecision({ params: { id }, body: { comment: 'window agreed' } })
      return answer.deployment_id
    },
    /** A change by a person. */
    async change(service: string, to: string, by: Person = 'dev'): Promise<string> {
      const change = { file: variablesFile, variable: `${service}_provider`, after: to }
      const { id } = await as(by).proposeDeployment({
        body: { service, title: `Move ${service} to ${to}`, explanation: 'As agreed.', changes: [change] },
      })
      return id
    },
    see: (id: string): Promise<Deployment> => as('dev').getDeployment({ params: { id } }),
    reaches(id: string, state: DeploymentState | readonly DeploymentState[], timeoutMs = 60_000) {
      return vi.waitFor(
        async () => {
          const found = await rig.see(id)
          if (![state].flat().includes(found.state))
            throw new Error(`${found.state}: ${found.steps.map(({ message }) => message).join(' | ')}`)
          return found
        },
        { timeout: timeoutMs, interval: 100 },
      )
    },
    async approve(id: string, by: Person = 'appr'): Promise<void> {
      const { head_sha, plan } = await rig.reaches(id, 'AWAITING_APPROVAL')
      await as(by).approveDeployment({
        params: { id },
        body: { head_sha: head_sha ?? '', plan_sha256: plan?.sha256 ?? '', comment: null },
      })
    },
    /** Approved whenever it asks for it, at most three times. */
    async settles(id: string): Promise<Deployment> {
      for (let count = 0; ; count += 1) {
        const found = await rig.reaches(id, ['AWAITING_APPROVAL', 'KEPT'], 90_000)
        if (found.state === 'KEPT' || count === 3) return rig.reaches(id, 'KEPT', 90_000)
        await rig.approve(id)
        await rig.leaves(id, 'AWAITING_APPROVAL')
      }
    },
    leaves: (id: string, state: DeploymentState): Promise<void> =>
      vi.waitFor(
        async () => {
          if ((await rig.see(id)).state === state) throw new Error(`still ${state}`)
        },
        { timeout: 30_000, interval: 100 },
      ),
    /** What the repository says now. */
    async variables(): Promise<string> {
      const answer = await fetch(
        `${server.url}/api/v4/projects/infra/repository/files/${encodeURIComponent(variablesFile)}/raw?ref=main`,
        { headers: { 'private-token': keyOf('dev') } },
      )
      return answer.text()
    },
  }
  return rig
}

/** What is there before anything is changed through the platform: applied by a person, into the state that the platform keeps. */
function applyByHand(engine: string, cwd: string, url: string): void {
  const address = `${url}/api/v4/projects/infra/terraform/state/prod`
  const env = {
    ...process.env,
    ...{ TF_HTTP_ADDRESS: address, TF_HTTP_LOCK_ADDRESS: `${address}/lock`, TF_HTTP_LOCK_METHOD: 'POST' },
    ...{ TF_HTTP_UNLOCK_ADDRESS: `${address}/lock`, TF_HTTP_UNLOCK_METHOD: 'DELETE' },
    ...{ TF_HTTP_USERNAME: 'ops', TF_HTTP_PASSWORD: keyOf('ops'), CHECKPOINT_DISABLE: '1' },
  }
  for (const args of [['init'], ['apply', '-auto-approve']])
    execFileSync(engine, [...args, '-input=false', '-no-color'], { cwd, env, stdio: 'pipe' })
}
