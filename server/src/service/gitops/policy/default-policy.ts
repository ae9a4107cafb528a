import type { PolicyRule } from '@aiops/contract/model/policy'

type Rule = Pick<PolicyRule, 'name' | 'description' | 'when'> & Partial<PolicyRule>

/** Percent, USD per month, counts. */
export const defaultLimits: Readonly<Record<string, number>> = {
  cost_delta_percent_max: 5,
  confidence_min: 0.85,
  saving_monthly_usd_min: 50,
  destroys_max: 5,
  services_max: 3,
  moves_per_hour_max: 3,
  budget_percent_max: 90,
  hourly_delta_usd_max: 1,
}

/** Of the plan: what an author says cannot change any of these, and no emergency passes them. */
const planRules: readonly Rule[] = [
  {
    name: 'stateful-at-risk',
    description: 'The plan replaces or deletes something that holds data.',
    when: 'plan != null && plan.stateful.exists(s, s.at_risk)',
    outcome: 'DENY',
  },
  {
    name: 'runs-code',
    description: 'The plan would run programs on the machine that applies it, or fetch from elsewhere.',
    when: 'plan != null && size(plan.executes) > 0',
    outcome: 'DENY',
  },
  {
    name: 'stateful-service-destroyed',
    description: 'The cluster says that the service holds data, and the plan takes something away.',
    when: 'context.stateful == true && plan != null && plan.summary.deletes + plan.summary.replaces > 0.0',
    outcome: 'DENY',
  },
  {
    name: 'no-plan',
    description: 'No plan was run, so nobody knows what would change.',
    when: 'plan == null',
  },
  {
    name: 'stateful-touched',
    description: 'The plan or the cluster says that something here holds data.',
    when: 'context.stateful == true || (plan != null && size(plan.stateful) > 0)',
  },
  {
    name: 'destroys',
    description: 'More resources are deleted or replaced than limits.destroys_max.',
    when: 'plan != null && plan.summary.deletes + plan.summary.replaces > limits.destroys_max',
  },
  {
    name: 'forgets',
    description: 'Resources leave the state and stay behind, unmanaged.',
    when: 'plan != null && plan.summary.forgets > 0',
  },
  {
    name: 'blast-radius',
    description: 'The plan touches more services than limits.services_max.',
    when: 'plan != null && size(plan.services) > limits.services_max',
  },
  {
    name: 'drift',
    description: 'Something was changed outside of Git since the last apply; the plan would undo or keep it.',
    when: 'plan != null && size(plan.drift) > 0',
  },
]

/** Of the money: an emergency may pass them while its override holds. */
const economicRules: readonly Rule[] = [
  {
    name: 'cost-delta',
    description: 'Dearer by limits.cost_delta_percent_max or more, or nobody knows by how much.',
    when: `!deployment.is_revert && decision != null
      && (decision.cost_delta_percent == null || decision.cost_delta_percent >= limits.cost_delta_percent_max)`,
  },
  {
    name: 'plan-cost',
    description: 'What the plan adds costs more than limits.hourly_delta_usd_max an hour.',
    when: '!deployment.is_revert && plan != null && plan.cost.known_hourly_delta_usd > limits.hourly_delta_usd_max',
  },
  {
    name: 'confidence',
    description: 'Confidence of limits.confidence_min or less, or none.',
    when: `!deployment.is_revert && decision != null
      && (decision.confidence == null || decision.confidence <= limits.confidence_min)`,
  },
  {
    name: 'uncalibrated',
    description: 'There are too few outcomes to say what such a confidence is worth.',
    when: '!deployment.is_revert && decision != null && !decision.calibrated',
  },
  {
    name: 'saving',
    description: 'The saving may be none, or is below limits.saving_monthly_usd_min a month.',
    when: `!deployment.is_revert && decision != null && (decision.saving_monthly_usd == null
      || decision.saving_monthly_usd.p10 <= 0 || decision.saving_monthly_usd.p50 < limits.saving_monthly_usd_min)`,
  },
  {
    name: 'stale-prices',
    description: 'The prices that it was decided on are too old, or of unknown age.',
    when: '!deployment.is_revert && context.prices_stale != false',
  },
]

const contextRules: readonly Rule[] = [
  {
    name: 'no-decision',
    description: 'A person proposed it, or nothing says what was decided.',
    when: '!deployment.is_revert && (decision == null || !deployment.bot)',
  },
  {
    name: 'incident-open',
    description: 'An incident of the service is open.',
    when: 'context.incident_open && !deployment.emergency && !deployment.is_revert',
  },
  {
    name: 'rate',
    description: 'limits.moves_per_hour_max or more were applied within the last hour.',
    when: 'context.moves_last_hour >= limits.moves_per_hour_max && !deployment.is_revert',
  },
  {
    name: 'budget',
    description: 'The budget is used to limits.budget_percent_max or more, and this is dearer.',
    when: `context.budget_percent != null && context.budget_percent >= limits.budget_percent_max
      && plan != null && plan.cost.known_hourly_delta_usd > 0`,
  },
  {
    name: 'tier-one',
    description: 'A service of tier 1: two people.',
    when: 'context.tier == 1',
    approvals: 2,
  },
]

export const defaultRules: readonly PolicyRule[] = [
  ...planRules,
  ...economicRules.map((rule) => ({ ...rule, overridable: true })),
  ...contextRules,
].map((rule) => ({
  ...{ outcome: 'REQUIRE_APPROVAL', approvals: 1, overridable: false },
  ...rule,
}))
