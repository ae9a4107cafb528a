import type { Client } from '@aiops/contract/client'

type Telemetry = Awaited<ReturnType<Client['listProviderTelemetry']>>
type Offer = {
  cost: number | null
  latency: number | null
  credits: number | null
  available_gpus: number | null
  region: string | null
  instance: string | null
  timestamp: string
  source: string
  age_seconds: number
}
export type ServiceTelemetry = { current_provider: string | null } & Record<string, Offer | string | null>

/** `{service: {current_provider, <provider>: {cost, latency, …}}}`; what is not known is null, and each reading names its source and age. */
export function telemetryOf({ readings, placements }: Telemetry): Record<string, ServiceTelemetry> {
  const services = new Map<string, ServiceTelemetry>()
  const entry = (service: string): ServiceTelemetry => {
    const known = services.get(service) ?? { current_provider: null }
    services.set(service, known)
    return known
  }
  for (const reading of readings) {
    entry(reading.service)[reading.provider] = {
      cost: reading.cost_hourly_usd,
      latency: reading.latency_ms,
      credits: reading.credits,
      available_gpus: reading.available_gpus,
      region: reading.region,
      instance: reading.instance,
      timestamp: reading.at,
      source: reading.source,
      age_seconds: reading.age_seconds,
    }
  }
  for (const { service, provider } of placements) entry(service).current_provider = provider
  // Names are senders' words: `__proto__` is a service like any other.
  return Object.fromEntries(services)
}
