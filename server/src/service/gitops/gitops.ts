import type { EmergencyReview } from '@aiops/contract/model/decision'
import type { Deployment } from '@aiops/contract/model/deployment'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../kernel/clock.ts'
import { Fault, messageOf } from '../../kernel/fault.ts'
import { createRepeated } from '../../kernel/repeated.ts'
import type { StoredDeployment } from '../../port/deployment-repository.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { GitopsConfig } from './config.ts'
import { createDriver } from './deployment/driver.ts'
import type { FlowDeps, Repository } from './deployment/flow-deps.ts'
import { freezeState } from './deployment/freeze.ts'
import * as person from './deployment/person.ts'
import { proposeChange, proposeMove } from './deployment/proposal.ts'
import { checkDrift, shownDrift } from './drift/drift.ts'
import type { Gitops } from './index.ts'
import { inputOf, type Policies } from './policy/index.ts'

export type GitopsDeps = Omit<FlowDeps, 'repository' | 'policy' | 'changed'> & {
  bus: Pick<EventBus, 'publish'>
  repositories(tenant: TenantId): readonly Repository[]
  /** Of repositories that could not be opened, why. */
  unusable(tenant: TenantId): readonly { name: string; forge: string; url: string; error: string }[]
  policies: Policies
  /** What was found of the decision of an emergency, once it is reviewed. */
  finding?(tenant: TenantId, decisionId: string): Promise<EmergencyReview | undefined>
  tenants: readonly TenantId[]
}

/** Have a merge request in which something may happen. */
const requested = ['REQUESTED', 'PLANNED', 'AWAITING_APPROVAL', 'APPROVED', 'MERGED'] as const
const killLookMs = 5_000
const policyLookMs = 30_000

/** Wires the rooms of the service; what each does is said there. */
export function createGitops(deps: GitopsDeps, config: GitopsConfig): Gitops {
  const { clock, deployments, policies, tenants, log } = deps
  const flow: FlowDeps = {
    ...deps,
    repository: (tenant, name) => deps.repositories(tenant).find((one) => one.name === name),
    policy: policies,
    changed: (stored) => {
      publish(deps, stored)
      if (stored.work.dueMs <= clock.now()) driver.now()
    },
  }
  const driver = createDriver(flow, config, tenants)
  const killed = new Map<TenantId, string>()
  const failed = (what: string) => (error: unknown) => log.warn({ problem: messageOf(error) }, what)
  const lookAtSwitch = async (): Promise<void> => {
    for (const tenant of tenants) {
      const { on, reason } = await deployments.killSwitch(tenant)
      if (on) killed.set(tenant, `the kill switch is on: ${reason ?? ''}`)
      else killed.delete(tenant)
    }
  }
  const stopping = new AbortController()
  const look = (tenant: TenantId, only: Parameters<Gitops['checkDrift']>[1]) =>
    checkDrift(flowWith(flow, deps), tenant, only, stopping.signal)
  const driftMs = config.drift_interval === '0' ? 0 : durationMs(config.drift_interval)
  const loops = [
    createRepeated(clock, killLookMs, lookAtSwitch, failed('the kill switch could not be read')),
    createRepeated(clock, policyLookMs, () => policies.load(), failed('the policy could not be read')),
    ...(driftMs > 0
      ? [
          createRepeated(
            clock,
            driftMs,
            async () => {
              for (const tenant of tenants) await look(tenant, {})
            },
            failed('drift could not be looked for'),
          ),
        ]
      : []),
  ]
  const self = async (tenant: TenantId, id: string): Promise<string> => {
    const found = await deployments.get(tenant, id)
    return (
      (found && (await flow.repository(tenant, found.deployment.repository)?.forge.self())) ?? 'aiops-bot'
    )
  }
  /** It lies with the decision, and is shown where people look for it. */
  const withReview = async (tenant: TenantId, deployment: Deployment): Promise<Deployment> => {
    const { override, decision_id } = deployment
    const review = override && decision_id !== null ? await deps.finding?.(tenant, decision_id) : undefined
    return review ? { ...deployment, review } : deployment
  }
  return {
    async start() {
      await policies.load()
      await lookAtSwitch()
      await driver.start()
      for (const loop of loops) await loop.start()
    },
    async stop() {
      stopping.abort(new Error('stopping'))
      for (const loop of loops) await loop.stop()
      await driver.stop()
    },
    async propose(tenant, proposal) {
      const { id } = await proposeMove(flowWith(flow, deps), config, tenant, proposal)
      return { deploymentId: id }
    },
    proposeChange: ({ tenant, actor }, proposal) =>
      proposeChange(flowWith(flow, deps), config, tenant, actor, proposal),
    async get(tenant, id) {
      const found = await deployments.get(tenant, id)
      if (!found) throw new Fault('NOT_FOUND', `There is no deployment ${id}.`)
      return withReview(tenant, found.deployment)
    },
    list: (tenant, filter) => deployments.list(tenant, filter),
    async approve({ tenant, actor }, id, given) {
      const by = { tenant, id, by: actor, self: await self(tenant, id) }
      return person.approve(flow, config, by, given)
    },
    close: ({ tenant, actor }, id, reason) => person.close(flow, tenant, id, actor, reason),
    plan: ({ tenant, actor }, id) => person.planAnew(flow, tenant, id, actor),
    revert: ({ tenant, actor }, id, reason) => person.takeBack(flow, tenant, id, actor, reason),
    review: async ({ tenant, actor }, id, review) =>
      withReview(tenant, await person.reviewOverride(flow, tenant, id, actor, review)),
    async control(tenant) {
      const [kill_switch, counts, engine] = await Promise.all([
        deployments.killSwitch(tenant),
        deployments.counts(tenant, clock.now()),
        deps.engine?.describe(),
      ])
      return {
        ...{ kill_switch, open: counts.open, open_max: config.open_max },
        engine: engine ? { name: engine.name, version: engine.version } : null,
        freezes: config.freezes.map((freeze) => {
          const { name, active, startMs, endMs } = freezeState(freeze, clock.now())
          return { name, active, next_start: timeOf(startMs), next_end: timeOf(endMs) }
        }),
        repositories: [
          ...deps.repositories(tenant).map(({ name, forge, url, stacks }) => ({
            ...{ name, forge: forge.kind, url, stacks: stacks.map((stack) => stack.name), error: null },
          })),
          ...deps.unusable(tenant).map((one) => ({ ...one, stacks: [] })),
        ],
      }
    },
    async setKillSwitch({ tenant, actor }, { on, reason }) {
      const at = isoTime(clock.now())
      await deployments.setKillSwitch(tenant, { on, by: actor, at, reason })
      await lookAtSwitch()
      if (!on) driver.now()
      return { on, at }
    },
    killed: (tenant) => killed.get(tenant) ?? null,
    drift: async (tenant) => ({
      checks: (await deployments.drift(tenant)).map(shownDrift),
      intervalSeconds: driftMs / 1_000,
    }),
    checkDrift: look,
    async policy(tenant) {
      const said = await deployments.said(tenant)
      return {
        ...{ ...policies.current(), tests: policies.tests() },
        said: {
          ...{ allowed: said.ALLOW, required_approval: said.REQUIRE_APPROVAL },
          ...{ denied: said.DENY, overridden: said.overridden },
        },
      }
    },
    async evaluate(tenant, { plan, decision, context }) {
      const summary =
        plan === null || plan === undefined
          ? null
          : await deps.readPlan(tenant, { json: plan, sha256: '', engine: 'OpenTofu', version: '' })
      const hasDecision = Object.keys(decision).length > 0
      const input = inputOf({
        plan: summary,
        decision: hasDecision ? decision : null,
        deployment: { bot: hasDecision },
        context,
      })
      return policies.evaluate(input, { overridden: false, signal: stopping.signal })
    },
    async nudge(tenant, repository) {
      const { deployments: open } = await deployments.list(tenant, {
        ...{ services: [], states: requested, limit: 1_000, offset: 0 },
      })
      for (const one of open) if (one.repository === repository) await driver.look(tenant, one.id)
    },
    async pipelineReported(tenant, report) {
      const { deployments: merged } = await deployments.list(tenant, {
        ...{ services: [], states: ['MERGED'], limit: 1_000, offset: 0 },
      })
      const found = merged.find(
        (one) =>
          one.plan === null &&
          ((report.commit !== null && one.merged_sha === report.commit) ||
            (report.branch !== null && one.branch === report.branch)),
      )
      if (!found) return undefined
      const stored = report.succeeded ? await deployments.get(tenant, found.id) : undefined
      // Before it is kept: where this fails, the pipeline is told so and tells it again.
      if (stored) await deps.applied(tenant, stored.deployment, stored.work)
      return reported(flow, tenant, found, report)
    },
  }
}

/** What nothing applies here is kept or failed by what the pipeline says of it. */
function reported(
  flow: FlowDeps,
  tenant: TenantId,
  { id }: Deployment,
  report: { succeeded: boolean; message: string },
): Promise<Deployment> {
  const words = report.message.slice(0, 500)
  const message = `The pipeline says that it ${report.succeeded ? 'applied it' : 'failed'}. ${words}`.trim()
  return person.change(flow, tenant, id, () => ({
    ...(report.succeeded ? {} : { deployment: { failure: message } }),
    work: { ending: { state: report.succeeded ? 'KEPT' : 'FAILED', message, closes: false } },
    said: { message, actor: 'pipeline' },
  }))
}

const flowWith = (flow: FlowDeps, { repositories }: Pick<GitopsDeps, 'repositories'>) => ({
  ...flow,
  repositories,
})
const timeOf = (ms: number | null): string | null => (ms === null ? null : isoTime(ms))

function publish({ bus, clock, random }: GitopsDeps, { tenant, deployment }: StoredDeployment): void {
  const nowMs = clock.now()
  bus.publish('events', {
    ...{
      event_id: random.uuid(nowMs),
      event_type: 'DEPLOYMENT_UPDATED',
      source: 'gitops',
      tenant_id: tenant,
    },
    ...{ timestamp: isoTime(nowMs), payload: deployment },
  })
}
