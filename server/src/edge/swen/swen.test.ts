import type { Client } from '@aiops/contract/client'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { economics, healthz, simulatePriceSpike, tellDeployment } from './answer.ts'
import { exposition } from './exposition.ts'
import { parseExposition } from './exposition-reader.suite.ts'
import { telemetryOf } from './telemetry.ts'

const at = '2026-03-01T00:00:00.000Z'
type Readings = Awaited<ReturnType<Client['listProviderTelemetry']>>

const reading = (service: string, provider: string, cost: number | null, stale = false) => ({
  ...{ service, provider, cost_hourly_usd: cost, latency_ms: 80, credits: null, available_gpus: 2 },
  ...{ region: 'r1', instance: null, at, source: 'file', age_seconds: 3, stale },
})
const told = (readings: object[], placements: object[] = []) => ({ readings, placements, at }) as Readings

const overview = {
  spend: {
    current_hourly_usd: 1.5,
    monthly_usd: 1_095,
    by_provider: [{ provider: 'aws', services: 1, hourly_usd: 1.5 }],
    by_service: [],
    unknown: [],
  },
  decisions: { total: 7, last_24h: 2, moves_24h: 1, mean_confidence: 0.8, last_at: at },
  predicted_monthly_usd: null,
  realised_usd: null,
  sources: [],
}
const clientWith = (answers: Record<string, unknown>) => answers as unknown as Client
const asked = (client: Client, body?: unknown) => ({ client, query: new URLSearchParams(), body, at })

describe('the described dashboard’s answers', () => {
  it('hold every provider of every service, null where nothing is known, and each reading’s age', () => {
    const answer = telemetryOf(
      told(
        [reading('shop', 'aws', 1.2), reading('shop', 'alibaba', null)],
        [{ service: 'shop', provider: 'aws' }],
      ),
    )
    expect(answer.shop).toMatchObject({
      current_provider: 'aws',
      aws: { cost: 1.2, latency: 80, credits: null, age_seconds: 3, source: 'file' },
      alibaba: { cost: null },
    })
  })

  it('take any service name, the names of an object’s own parts too', () => {
    fc.assert(
      fc.property(fc.constantFrom('__proto__', 'constructor', 'toString', 'shop'), (service) => {
        const answer = telemetryOf(told([reading(service, 'aws', 1)]))
        expect(Object.keys(answer)).toEqual([service])
        expect(JSON.parse(JSON.stringify(answer))[service].aws.cost).toBe(1)
      }),
    )
  })

  it('keep hours, days and months apart, and say null where a sum has no source', async () => {
    const known = await economics(asked(clientWith({ getCostOverview: async () => overview })))
    expect(known).toMatchObject({ total_spend: { hourly: 1.5, daily: 36, monthly: 1_095 } })
    const spend = { ...overview.spend, current_hourly_usd: null, monthly_usd: null }
    const none = await economics(asked(clientWith({ getCostOverview: async () => ({ ...overview, spend }) })))
    expect(none).toMatchObject({ total_spend: { hourly: null, daily: null, monthly: null } })
  })

  it('name no commit where there is none', async () => {
    const client = clientWith({
      getCostOverview: async () => overview,
      listProviderTelemetry: async () => told([], []),
      listDeployments: async () => ({ items: [], total: 0 }),
    })
    expect(await healthz(asked(client))).toMatchObject({ last_ai_commit: null, active_providers: ['aws'] })
  })

  it('refuse a status that no pipeline has, and pass on one that it has', async () => {
    const bodies: unknown[] = []
    const client = clientWith({
      tellDeployment: async ({ body }: { body: unknown }) => {
        bodies.push(body)
        return { deployment_id: 'd1' }
      },
    })
    await expect(tellDeployment(asked(client, { status: 'fine' }))).rejects.toThrow('"status" is one of')
    await expect(tellDeployment(asked(client, null))).rejects.toThrow('"status" is one of')
    expect(await tellDeployment(asked(client, { branch: 'b', status: 'success', timestamp: at }))).toEqual({
      ...{ status: 'received', deployment_id: 'd1' },
    })
    expect(bodies).toEqual([{ branch: 'b', status: 'SUCCESS', at }])
  })

  it('ask what would be, and never propose, for a price spike', async () => {
    const bodies: unknown[] = []
    const client = clientWith({
      decideNow: async ({ body }: { body: unknown }) => {
        bodies.push(body)
        return { decisions: [] }
      },
    })
    expect(await simulatePriceSpike(asked(client, { provider: 'aws', percentage: 150 }))).toMatchObject({
      ...{ hypothetical: true, decisions: [] },
    })
    expect(bodies).toEqual([{ what_if: [{ provider: 'aws', cost_percent: 150 }] }])
    await expect(simulatePriceSpike(asked(client, { provider: 'aws' }))).rejects.toThrow('"percentage"')
  })
})

describe('the described metrics', () => {
  const client = (readings: object[], items: object[] = []) =>
    clientWith({
      listProviderTelemetry: async () => told(readings, [{ service: 'shop', provider: 'aws' }]),
      getCostOverview: async () => overview,
      listDecisions: async () => ({ items }),
    })

  it('have no sample for what is too old or was never told', async () => {
    const text = await exposition(
      client([
        reading('shop', 'aws', 1.2),
        reading('shop', 'gcp', 9, true),
        reading('shop', 'alibaba', null),
      ]),
    )
    const samples = parseExposition(text)
    expect(samples.filter(({ name }) => name === 'swen_service_cost')).toEqual([
      { name: 'swen_service_cost', labels: { service: 'shop', provider: 'aws' }, value: 1.2 },
    ])
    expect(samples).toContainEqual({
      ...{ name: 'swen_service_placement', labels: { service: 'shop', provider: 'alibaba' }, value: 0 },
    })
    expect(samples.some(({ name }) => /cpu|memory|network/.test(name))).toBe(false)
  })

  it('count decisions as they are kept, and know the newest of each service', async () => {
    const decision = (service: string, confidence: number | null) => ({ service, confidence })
    const text = await exposition(
      client([], [decision('shop', 0.9), decision('shop', 0.1), decision('cart', null)]),
    )
    const samples = parseExposition(text)
    expect(samples).toContainEqual({ name: 'swen_ai_decisions_total', labels: {}, value: 7 })
    expect(samples.filter(({ name }) => name === 'swen_ai_decision_confidence')).toEqual([
      { name: 'swen_ai_decision_confidence', labels: { service: 'shop' }, value: 0.9 },
    ])
  })

  it('are read back as they were written, whatever a name holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), async (service) => {
        const samples = parseExposition(await exposition(client([reading(service, 'aws', 2)])))
        expect(samples.find(({ name }) => name === 'swen_service_cost')?.labels).toEqual({
          service,
          provider: 'aws',
        })
      }),
      { numRuns: 50 },
    )
  })
})
