import { createHash } from 'node:crypto'
import type { Deployment } from '@aiops/contract/model/deployment'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { StoredDeployment } from '../../../port/deployment-repository.ts'
import type { DeploymentConfig } from './config.ts'
import type { FlowDeps, PlacementVariables, Repository, StackSettings } from './flow-deps.ts'
import { botName, newDeployment } from './record.ts'
import { mayChange } from './stack-files.ts'

/** What the platform itself proposes: where a service is to run, and why. */
export type Proposal = {
  service: string
  title: string
  explanation: string
  /** Who proposed it on their own judgement; they may not approve it. */
  proposedBy?: string | null
  decisionId: string | null
  emergency: boolean
  /** Such as `alert:…`, `anomaly:…`, `reading:…`: what set an emergency off. */
  signals: readonly string[]
  target: { provider: string; region: string | null; instance: string | null }
  confidence: number | null
  calibrated: boolean
  savingMonthlyUsd: { p10: number; p50: number; p90: number } | null
  costDeltaPercent: number | null
  evidence: Record<string, unknown>
}

export type PersonProposal = {
  service: string
  title: string
  explanation: string
  repository?: string | undefined
  stack?: string | undefined
  changes: readonly { file: string; variable: string; after: string | number | boolean | null }[]
}

type ProposalDeps = Pick<FlowDeps, 'clock' | 'random' | 'deployments' | 'changed'> & {
  repositories(tenant: TenantId): readonly Repository[]
}

/** Of the first stack that knows where the service runs. Throws NOT_FOUND, CONFLICT. */
export async function proposeMove(
  deps: ProposalDeps,
  config: DeploymentConfig,
  tenant: TenantId,
  proposal: Proposal,
): Promise<Deployment> {
  const { service, target } = proposal
  const found = placeOf(deps.repositories(tenant), service)
  if (!found)
    throw new Fault(
      'NOT_FOUND',
      `No stack of a repository says where ${service} runs; name its variables in gitops.repositories.`,
    )
  const { repository, stack, variables } = found
  const nowMs = deps.clock.now()
  const id = proposal.decisionId === null ? deps.random.uuid(nowMs) : idOf(tenant, proposal.decisionId)
  const isEmergency = proposal.emergency && independent(proposal.signals) >= 2
  const stored = newDeployment(
    tenant,
    {
      ...{ id, service, title: proposal.title.slice(0, 200), explanation: proposal.explanation },
      ...{ author: botName, proposed_by: proposal.proposedBy ?? null },
      ...{ repository: repository.name, stack: stack.name },
      ...{ decision_id: proposal.decisionId, emergency: isEmergency, changes: changesOf(variables, target) },
      override: isEmergency
        ? {
            signals: [...proposal.signals].slice(0, 100),
            expires_at: isoTime(nowMs + durationMs(config.emergency_valid)),
            review_by: isoTime(nowMs + durationMs(config.emergency_review)),
            reviewed_by: null,
          }
        : null,
    },
    {
      decision: {
        ...{ confidence: proposal.confidence, calibrated: proposal.calibrated },
        ...{ saving_monthly_usd: proposal.savingMonthlyUsd, cost_delta_percent: proposal.costDeltaPercent },
      },
      ...{ evidence: proposal.evidence, place: target },
    },
    nowMs,
  )
  return insert(deps, config, stored)
}

/** Any variables of a stack, by a person. Throws NOT_FOUND, VALIDATION_FAILED, PERMISSION_DENIED, CONFLICT. */
export async function proposeChange(
  deps: ProposalDeps,
  config: DeploymentConfig,
  tenant: TenantId,
  author: string,
  proposal: PersonProposal,
): Promise<Deployment> {
  if (config.bots.includes(author))
    throw new Fault(
      'PERMISSION_DENIED',
      `${author} is a name of the platform's own; propose under another one.`,
    )
  const repositories = deps.repositories(tenant)
  const repository = repositories.find(({ name }) => name === (proposal.repository ?? repositories[0]?.name))
  if (!repository) throw new Fault('NOT_FOUND', `There is no repository ${proposal.repository ?? 'here'}.`)
  const stack = repository.stacks.find(({ name }) => name === (proposal.stack ?? repository.stacks[0]?.name))
  if (!stack) throw new Fault('NOT_FOUND', `${repository.name} has no stack ${proposal.stack ?? ''}.`)
  const denied = proposal.changes.find(({ file }) => !mayChange(stack, file))
  if (denied)
    throw new Fault(
      'VALIDATION_FAILED',
      `${denied.file} is not among the files of ${stack.name} that may be changed.`,
    )
  const nowMs = deps.clock.now()
  const stored = newDeployment(
    tenant,
    {
      ...{ id: deps.random.uuid(nowMs), service: proposal.service, title: proposal.title, author },
      ...{ explanation: proposal.explanation, repository: repository.name, stack: stack.name },
      changes: proposal.changes.map((change) => ({ ...change, before: null })),
    },
    {},
    nowMs,
  )
  return insert(deps, config, stored)
}

/** Where a service runs according to what a deployment changes; undefined: it does not say. */
export function placeOfChanges(
  { service, changes }: Deployment,
  stack: StackSettings,
): { provider: string; region: string | null; instance: string | null } | undefined {
  const variables = Object.hasOwn(stack.services, service) ? stack.services[service] : undefined
  if (!variables) return undefined
  const value = (name: string | null): string | null => {
    const found = changes.find(({ file, variable }) => file === variables.file && variable === name)
    return found && found.after !== null ? String(found.after) : null
  }
  const provider = value(variables.provider)
  return provider === null
    ? undefined
    : { provider, region: value(variables.region), instance: value(variables.instance) }
}

async function insert(
  deps: ProposalDeps,
  config: DeploymentConfig,
  stored: StoredDeployment,
): Promise<Deployment> {
  await deps.deployments.insert(stored, config.open_max)
  const kept = (await deps.deployments.get(stored.tenant, stored.deployment.id)) ?? stored
  deps.changed(kept)
  return kept.deployment
}

function placeOf(
  repositories: readonly Repository[],
  service: string,
): { repository: Repository; stack: StackSettings; variables: PlacementVariables } | undefined {
  for (const repository of repositories)
    for (const stack of repository.stacks) {
      const variables = Object.hasOwn(stack.services, service) ? stack.services[service] : undefined
      if (variables) return { repository, stack, variables }
    }
  return undefined
}

function changesOf(
  { file, provider, region, instance }: PlacementVariables,
  target: Proposal['target'],
): Deployment['changes'] {
  const change = (variable: string | null, after: string | null) =>
    variable === null || after === null ? [] : [{ file, variable, before: null, after }]
  return [
    ...change(provider, target.provider),
    ...change(region, target.region),
    ...change(instance, target.instance),
  ]
}

/** One decision is one deployment, however often it is proposed. A UUID of version 8 (RFC 9562). */
function idOf(tenant: TenantId, decisionId: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([tenant, decisionId]))
    .digest('hex')
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}

/** Signals of one kind may all come from one fault of one sender, so kinds are counted. */
const independent = (signals: readonly string[]): number =>
  new Set(signals.map((signal) => signal.split(':', 1)[0])).size
