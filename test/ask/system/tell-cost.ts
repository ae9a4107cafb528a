import type { Client } from '@aiops/contract/client'
import { hourly, monthly } from '@aiops/contract/model/money'
import { offers, readingAgeSeconds, regions, sender } from '../cost/fact.ts'

/** Readings of the past, so that there is a history to decide by. Samples older than an hour are not taken. */
const [historyMinutes, everyMinutes] = [50, 5]

/** The cost world of ../README.md, told to a real server: what providers offer with some history, where services run, and the budget. */
export async function tellCost(client: Client, nowMs: number): Promise<void> {
  const newestMs = nowMs - readingAgeSeconds * 1_000
  const moments = Array.from(
    { length: historyMinutes / everyMinutes + 1 },
    (_, i) => newestMs - (historyMinutes - i * everyMinutes) * 60_000,
  )
  for (const ms of moments)
    await client.putProviderTelemetry({
      body: {
        source: sender,
        readings: offers.map(({ service, provider, rate, latencyMs, gpus }) => ({
          ...{ service, provider, cost_hourly_usd: hourly(rate), latency_ms: latencyMs, credits: 0.2 },
          ...{ available_gpus: gpus, ...regions[provider]!, at: new Date(ms).toISOString() },
        })),
        placements: offers.filter(({ here }) => here).map(({ service, provider }) => ({ service, provider })),
      },
    })
  await client.createBudget({
    body: {
      ...{ name: 'harbour', limit_monthly_usd: monthly(2_000), hard_limit_monthly_usd: null },
      selector: { team: '', environment: '', namespace: '', service: '' },
      thresholds: [0.8, 0.9, 1],
    },
  })
}
