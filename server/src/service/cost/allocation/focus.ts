import type { TenantId } from '@aiops/contract/model/tenant'
import { isoTime } from '../../../kernel/clock.ts'
import type { CostHourRow } from '../../../port/cost-repository.ts'
import type { DaySpend } from '../budget/hour-book.ts'
import { csvField } from '../price/csv.ts'
import { idleName } from './grouping.ts'

/** Columns of the FOCUS specification 1.0 that an allocation has, in its order by name, and `x_` ones of our own as it wants them. */
const columns = [
  ...['BilledCost', 'BillingAccountId', 'BillingAccountName', 'BillingCurrency', 'BillingPeriodEnd'],
  ...['BillingPeriodStart', 'ChargeCategory', 'ChargeClass', 'ChargeDescription', 'ChargeFrequency'],
  ...['ChargePeriodEnd', 'ChargePeriodStart', 'ConsumedQuantity', 'ConsumedUnit', 'ContractedCost'],
  ...['EffectiveCost', 'InvoiceIssuerName', 'ListCost', 'PricingCategory', 'PricingQuantity', 'PricingUnit'],
  ...['ProviderName', 'PublisherName', 'RegionId', 'ResourceId', 'ResourceName', 'ResourceType'],
  ...['ServiceCategory', 'ServiceName', 'SkuId', 'SkuPriceId', 'SubAccountId', 'SubAccountName', 'Tags'],
  ...['x_Cluster', 'x_Namespace', 'x_CostPart', 'x_PriceSource'],
] as const

const serviceCategories: Record<string, string> = {
  ...{ cpu: 'Compute', ram: 'Compute', gpu: 'Compute', idle: 'Compute', external: 'Compute' },
  ...{
    storage: 'Storage',
    network: 'Networking',
    load_balancer: 'Networking',
    shared: 'Management and Governance',
  },
}
const dayMs = 86_400_000

/**
 * Days as a FOCUS data set: a row for each part of what each name cost. These are allocations by price, not an invoice: nothing here was
 * billed, so BilledCost, which may not be empty, is 0, and EffectiveCost holds the amount.
 */
export async function* focusLines(
  tenant: TenantId,
  days: AsyncIterable<DaySpend> | Iterable<DaySpend>,
): AsyncGenerator<string> {
  yield `${columns.join(',')}\r\n`
  for await (const day of days) {
    const sources = day.sources.join('; ')
    let lines = ''
    for (const row of day.rows)
      for (const [part, usd] of Object.entries(row.parts))
        lines += lineOf(tenant, day.dayMs, row, part, usd, sources)
    if (lines !== '') yield lines
  }
}

function lineOf(
  tenant: TenantId,
  day: number,
  row: CostHourRow,
  part: string,
  usd: number,
  sources: string,
): string {
  const at = new Date(day)
  const month = (ahead: number): string => isoTime(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + ahead, 1))
  const isIdle = row.namespace === idleName
  const provider = row.provider || (row.cluster === '' ? 'Kubernetes' : row.cluster)
  const service = isIdle ? 'Idle capacity' : row.service || row.namespace || 'Not allocated'
  const tags = Object.fromEntries(
    Object.entries({ team: row.team, environment: row.environment, service: row.service }).filter(
      ([, value]) => value !== '',
    ),
  )
  const cells: Record<(typeof columns)[number], string | number> = {
    ...{ BilledCost: 0, BillingAccountId: tenant, BillingAccountName: tenant, BillingCurrency: 'USD' },
    ...{ BillingPeriodEnd: month(1), BillingPeriodStart: month(0), ChargeCategory: 'Usage', ChargeClass: '' },
    ChargeDescription: `${part} of ${service}, allocated by price`,
    ...{
      ChargeFrequency: 'Usage-Based',
      ChargePeriodEnd: isoTime(day + dayMs),
      ChargePeriodStart: isoTime(day),
    },
    ...{ ConsumedQuantity: '', ConsumedUnit: '', ContractedCost: usd, EffectiveCost: usd, ListCost: usd },
    ...{ InvoiceIssuerName: provider, PricingCategory: 'Standard', PricingQuantity: '', PricingUnit: '' },
    ...{ ProviderName: provider, PublisherName: provider, RegionId: '', ResourceType: 'Kubernetes workload' },
    ResourceId: [row.cluster, row.namespace, row.service].filter((one) => one !== '').join('/'),
    ...{ ResourceName: service, ServiceCategory: serviceCategories[part] ?? 'Other', ServiceName: service },
    ...{ SkuId: '', SkuPriceId: '', SubAccountId: row.namespace, SubAccountName: row.namespace },
    ...{ Tags: JSON.stringify(tags), x_Cluster: row.cluster, x_Namespace: row.namespace, x_CostPart: part },
    x_PriceSource: sources,
  }
  return `${columns.map((name) => csvField(cells[name])).join(',')}\r\n`
}
