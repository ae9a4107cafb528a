import type { TenantId } from '@aiops/contract/model/tenant'
import type { Metrics } from '../../../kernel/metric.ts'
import type { RuleGroupState } from './index.ts'

/** Counts what rules do. */
export class RuleMeter {
  readonly #evaluations
  readonly #failures
  readonly #missed
  readonly #duration

  constructor(metrics: Metrics) {
    const label = ['tenant_id'] as const
    this.#evaluations = metrics.counter(
      'aiops_rule_evaluations_total',
      'Evaluations of recording and alerting rules.',
      label,
    )
    this.#failures = metrics.counter(
      'aiops_rule_evaluation_failures_total',
      'Evaluations of rules that failed.',
      label,
    )
    this.#missed = metrics.counter(
      'aiops_rule_group_iterations_missed_total',
      'Evaluations of groups left out because one before took longer than the interval.',
      label,
    )
    this.#duration = metrics.histogram(
      'aiops_rule_group_duration_seconds',
      'Time to evaluate a group of rules.',
      label,
    )
  }

  rule(tenant_id: TenantId, error: unknown): void {
    this.#evaluations.inc({ tenant_id })
    if (error !== undefined) this.#failures.inc({ tenant_id })
  }

  missed(tenant_id: TenantId, count: number): void {
    this.#missed.inc({ tenant_id }, count)
  }

  group(tenant_id: TenantId, { evaluationSeconds }: RuleGroupState): void {
    this.#duration.observe({ tenant_id }, evaluationSeconds)
  }
}
