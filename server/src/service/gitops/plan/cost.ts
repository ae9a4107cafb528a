import { type HourlyUsd, hourly, sumOf } from '@aiops/contract/model/money'
import type { PlanCost, PricedChange } from '@aiops/contract/model/plan'
import type { ResourceJson } from './plan-json.ts'

/** A resource as it is before or after, with the engine's own values: for a price book to find its price. */
export type ResourceToPrice = {
  address: string
  type: string
  provider: string
  service: string | null
  values: Readonly<Record<string, unknown>>
}

/** undefined: the price book has none. Never 0 for what is not known. */
export type PriceOf = (resource: ResourceToPrice) => HourlyUsd | undefined

export type Pricing = { priceOf: PriceOf; source: string }

/**
 * Types that the providers do not charge for as such (documentation of the clouds' price lists): network and identity around what costs.
 * Everything else without a price is unknown.
 */
const free =
  /^(aws_(vpc|subnet|internet_gateway|route|route_table|route_table_association|main_route_table_association|security_group|security_group_rule|vpc_security_group_(in|e)gress_rule|network_acl|network_acl_rule|network_interface|iam_.+|db_subnet_group|db_parameter_group|elasticache_subnet_group|elasticache_parameter_group|s3_bucket_(policy|public_access_block|ownership_controls|acl)|launch_template|key_pair|placement_group|autoscaling_policy|lb_listener|lb_listener_rule|lb_target_group|lb_target_group_attachment)|alicloud_(vpc|vswitch|security_group|security_group_rule|route_table|route_entry|ram_.+|ecs_key_pair|key_pair|network_acl)|kubernetes_(namespace|service_account|role|role_binding|cluster_role|cluster_role_binding|config_map|secret|network_policy|pod_disruption_budget)(_v1)?|random_.+|null_resource|time_.+|tls_.+)$/

/** The change of the bill by what the plan changes; resources that stay as they are cost what they cost. */
export function costOf(
  resources: readonly { resource: ResourceJson; service: string | null }[],
  pricing: Pricing | undefined,
): PlanCost {
  const known: PricedChange[] = []
  const unknown: PlanCost['unknown'] = []
  for (const { resource, service } of resources) {
    const { address, type, change } = resource
    if (change.actions.includes('no-op') || change.actions.includes('forget') || resource.mode === 'data')
      continue
    if (isFree(resource)) continue
    const price = (values: unknown): HourlyUsd | null | undefined =>
      isObject(values)
        ? pricing?.priceOf({ ...{ address, type, service, values }, provider: resource.provider_name ?? '' })
        : null
    const before = price(change.before)
    const after = price(change.after)
    if (!isPrice(before) || !isPrice(after)) {
      const reason = pricing ? `${pricing.source} has no price for it` : 'no price book was asked'
      unknown.push({ address, type, reason })
      continue
    }
    const delta = hourly((after ?? 0) - (before ?? 0))
    known.push({
      ...{ address, type, service, before_hourly_usd: before, after_hourly_usd: after },
      delta_hourly_usd: delta,
    })
  }
  const sum = sumOf(known.map(({ delta_hourly_usd }) => delta_hourly_usd))
  return {
    ...{ hourly_delta_usd: unknown.length > 0 ? null : sum, known_hourly_delta_usd: sum },
    ...{ known, unknown, source: pricing?.source ?? null },
  }
}

/** null: it is not there then. A price that is no number, or less than nothing, is none. */
const isPrice = (price: HourlyUsd | null | undefined): price is HourlyUsd | null =>
  price === null || (price !== undefined && Number.isFinite(price) && price >= 0)

/** A `terraform_data` costs nothing, unless its input says what it stands for. */
function isFree({ type, change }: ResourceJson): boolean {
  if (type !== 'terraform_data') return free.test(type)
  return [change.before, change.after].every((values) => {
    const input = isObject(values) ? values.input : undefined
    return !isObject(input) || !('kind' in input)
  })
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
