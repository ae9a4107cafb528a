import type { BudgetStatus } from '@aiops/contract/model/budget'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { RecordStore } from '../../port/record-store.ts'
import type { Cost } from '../../service/cost/index.ts'
import type { GitopsDeps } from '../../service/gitops/index.ts'
import type { ObservedCluster } from '../../service/infrastructure/index.ts'
import { holdingIncidents } from '../analytics/holding-incidents.ts'

type Known = {
  records: Pick<RecordStore, 'incidents' | 'anomalies'>
  cost: Pick<Cost, 'pricesFresh' | 'budgets'>
  observe(tenants: readonly TenantId[]): Promise<readonly ObservedCluster[]>
}

/** What the policy is told of a service beside the plan: never by who proposes, always by what runs and what is written down elsewhere. */
export function deploymentContext({ records, cost, observe }: Known): GitopsDeps['context'] {
  return async (tenant, service) => {
    const [open, budgets, clusters] = await Promise.all([
      holdingIncidents(records, tenant),
      cost.budgets(tenant),
      observe([tenant]),
    ])
    return {
      incident_open: open.has(service),
      prices_stale: !cost.pricesFresh(tenant).fresh,
      budget_percent: budgetPercent(budgets, service),
      stateful: isStateful(clusters, service),
    }
  }
}

/** Of the budgets that take the service in by name, and of those that take in everything: the fullest, spent or forecast. */
export function budgetPercent(budgets: readonly BudgetStatus[], service: string): number | null {
  const shares = budgets.flatMap(({ budget: { selector, limit_monthly_usd }, spent_usd, forecast_usd }) => {
    const { team, environment, namespace } = selector
    if (selector.service !== service && (selector.service || team || environment || namespace) !== '')
      return []
    const amounts = [spent_usd, forecast_usd?.p50 ?? null].filter((amount) => amount !== null)
    return amounts.map((amount) => (100 * amount) / limit_monthly_usd)
  })
  return shares.length === 0 ? null : Math.max(...shares)
}

/** Whether pods of this name belong to what keeps data; null where no watched cluster runs it. */
export function isStateful(
  clusters: readonly Pick<ObservedCluster, 'inventory'>[],
  service: string,
): boolean | null {
  const pods = clusters
    .flatMap(({ inventory }) => inventory().pods)
    .filter(
      ({ labels, owner }) =>
        owner?.name === service ||
        labels['app.kubernetes.io/name'] === service ||
        labels.app === service ||
        labels['app.kubernetes.io/instance'] === service,
    )
  return pods.length === 0 ? null : pods.some(({ owner }) => owner?.kind === 'StatefulSet')
}
