/** One change through Git: proposed, planned, judged, approved, merged, applied, watched, kept or taken back. Its policy, and drift. */
import type { Deployment, DeploymentState } from '@aiops/contract/model/deployment'
import type { DriftCheck } from '@aiops/contract/model/drift'
import type { Policy, PolicyDecision } from '@aiops/contract/model/policy'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { KillSwitch } from '../../port/deployment-repository.ts'
import type { PersonProposal, Proposal } from './deployment/proposal.ts'

export type DeploymentFilter = {
  services: readonly string[]
  states: readonly DeploymentState[]
  startMs?: number | undefined
  endMs?: number | undefined
  limit: number
  offset: number
}

export type DeploymentControl = {
  kill_switch: KillSwitch
  freezes: { name: string; active: boolean; next_start: string | null; next_end: string | null }[]
  open: number
  open_max: number
  engine: { name: string; version: string } | null
  repositories: { name: string; forge: string; url: string; stacks: string[]; error: string | null }[]
}

/** Who acts, by name, and for which tenant. */
type Caller = { tenant: TenantId; actor: string }

export interface Gitops extends Lifecycle {
  /** What the platform decided. The same decision again is the same deployment. Throws NOT_FOUND, CONFLICT. */
  propose(tenant: TenantId, proposal: Proposal): Promise<{ deploymentId: string }>
  proposeChange(caller: Caller, proposal: PersonProposal): Promise<Deployment>
  get(tenant: TenantId, id: string): Promise<Deployment>
  list(tenant: TenantId, filter: DeploymentFilter): Promise<{ deployments: Deployment[]; total: number }>
  approve(
    caller: Caller,
    id: string,
    given: { head_sha: string; plan_sha256: string; comment: string | null },
  ): Promise<Deployment>
  close(caller: Caller, id: string, reason: string): Promise<Deployment>
  plan(caller: Caller, id: string): Promise<Deployment>
  revert(caller: Caller, id: string, reason: string): Promise<Deployment>
  review(caller: Caller, id: string, review: { right: boolean; comment: string }): Promise<Deployment>
  control(tenant: TenantId): Promise<DeploymentControl>
  setKillSwitch(caller: Caller, to: { on: boolean; reason: string }): Promise<{ on: boolean; at: string }>
  /** Why nothing is done now; null: the switch is off. As of the last look, at most five seconds ago. */
  killed(tenant: TenantId): string | null
  /** What the last look found, or nothing yet. */
  drift(tenant: TenantId): Promise<{ checks: DriftCheck[]; intervalSeconds: number }>
  checkDrift(
    tenant: TenantId,
    only: { repository?: string | undefined; stack?: string | undefined },
  ): Promise<DriftCheck[]>
  policy(tenant: TenantId): Promise<
    Policy & {
      said: { allowed: number; required_approval: number; denied: number; overridden: number }
      tests: { passed: number; failed: string[] }
    }
  >
  evaluate(
    tenant: TenantId,
    given: { plan: unknown; decision: Record<string, unknown>; context: Record<string, unknown> },
  ): Promise<PolicyDecision>
  /** Something happened to a repository at its forge: what is open there is looked at now. */
  nudge(tenant: TenantId, repository: string): Promise<void>
  /** A pipeline says how the deployment of a branch or commit came out; of those that nothing applies here. Undefined: it is none of ours. */
  pipelineReported(
    tenant: TenantId,
    report: { branch: string | null; commit: string | null; succeeded: boolean; message: string },
  ): Promise<Deployment | undefined>
}

export { GitopsConfig } from './config.ts'
export type { FlowAlert, PlanVault, Repository, StackSettings } from './deployment/flow-deps.ts'
export { type PersonProposal, type Proposal, placeOfChanges } from './deployment/proposal.ts'
export { createGitops, type GitopsDeps } from './gitops.ts'
export { type Pricing, summarisePlan } from './plan/index.ts'
export {
  defaultPolicy,
  evaluatePolicy,
  inputOf,
  type PolicyContextInput,
  readPolicy,
  runPolicyTests,
} from './policy/index.ts'
