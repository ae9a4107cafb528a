import { dirname, join } from 'node:path'
import type { Deployment, DeploymentState } from '@aiops/contract/model/deployment'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openObjectFolder } from '../../server/src/adapter/folder/object-folder.ts'
import { openSqliteRecordStore } from '../../server/src/adapter/kysely/record-store.ts'
import { createPlanEngine, PlanEngineConfig } from '../../server/src/adapter/tofu/index.ts'
import { planVault } from '../../server/src/app/gitops/gitops.ts'
import { editScalars, planReader } from '../../server/src/app/gitops/gitops-plan.ts'
import { systemClock } from '../../server/src/kernel/clock.ts'
import { silentLog } from '../../server/src/kernel/log.ts'
import { systemRandom } from '../../server/src/kernel/random.ts'
import type { ObjectStore } from '../../server/src/port/object-store.ts'
import type { PlanEngine } from '../../server/src/port/plan-engine.ts'
import type { RecordStore } from '../../server/src/port/record-store.ts'
import {
  createGitops,
  type FlowAlert,
  type Gitops,
  GitopsConfig,
} from '../../server/src/service/gitops/index.ts'
import { createPolicies } from '../../server/src/service/gitops/policy/index.ts'
import { callerOf, openForgeRig } from '../forge/local-rig.ts'
import { engineProgram, findEngine, integration } from './real-server.ts'
import { type StateBackend, startStateBackend } from './state-backend.ts'

const main = `
variable "orders_provider" { type = string }
variable "ledger_provider" { type = string }
resource "terraform_data" "orders" {
  input = { kind = "instance", provider = var.orders_provider, service = "orders" }
}
resource "terraform_data" "ledger_db" {
  input            = { kind = "database", service = "ledger" }
  triggers_replace = [var.ledger_provider]
}
output "orders_provider" { value = terraform_data.orders.output.provider }
`
const variables = '# where things run\norders_provider = "aws" # cheap\nledger_provider = "aws"\n'
const files = { 'prod/main.tf': main, 'prod/terraform.tfvars': variables }
const file = 'prod/terraform.tfvars'
const tenant = 'default'
const good = {
  ...{ confidence: 0.95, calibrated: true, costDeltaPercent: -20 },
  savingMonthlyUsd: { p10: 60, p50: 90, p90: 120 },
}

integration(`a change through Git with ${engineProgram}`, [engineProgram], () => {
  let rig: Awaited<ReturnType<typeof openForgeRig>>
  let records: RecordStore
  let backend: StateBackend
  let objects: ObjectStore
  let gitops: Gitops
  let bad = false
  const alerts: FlowAlert[] = []
  const placed: string[] = []
  const enginePath = findEngine() ?? engineProgram

  const open = (engine: PlanEngine | undefined, repository: string, settings: object = {}): Gitops => {
    const config = GitopsConfig.parse({
      ...{ poll_interval: '1s', verify_interval: '1s', verify_window: '2s', drift_interval: '0' },
      ...{
        checks: [{ name: 'errors', query: 'errors{service="$service"}', increase_percent_max: 50 }],
        ...settings,
      },
    })
    const stack = {
      ...{ name: 'prod', folder: 'prod', modules: [], files: [] },
      services: {
        orders: { file, provider: 'orders_provider', region: null, instance: null },
        ledger: { file, provider: 'ledger_provider', region: null, instance: null },
      },
    }
    const base = { clock: systemClock, random: systemRandom, log: silentLog }
    return createGitops(
      {
        ...{ ...base, engine, tenants: [tenant], deployments: records.deployments, edit: editScalars },
        bus: { publish: () => undefined },
        repositories: () => [
          {
            name: repository,
            url: '',
            target: 'main',
            stacks: [stack],
            forge: rig.forge.open(tenant, repository),
          },
        ],
        unusable: () => [],
        policies: createPolicies({ ...base, read: async () => undefined, program: undefined }),
        stackOf: (_tenant, name, { folder }, given) => ({
          ...{ files: given, folder, variables: {}, state: backend.address(name) },
        }),
        readPlan: planReader({ pricing: async () => undefined, services: () => undefined }),
        vault: planVault(objects, {
          seal: async (secret) => Buffer.from(secret).toString('base64'),
          open: async (sealed) => Buffer.from(sealed, 'base64'),
          renew: async () => '',
          rewrap: async (sealed) => sealed,
          retire: async () => undefined,
        }),
        context: async () => ({ prices_stale: false }),
        query: async () => (bad ? 9 : 1),
        audit: async () => undefined,
        alert: async (_tenant, alert) => void alerts.push(alert),
        applied: async (_tenant, { service }, { outputs }) =>
          void placed.push(`${service} ${String(outputs?.orders_provider)}`),
      },
      config,
    )
  }
  const engine = () =>
    createPlanEngine(
      {
        clock: systemClock,
        environment: { PATH: `${dirname(enginePath)}:${process.env.PATH}` },
        recoveryFolder: join(rig.folder, 'recovery'),
      },
      PlanEngineConfig.parse({ path: enginePath }),
    )
  const reaches = (id: string, state: DeploymentState, of = gitops): Promise<Deployment> =>
    vi.waitFor(
      async () => {
        const found = await of.get(tenant, id)
        expect({ state: found.state, last: found.steps.at(-1)?.message }).toMatchObject({ state })
        return found
      },
      { timeout: 60_000, interval: 200 },
    )
  const propose = async (service: string, provider: string, of = gitops): Promise<string> => {
    const { deploymentId } = await of.propose(tenant, {
      ...{ service, title: `Move ${service} to ${provider}`, explanation: 'It is cheaper there.' },
      ...{ decisionId: null, emergency: false, signals: [], ...good, evidence: {} },
      target: { provider, region: null, instance: null },
    })
    return deploymentId
  }
  const variablesOf = async (project: string) =>
    (await rig.forge.open(tenant, project).readFile('main', file)) ?? ''
  const seen = ({ head_sha, plan }: Deployment) => ({
    ...{ head_sha: head_sha ?? '', plan_sha256: plan?.sha256 ?? '', comment: null },
  })

  beforeAll(async () => {
    rig = await openForgeRig()
    await rig.project('infra', files)
    await rig.project('by-hand', files)
    records = await openSqliteRecordStore(join(rig.folder, 'gitops.db'))
    backend = await startStateBackend()
    objects = await openObjectFolder(join(rig.folder, 'plans'))
    const run = engine()
    const first = {
      ...{ folder: 'prod', variables: {}, state: backend.address('infra') },
      files: Object.entries(files).map(([path, content]) => ({ path, content })),
    }
    const plan = await run.plan(first, {}, new AbortController().signal)
    await run.apply(first, plan.file, new AbortController().signal)
    gitops = open(run, 'infra')
    await gitops.start()
  }, 60_000)
  afterAll(async () => {
    await gitops.stop()
    await backend.stop()
    await records.close()
    await rig.close()
  })

  it('is planned, judged, approved, merged, applied exactly, watched and kept', {
    timeout: 120_000,
  }, async () => {
    const id = await propose('orders', 'alibaba')
    const kept = await reaches(id, 'KEPT')
    expect(kept.approvals).toMatchObject([
      { via: 'POLICY', plan_sha256: kept.plan?.sha256, head_sha: kept.head_sha },
    ])
    expect(kept.changes[0]).toMatchObject({ variable: 'orders_provider', before: 'aws', after: 'alibaba' })
    expect(await variablesOf('infra')).toBe(variables.replace('"aws" # cheap', '"alibaba" # cheap'))
    expect(placed).toContain('orders alibaba')
    expect(kept.verification).toMatchObject([{ name: 'errors', before: 1, after: 1, passed: true }])
    expect(await rig.forge.open(tenant, 'infra').branches('ai-recommendation/')).toEqual([])
  })

  it('is denied where the plan replaces a database, whatever its author says of it', {
    timeout: 120_000,
  }, async () => {
    const id = await propose('ledger', 'alibaba')
    const denied = await reaches(id, 'DENIED')
    expect(denied.policy?.rules.map(({ name }) => name)).toContain('stateful-at-risk')
    const request = await rig.forge.open(tenant, 'infra').mergeRequest(denied.merge_request?.number ?? 0)
    expect(request?.state).toBe('CLOSED')
    expect(await variablesOf('infra')).toContain('ledger_provider = "aws"')
  })

  it('waits for a person who is not its author; a push in between makes it void', {
    timeout: 120_000,
  }, async () => {
    const change = { file, variable: 'orders_provider', after: 'aws' }
    const proposal = { service: 'orders', title: 'Back', explanation: '', changes: [change] }
    const { id } = await gitops.proposeChange(callerOf('dana'), proposal)
    const waiting = await reaches(id, 'AWAITING_APPROVAL')
    await expect(gitops.approve(callerOf('dana'), id, seen(waiting))).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    })
    await expect(gitops.approve(callerOf('aiops-bot'), id, seen(waiting))).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    })
    const stale = { ...seen(waiting), plan_sha256: 'f'.repeat(64) }
    await expect(gitops.approve(callerOf('erik'), id, stale)).rejects.toMatchObject({ code: 'CONFLICT' })
    await rig.push('infra', waiting.branch ?? '', { 'prod/evil.tf': 'output "x" { value = 1 }' })
    const before = await variablesOf('infra')
    await gitops.approve(callerOf('erik'), id, seen(waiting)).catch(() => undefined)
    const failed = await reaches(id, 'FAILED')
    expect(failed.failure).toContain('not the commit that was made here')
    expect(await variablesOf('infra')).toBe(before)
  })

  it('is taken back by a commit and a plan of its own when a check goes out of its limit', {
    timeout: 120_000,
  }, async () => {
    const change = { file, variable: 'orders_provider', after: 'aws' }
    const proposal = { service: 'orders', title: 'Home', explanation: '', changes: [change] }
    const { id } = await gitops.proposeChange(callerOf('dana'), proposal)
    await gitops.approve(callerOf('erik'), id, seen(await reaches(id, 'AWAITING_APPROVAL')))
    await vi.waitFor(async () => expect((await gitops.get(tenant, id)).verification.length).toBe(1), {
      timeout: 30_000,
    })
    bad = true
    const reverted = await reaches(id, 'REVERTED')
    bad = false
    const undoing = await gitops.get(tenant, reverted.reverted_by ?? '')
    expect(undoing).toMatchObject({ state: 'KEPT', reverts: id })
    expect(undoing.plan?.sha256).not.toBe(reverted.plan?.sha256)
    expect(await variablesOf('infra')).toContain('orders_provider = "alibaba" # cheap')
  })

  it('stops under the kill switch and goes on after it', { timeout: 120_000 }, async () => {
    await gitops.setKillSwitch(callerOf('dana'), { on: true, reason: 'looking' })
    const id = await propose('orders', 'gcp')
    await vi.waitFor(
      async () => expect((await gitops.get(tenant, id)).steps.at(-1)?.message).toContain('kill switch'),
      {
        timeout: 20_000,
      },
    )
    expect((await gitops.get(tenant, id)).branch).toBeNull()
    await gitops.setKillSwitch(callerOf('dana'), { on: false, reason: 'done' })
    await gitops.close(callerOf('dana'), id, 'only tried')
    await reaches(id, 'CLOSED')
  })

  it('finds what was changed outside of Git, and says that nothing else is', {
    timeout: 120_000,
  }, async () => {
    expect(await gitops.checkDrift(tenant, {})).toMatchObject([{ result: 'NONE', detail: 'As Git says.' }])
    await rig.push('infra', 'main', { [file]: (await variablesOf('infra')).replace('"alibaba"', '"gcp"') })
    const [check] = await gitops.checkDrift(tenant, {})
    expect(check).toMatchObject({ result: 'DRIFTED', class: 'UNMERGED' })
    expect(check?.resources.map(({ address }) => address)).toContain('terraform_data.orders')
    expect(alerts.map(({ name }) => name)).toContain('InfrastructureDrift')
    await rig.push('infra', 'main', { [file]: (await variablesOf('infra')).replace('"gcp"', '"alibaba"') })
    expect(await gitops.checkDrift(tenant, {})).toMatchObject([{ result: 'NONE' }])
    // Somebody applies from a laptop what Git does not say.
    const run = engine()
    const text = (await variablesOf('infra')).replace('"alibaba"', '"aws"')
    const laptop = {
      ...{ folder: 'prod', variables: {}, state: backend.address('infra') },
      files: [...Object.entries({ ...files, [file]: text })].map(([path, content]) => ({ path, content })),
    }
    const { file: plan } = await run.plan(laptop, {}, new AbortController().signal)
    await run.apply(laptop, plan, new AbortController().signal)
    const [manual] = await gitops.checkDrift(tenant, {})
    expect(manual).toMatchObject({ result: 'DRIFTED', class: 'MANUAL', detail: '1 changed outside of Git.' })
  })

  it('without an engine is never approved by itself, merged by a person, and kept by the pipeline', {
    timeout: 60_000,
  }, async () => {
    const bare = open(undefined, 'by-hand')
    await bare.start()
    try {
      const id = await propose('orders', 'alibaba', bare)
      const waiting = await reaches(id, 'AWAITING_APPROVAL', bare)
      expect(waiting).toMatchObject({
        plan: null,
        no_plan_reason: expect.stringContaining('No plan was run'),
      })
      expect(waiting.policy?.rules.map(({ name }) => name)).toContain('no-plan')
      await bare.approve(callerOf('erik'), id, seen(waiting))
      const merged = await vi.waitFor(
        async () => {
          const found = await bare.get(tenant, id)
          expect(found.steps.at(-1)?.message).toContain('waits for your pipeline')
          return found
        },
        { timeout: 30_000 },
      )
      expect(merged.state).toBe('MERGED')
      const report = { branch: merged.branch, commit: null, succeeded: true, message: 'job 12' }
      await bare.pipelineReported(tenant, report)
      await reaches(id, 'KEPT', bare)
    } finally {
      await bare.stop()
    }
  })
})
