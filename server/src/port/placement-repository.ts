import type { Decision, DecisionAction, DecisionState } from '@aiops/contract/model/decision'
import type { Placement } from '@aiops/contract/model/provider'
import type { TenantId } from '@aiops/contract/model/tenant'

export type DecisionFilter = {
  /** When it was made, both inclusive. */
  startMs: number
  endMs: number
  /** Empty: all. */
  services: readonly string[]
  actions: readonly DecisionAction[]
  states: readonly DecisionState[]
  limit: number
  offset: number
}

/** What is kept of one service beside its decisions. */
export type ServiceState = {
  service: string
  /** By who said so. */
  placements: Placement[]
  /** When it was last proposed or refused. */
  lastProposalMs: number | null
  /** Until when a no to a provider holds. */
  droppedUntilMs: Record<string, number>
  /** Times of its moves, newest last; 50 at most. */
  movesMs: number[]
}

/** Decisions and what they stand on. A resolved write is on disk. */
export interface PlacementRepository {
  /** All or none; one whose id is known is replaced. */
  saveDecisions(tenant: TenantId, decisions: readonly Decision[]): Promise<void>
  /** Replaces a decision where its state is still `from`; false, and nothing changed, where it is not. */
  transition(tenant: TenantId, decision: Decision, from: DecisionState): Promise<boolean>
  decision(tenant: TenantId, id: string): Promise<Decision | undefined>
  /** Newest first. At most 1,000 services are looked for. */
  decisions(tenant: TenantId, filter: DecisionFilter): Promise<{ decisions: Decision[]; total: number }>
  /** The newest of each service: to go on after a restart. */
  latestDecisions(tenant: TenantId): Promise<Decision[]>
  /** Confidence and outcome of all that came out right or wrong; the newest 100,000. */
  outcomes(tenant: TenantId): Promise<{ confidence: number; right: boolean }[]>
  saveStates(tenant: TenantId, states: readonly ServiceState[]): Promise<void>
  states(tenant: TenantId): Promise<ServiceState[]>
  /** One text of the tenant: accumulated regret of all its services. */
  saveRegret(tenant: TenantId, body: string): Promise<void>
  regret(tenant: TenantId): Promise<string | undefined>
  /** Decisions made before, of all tenants. Returns how many went. */
  deleteBefore(timeMs: number): Promise<number>
}
