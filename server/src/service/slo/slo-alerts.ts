import type { BurnAlert, BurnSeverity, Slo, SloStatus, SloView } from '@aiops/contract/model/slo'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import type { SloAlert, SloDeps } from './index.ts'
import { amount, leftText, percent } from './slo-status.ts'

/** Said again this often: one that is not said any more resolves by itself. */
const renewMs = 60_000

type Told = { alert: SloAlert; saidMs: number }

/** Burn rules that fire are alerts, one for the pages and one for the tickets of an objective: correlated, silenced and told of as all others. */
export class SloAlerts {
  readonly #deps: Pick<SloDeps, 'alert'> & { clock: Clock }
  readonly #told = new Map<TenantId, Map<string, Told>>()

  constructor(deps: Pick<SloDeps, 'alert'> & { clock: Clock }) {
    this.#deps = deps
  }

  /** Of all objectives of a tenant: what is not among them has ended. */
  async look(tenant: TenantId, views: readonly SloView[]): Promise<void> {
    const nowMs = this.#deps.clock.now()
    const told = this.#told.get(tenant) ?? new Map<string, Told>()
    this.#told.set(tenant, told)
    const wanted = new Map(
      views.flatMap(({ slo, status }) => alertsOf(slo, status).map((alert) => [alert.key, alert] as const)),
    )
    const gone = [...told].filter(([key]) => !wanted.has(key))
    const due = [...wanted].filter(([key, alert]) => {
      const before = told.get(key)
      return (
        !before || nowMs - before.saidMs >= renewMs || before.alert.labels.severity !== alert.labels.severity
      )
    })
    if (gone.length + due.length === 0) return
    await this.#deps.alert(tenant, [
      ...gone.map(([, { alert }]) => ({ ...alert, firing: false })),
      ...due.map(([, alert]) => alert),
    ])
    for (const [key] of gone) told.delete(key)
    for (const [key, alert] of due) told.set(key, { alert, saidMs: nowMs })
  }
}

/** At this burn rate and above a page is CRITICAL: a budget of 30 days is gone in two. */
const criticalBurnRate = 14.4

function alertsOf(slo: Slo, status: SloStatus): SloAlert[] {
  return (['PAGE', 'TICKET'] as const).flatMap((severity) => {
    const firing = status.alerts.filter((alert) => alert.firing && alert.severity === severity)
    return firing.length === 0 ? [] : [alertOf(slo, status, severity, firing)]
  })
}

function alertOf(
  slo: Slo,
  { budget, exhaustion }: SloStatus,
  severity: BurnSeverity,
  firing: readonly BurnAlert[],
): SloAlert {
  const worst = firing.reduce((a, b) => (b.burn_rate > a.burn_rate ? b : a))
  const name = severity === 'PAGE' ? 'SloBurnRateFast' : 'SloBurnRateSlow'
  const critical = worst.burn_rate >= criticalBurnRate ? 'critical' : 'high'
  const burn = worst.long_burn_rate ?? 0
  const ends = exhaustion?.at ?? null
  const summary = `${slo.name} burns its error budget ${amount(burn)} times as fast as it may (${worst.long_window}); ${leftText(budget.left_ratio)}.`
  return {
    key: `${slo.id}/${severity}`,
    labels: {
      ...slo.labels,
      ...{ alertname: name, slo: slo.name, slo_id: slo.id },
      ...(slo.service === '' ? {} : { service: slo.service }),
      ...(slo.team === '' ? {} : { team: slo.team }),
      severity: severity === 'PAGE' ? critical : 'medium',
    },
    annotations: {
      summary,
      ...(slo.description === '' ? {} : { description: slo.description }),
      ...(slo.alerting.runbook_url === '' ? {} : { runbook_url: slo.alerting.runbook_url }),
      burn_rate: amount(burn),
      burn_rate_short: amount(worst.short_burn_rate ?? 0),
      windows: `${worst.long_window}, ${worst.short_window}`,
      objective: `${slo.objective} % over ${slo.window}`,
      budget_left: percent(budget.left_ratio),
      ...(ends === null ? {} : { budget_exhausted_at: ends }),
    },
    ...{ firing: true, sinceMs: Math.min(...firing.map(({ since }) => Date.parse(since ?? ''))) },
    sloId: slo.id,
  }
}
