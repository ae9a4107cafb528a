import { figureText } from '@aiops/contract/model/number-text'
import type { ProviderReading } from '@aiops/contract/model/provider'
import type { ServiceRules } from '../config.ts'

/** Hard constraints that an option breaks, in words; empty: it is allowed. What is not known cannot be shown to hold, and so breaks it. */
export function brokenBy(
  reading: ProviderReading,
  rules: ServiceRules,
  context: {
    staleSeconds: number | null
    current: boolean
    budgetFrozen: string | null
    currentCost: number | null
  },
): string[] {
  const { provider, region, instance, latency_ms: latency, available_gpus: gpus, credits } = reading
  const cost = reading.cost_hourly_usd
  const broken: string[] = []
  if (rules.providers_allow.length > 0 && !rules.providers_allow.includes(provider))
    broken.push(`${provider} is not among the allowed providers (${rules.providers_allow.join(', ')})`)
  if (rules.providers_deny.includes(provider)) broken.push(`${provider} is denied for this service`)
  if (rules.residency.length > 0 && !(region !== null && rules.residency.some((one) => fits(one, region))))
    broken.push(`region ${region ?? 'unknown'} is outside ${rules.residency.join(', ')}`)
  if (
    rules.instances_allow.length > 0 &&
    !(instance !== null && rules.instances_allow.some((one) => fits(one, instance)))
  )
    broken.push(`instance ${instance ?? 'unknown'} is none of ${rules.instances_allow.join(', ')}`)
  if (rules.gpus_min > 0 && !((gpus ?? -1) >= rules.gpus_min))
    broken.push(`${gpus === null ? 'unknown' : gpus} GPUs available, ${rules.gpus_min} needed`)
  if (rules.latency_slo_ms !== null && !(latency !== null && latency <= rules.latency_slo_ms))
    broken.push(
      `latency ${latency === null ? 'unknown' : `${number(latency)} ms`}, SLO ${number(rules.latency_slo_ms)} ms`,
    )
  if (rules.credits_min > 0 && !((credits ?? -1) >= rules.credits_min))
    broken.push(
      `credit ${credits === null ? 'unknown' : percent(credits)} left, ${percent(rules.credits_min)} needed`,
    )
  if (rules.cost_hourly_usd_max !== null && !(cost !== null && cost <= rules.cost_hourly_usd_max))
    broken.push(
      `costs ${cost === null ? 'unknown' : `$${number(cost)}/h`}, at most $${number(rules.cost_hourly_usd_max)}/h`,
    )
  if (cost === null) broken.push('its cost is not known')
  // Of where it runs now, old readings hold a move up: see FRESH_TELEMETRY. They are no reason to leave.
  if (context.current) return broken
  if (context.staleSeconds !== null)
    broken.push(`its newest reading is ${Math.round(context.staleSeconds)} s old`)
  if (rules.stateful) broken.push('the service holds state and is not moved by a decision')
  if (
    context.budgetFrozen !== null &&
    !(cost !== null && context.currentCost !== null && cost <= context.currentCost)
  )
    broken.push(`the budget is frozen (${context.budgetFrozen}) and it is not cheaper`)
  return broken
}

/** `eu-*` fits all that begin so. */
const fits = (pattern: string, value: string): boolean =>
  pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : pattern === value

export const number = (value: number): string => figureText(value, 4)
const percent = (share: number): string => `${Math.round(share * 100)} %`
