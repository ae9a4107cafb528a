import type { HourlyUsd } from '@aiops/contract/model/money'
import type { TenantId } from '@aiops/contract/model/tenant'
import { isoTime } from '../../kernel/clock.ts'
import type { Cost } from '../../service/cost/index.ts'
import type { Pricing } from '../../service/gitops/index.ts'
import type { PlacementDeps, Placements } from '../../service/placement/index.ts'

type Sources = { cost: Pick<Cost, 'books'>; placements: Pick<Placements, 'telemetry'> }

/**
 * Prices of what a plan names: an instance of a service at a provider costs what that provider tells of that service now; others what a price
 * book says of their type. What neither knows has no price, and the plan says so.
 */
export async function placementPricing(
  { cost, placements }: Sources,
  tenant: TenantId,
): Promise<Pricing | undefined> {
  const told = new Map<string, HourlyUsd>()
  for (const { service, provider, cost_hourly_usd, stale } of placements.telemetry(tenant, []).readings)
    if (cost_hourly_usd !== null && !stale) told.set(`${provider} ${service}`, cost_hourly_usd)
  const { books } = await cost.books(tenant)
  const instances = new Map<string, HourlyUsd>()
  // The first book that has a price wins, as elsewhere.
  for (const book of books.toReversed())
    for (const { resource, provider, kind, spot, hourly_usd } of book.prices)
      if (resource === 'INSTANCE' && kind !== '' && !spot) instances.set(`${provider} ${kind}`, hourly_usd)
  if (told.size === 0 && instances.size === 0) return undefined
  const source = [told.size > 0 ? 'provider telemetry' : '', instances.size > 0 ? 'price books' : '']
  return {
    source: source.filter((name) => name !== '').join(' and '),
    priceOf({ service, provider, values }) {
      const place = placeOf(provider, values)
      if (place === undefined) return undefined
      if (place.kind === 'instance' && service !== null) {
        const rate = told.get(`${place.provider} ${service}`)
        if (rate !== undefined) return rate
      }
      return place.type === undefined ? undefined : instances.get(`${place.provider} ${place.type}`)
    },
  }
}

/** Of data that leaves a provider for another one, as the price books say; the first that has a price wins. */
export const egressPrices =
  (cost: Pick<Cost, 'transferPrice'>): NonNullable<PlacementDeps['egress']> =>
  async (tenant, { provider, region }) => {
    const found = await cost.transferPrice(tenant, {
      ...{ provider, to: 'INTERNET' },
      ...(region === null ? {} : { region }),
    })
    if (!found) return undefined
    const { name, asOfMs } = found.source
    const day = isoTime(asOfMs).slice(0, 10)
    return { gibUsd: found.price, source: `price book ${name} of ${day}${found.stale ? ', old' : ''}` }
  }

type Place = { provider: string; kind: string; type: string | undefined }

/** Of a virtual machine of a cloud, or of the built-in `terraform_data` that models one. */
function placeOf(provider: string, values: Readonly<Record<string, unknown>>): Place | undefined {
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
  const input = values.input
  if (typeof input === 'object' && input !== null) {
    const modelled = input as Record<string, unknown>
    const at = text(modelled.provider)
    return at === undefined
      ? undefined
      : { provider: at, kind: text(modelled.kind) ?? '', type: text(modelled.instance) }
  }
  const type = text(values.instance_type)
  if (type === undefined) return undefined
  if (/\/aws$/.test(provider)) return { provider: 'aws', kind: 'instance', type }
  if (/\/alicloud$/.test(provider)) return { provider: 'alibaba', kind: 'instance', type }
  return undefined
}
