import type { PlanSummary } from '@aiops/contract/model/plan'

/** What was decided, as rules see it; unknown is null. Text of strangers may stand in it. */
export type PolicyDecisionInput = {
  confidence: number | null
  calibrated: boolean
  saving_monthly_usd: { p10: number; p50: number; p90: number } | null
  /** Of the service's bill; above 0 is dearer. */
  cost_delta_percent: number | null
}

export type PolicyDeploymentInput = {
  service: string
  author: string
  /** Proposed by the platform itself. */
  bot: boolean
  /** An override is in force: two independent signals, not expired. */
  emergency: boolean
  /** Takes back one that was applied. */
  is_revert: boolean
  changes: number
}

export type PolicyContextInput = {
  /** What plans here; null: nothing does. */
  engine: string | null
  incident_open: boolean
  frozen: boolean
  kill_switch: boolean
  /** null: nobody knows the age of the prices. */
  prices_stale: boolean | null
  /** Applies of the last hour, of all services. */
  moves_last_hour: number
  open_deployments: number
  /** Share of the budget that is spent or forecast, whichever is more, in percent; null without a budget. */
  budget_percent: number | null
  /** 1 stateful, 2 stateless, 3 batch; null where nobody said. */
  tier: number | null
  /** Whether the service holds data in its cluster (StatefulSet, volume claims); null where no cluster knows it. */
  stateful: boolean | null
}

export type PolicyInput = {
  plan: PlanSummary | null
  decision: PolicyDecisionInput | null
  deployment: PolicyDeploymentInput
  context: PolicyContextInput
}

/** What is not known, said as what lets nothing pass. */
export const unknownContext: PolicyContextInput = {
  ...{ engine: null, incident_open: false, frozen: false, kill_switch: false, prices_stale: null },
  ...{ moves_last_hour: 0, open_deployments: 0, budget_percent: null, tier: null, stateful: null },
}

export const unknownDeployment: PolicyDeploymentInput = {
  ...{ service: '', author: '', bot: false, emergency: false, is_revert: false, changes: 0 },
}
