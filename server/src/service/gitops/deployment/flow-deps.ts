import type { Permission } from '@aiops/contract/api/operation'
import type { Deployment } from '@aiops/contract/model/deployment'
import type { PlanSummary } from '@aiops/contract/model/plan'
import type { PolicyDecision } from '@aiops/contract/model/policy'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../../kernel/clock.ts'
import type { Log } from '../../../kernel/log.ts'
import type { Random } from '../../../kernel/random.ts'
import type { DeploymentRepository, StoredDeployment } from '../../../port/deployment-repository.ts'
import type { Forge, RepositoryFile } from '../../../port/forge.ts'
import type { PlanEngine, Stack } from '../../../port/plan-engine.ts'
import type { PolicyContextInput, PolicyInput } from '../policy/policy-input.ts'

type Value = string | number | boolean

/** Which variables of which file say where a service runs. */
export type PlacementVariables = {
  file: string
  provider: string | null
  region: string | null
  instance: string | null
}

export type StackSettings = {
  name: string
  /** In which the engine is run. */
  folder: string
  /** Further folders that it needs, such as modules. */
  modules: readonly string[]
  /** Files whose variables may be changed through here; empty: every `.tfvars` file below the folder. */
  files: readonly string[]
  services: Readonly<Record<string, PlacementVariables>>
}

export type Repository = {
  name: string
  url: string
  forge: Forge
  /** null: the forge's default branch. */
  target: string | null
  stacks: readonly StackSettings[]
}

/** Plan files: as secret as the state. What is not there any more is undefined. */
export interface PlanVault {
  put(tenant: TenantId, deploymentId: string, sha256: string, file: Uint8Array): Promise<void>
  get(tenant: TenantId, deploymentId: string, sha256: string): Promise<Uint8Array | undefined>
  delete(tenant: TenantId, deploymentId: string): Promise<void>
}

export type VariableEdit = (
  path: string,
  text: string,
  changes: readonly { variable: string; after: Value | null }[],
) => { text: string; before: ReadonlyMap<string, Value | null> }

export type FlowAlert = {
  name: string
  severity: 'warning' | 'critical' | 'info'
  service: string
  summary: string
  deploymentId: string
}

export type FlowDeps = {
  clock: Clock
  random: Random
  log: Log
  deployments: DeploymentRepository
  repository(tenant: TenantId, name: string): Repository | undefined
  /** undefined: no plan is ever run here. */
  engine: PlanEngine | undefined
  /** Adds what a run needs beside its files: variables, and where its state is. */
  stackOf(tenant: TenantId, repository: string, stack: StackSettings, files: readonly RepositoryFile[]): Stack
  /** What a plan says, with its cost at the prices of the tenant. */
  readPlan(
    tenant: TenantId,
    plan: { json: unknown; sha256: string; engine: 'OpenTofu' | 'Terraform'; version: string },
  ): Promise<PlanSummary>
  edit: VariableEdit
  vault: PlanVault
  policy: {
    evaluate(
      input: PolicyInput,
      options: { overridden: boolean; signal: AbortSignal },
    ): Promise<PolicyDecision>
  }
  /** What is known of a service from elsewhere: incidents, prices, budget, tier, whether it holds data. */
  context(tenant: TenantId, service: string): Promise<Partial<PolicyContextInput>>
  /** One number, or null where there is nothing to read. */
  query(tenant: TenantId, promql: string, atMs: number, signal: AbortSignal): Promise<number | null>
  /** After each change that is stored; at least once is enough. */
  changed(stored: StoredDeployment): void
  alert(tenant: TenantId, alert: FlowAlert): Promise<void>
  audit(
    tenant: TenantId,
    actor: string,
    action: string,
    deployment: Deployment,
    outcome: 'SUCCESS' | 'FAILURE' | 'DENIED',
    details: Record<string, unknown>,
  ): Promise<void>
  /** Whether somebody holds a right here, by their name; undefined: no comment is a command. */
  may?(tenant: TenantId, name: string, permission: Permission): boolean
  /** Gives back the lock of a stack's state that a run of ours has left which goes on no more; in words what was done, or why not. */
  unlock?(
    tenant: TenantId,
    repository: string,
    stack: string,
    by: string,
  ): Promise<{ released: boolean; message: string }>
  /** It runs there now. May come again. */
  applied(tenant: TenantId, deployment: Deployment, work: StoredDeployment['work']): Promise<void>
}
