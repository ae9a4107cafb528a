import { type SloState, SloState as States } from '@aiops/contract/model/slo'
import type { Metrics } from '../../kernel/metric.ts'

/** What the platform says of its own evaluation of objectives. */
export class SloMeter {
  readonly #states
  readonly #failures
  readonly #seconds

  constructor(metrics: Metrics) {
    this.#states = metrics.gauge('aiops_slo_objectives', 'Objectives by state.', ['tenant_id', 'state'])
    this.#failures = metrics.counter(
      'aiops_slo_evaluation_failures_total',
      'Evaluations of objectives that failed.',
      ['tenant_id'],
    )
    this.#seconds = metrics.gauge(
      'aiops_slo_last_evaluation_seconds',
      'How long the last evaluation of all objectives of a tenant took.',
      ['tenant_id'],
    )
  }

  failed(tenant: string): void {
    this.#failures.inc({ tenant_id: tenant })
  }

  evaluated(tenant: string, states: readonly SloState[], seconds: number): void {
    for (const state of States.options)
      this.#states.set({ tenant_id: tenant, state }, states.filter((one) => one === state).length)
    this.#seconds.set({ tenant_id: tenant }, seconds)
  }
}
