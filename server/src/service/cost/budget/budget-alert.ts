import type { BudgetBand, BudgetStatus } from '@aiops/contract/model/budget'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../../kernel/clock.ts'
import type { BudgetAlert, CostDeps } from '../index.ts'

/** Said again this often, so that whoever forgets those that are not renewed keeps it. */
const renewMs = 60_000

type Firing = { alert: BudgetAlert; saidMs: number }

/** Bands from ALERT on are alerts, one for each budget and band: they are correlated, silenced and told of as all others. */
export class BudgetAlerts {
  readonly #deps: { clock: Clock; alert: CostDeps['alert'] }
  readonly #firing = new Map<TenantId, Map<string, Firing>>()

  constructor(deps: { clock: Clock; alert: CostDeps['alert'] }) {
    this.#deps = deps
  }

  async look(tenant: TenantId, statuses: readonly BudgetStatus[]): Promise<void> {
    const nowMs = this.#deps.clock.now()
    const known = this.#firing.get(tenant) ?? new Map<string, Firing>()
    this.#firing.set(tenant, known)
    const wanted = new Map<string, BudgetAlert>()
    for (const status of statuses) {
      const alert = alertOf(status, nowMs)
      if (alert) wanted.set(alert.key, { ...alert, sinceMs: known.get(alert.key)?.alert.sinceMs ?? nowMs })
    }
    const gone = [...known].filter(([key]) => !wanted.has(key))
    const due = [...wanted].filter(([key]) => nowMs - (known.get(key)?.saidMs ?? 0) >= renewMs)
    const alerts = [
      ...gone.map(([, { alert }]) => ({ ...alert, firing: false })),
      ...due.map(([, alert]) => alert),
    ]
    if (alerts.length === 0) return
    await this.#deps.alert(tenant, alerts)
    for (const [key] of gone) known.delete(key)
    for (const [key, alert] of due) known.set(key, { alert, saidMs: nowMs })
  }
}

const severities: Record<Exclude<BudgetBand, 'MONITOR'>, BudgetAlert['severity']> = {
  ...{ ALERT: 'medium', FREEZE: 'high', BLOCK: 'critical', HARD: 'critical' },
}
const consequences: Record<Exclude<BudgetBand, 'MONITOR'>, string> = {
  ALERT: 'Nothing is held back yet.',
  FREEZE: 'Changes that cost more are held back.',
  BLOCK: 'Nothing new is created for it.',
  HARD: 'It is past its hard limit.',
}

function alertOf(status: BudgetStatus, nowMs: number): BudgetAlert | undefined {
  const { budget, band, spent_usd: spent } = status
  if (band === 'MONITOR' || spent === null) return undefined
  const { service, namespace, team, environment } = budget.selector
  const selector = Object.entries({ service, namespace, team, environment }).filter(
    ([, value]) => value !== '',
  )
  const share = Math.round((spent / budget.limit_monthly_usd) * 100)
  return {
    key: `${budget.id}/${band}`,
    labels: {
      ...{ alertname: 'BudgetThresholdReached', budget: budget.name, band },
      ...Object.fromEntries(selector),
    },
    severity: severities[band],
    message: `Budget ${budget.name}: $${spent.toFixed(2)} of $${budget.limit_monthly_usd.toFixed(2)} are spent this month (${share} %). ${consequences[band]}`,
    ...{ firing: true, sinceMs: nowMs },
  }
}
