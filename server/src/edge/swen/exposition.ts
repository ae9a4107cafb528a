import type { Client } from '@aiops/contract/client'

type Family = {
  name: string
  help: string
  type: 'gauge' | 'counter'
  samples: [Record<string, string>, number][]
}

export const expositionType = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * The described metrics, from what is known: a reading that is too old, or was never told, has no sample. CPU, memory and network of
 * services are not here: whoever measures them sends them, and nobody else can know.
 */
export async function exposition(client: Client): Promise<string> {
  const [{ readings, placements }, { spend, decisions }, { items }] = await Promise.all([
    client.listProviderTelemetry(),
    client.getCostOverview(),
    client.listDecisions({ query: { page: 1, page_size: 200 } }),
  ])
  const fresh = readings.filter(({ stale }) => !stale)
  const offers = (value: (reading: (typeof fresh)[number]) => number | null): Family['samples'] =>
    fresh.flatMap((reading) => {
      const at = value(reading)
      return at === null ? [] : [[{ service: reading.service, provider: reading.provider }, at]]
    })
  const runs = new Map(placements.map(({ service, provider }) => [service, provider]))
  const newest = new Map(items.toReversed().map((decision) => [decision.service, decision]))
  const families: Family[] = [
    gauge(
      'swen_service_cost',
      'US dollars by the hour, at this provider.',
      offers((r) => r.cost_hourly_usd),
    ),
    gauge(
      'swen_service_latency',
      'Milliseconds, at this provider.',
      offers((r) => r.latency_ms),
    ),
    gauge(
      'swen_service_gpus',
      'GPUs available at this provider.',
      offers((r) => r.available_gpus),
    ),
    gauge(
      'swen_service_credits',
      'Share of credit left at this provider, 0 to 1.',
      offers((r) => r.credits),
    ),
    gauge(
      'swen_service_placement',
      '1 at the provider where the service runs, 0 at the others that were told of.',
      fresh.flatMap(({ service, provider }) => {
        const at = runs.get(service)
        return at === undefined ? [] : [[{ service, provider }, at === provider ? 1 : 0]]
      }),
    ),
    gauge(
      'swen_service_distribution',
      'Services that run at this provider.',
      spend.by_provider.map(({ provider, services }) => [{ provider }, services]),
    ),
    gauge('swen_services_running', 'Services whose provider is known.', [[{}, placements.length]]),
    {
      ...{ name: 'swen_ai_decisions_total', help: 'Decisions made and kept.', type: 'counter' },
      samples: [[{}, decisions.total]],
    },
    gauge(
      'swen_ai_last_decision_timestamp',
      'When the last decision was made, Unix seconds.',
      decisions.last_at === null ? [] : [[{}, Date.parse(decisions.last_at) / 1_000]],
    ),
    gauge(
      'swen_ai_decision_confidence',
      'Share of plausible weights and samples in which the chosen option of the newest decision wins.',
      [...newest.values()].flatMap(({ service, confidence }) =>
        confidence === null ? [] : [[{ service }, confidence] as [Record<string, string>, number]],
      ),
    ),
  ]
  return families.map(textOf).join('')
}

const gauge = (name: string, help: string, samples: Family['samples']): Family => ({
  ...{ name, help, samples },
  type: 'gauge',
})

function textOf({ name, help, type, samples }: Family): string {
  const lines = samples.map(([labels, value]) => {
    const pairs = Object.entries(labels).map(([key, label]) => `${key}="${escaped(label)}"`)
    return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}\n`
  })
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

const escaped = (label: string): string =>
  label.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
