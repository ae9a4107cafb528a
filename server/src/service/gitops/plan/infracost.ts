import { type HourlyUsd, hourly, monthlyOf } from '@aiops/contract/model/money'
import type { PlanCost } from '@aiops/contract/model/plan'
import { isoTime } from '../../../kernel/clock.ts'

/**
 * The cost of a plan in the form of `infracost breakdown --format json` (version 0.2), so that what reads that reads this. Amounts are
 * decimal text; only resources that the plan changes are in it; those without a price are counted as unsupported and no part of any total.
 */
export function infracostJson(cost: PlanCost, project: string, nowMs: number): Record<string, unknown> {
  const before = part(cost, 'before_hourly_usd')
  const after = part(cost, 'after_hourly_usd')
  const diff = part(cost, 'delta_hourly_usd')
  const counts: Record<string, number> = {}
  for (const { type } of cost.unknown) counts[type] = (counts[type] ?? 0) + 1
  const summary = {
    totalDetectedResources: cost.known.length + cost.unknown.length,
    totalSupportedResources: cost.known.length,
    totalUnsupportedResources: cost.unknown.length,
    ...{
      totalUsageBasedResources: 0,
      totalNoPriceResources: 0,
      unsupportedResourceCounts: counts,
      noPriceResourceCounts: {},
    },
  }
  return {
    ...{
      version: '0.2',
      currency: 'USD',
      timeGenerated: isoTime(nowMs),
      metadata: { priceBook: cost.source },
    },
    projects: [{ name: project, metadata: {}, pastBreakdown: before, breakdown: after, diff, summary }],
    ...{ totalHourlyCost: after.totalHourlyCost, totalMonthlyCost: after.totalMonthlyCost },
    ...{ pastTotalHourlyCost: before.totalHourlyCost, pastTotalMonthlyCost: before.totalMonthlyCost },
    ...{ diffTotalHourlyCost: diff.totalHourlyCost, diffTotalMonthlyCost: diff.totalMonthlyCost, summary },
  }
}

type Amount = 'before_hourly_usd' | 'after_hourly_usd' | 'delta_hourly_usd'

function part({ known }: PlanCost, amount: Amount) {
  const priced = known.flatMap((change) => {
    const rate = change[amount]
    return rate === null ? [] : [{ change, rate }]
  })
  const total = hourly(priced.reduce((sum, { rate }) => sum + rate, 0))
  return {
    resources: priced.map(({ change: { address, type }, rate }) => ({
      ...{ name: address, resourceType: type, metadata: {}, ...costs(rate, 'hourlyCost', 'monthlyCost') },
      costComponents: [
        {
          ...{ name: 'Whole resource', unit: 'hours', hourlyQuantity: '1', monthlyQuantity: '730' },
          ...{ price: decimal(rate), ...costs(rate, 'hourlyCost', 'monthlyCost') },
        },
      ],
    })),
    ...costs(total, 'totalHourlyCost', 'totalMonthlyCost'),
  }
}

const costs = <H extends string, M extends string>(rate: HourlyUsd, hour: H, month: M) =>
  ({ [hour]: decimal(rate), [month]: decimal(monthlyOf(rate)) }) as Record<H | M, string>

/** Without an exponent and without the noise of binary fractions. */
const decimal = (amount: number): string =>
  amount
    .toFixed(10)
    .replace(/\.?0+$/, '')
    .replace(/^-0$/, '0')
