import type { Client } from '@aiops/contract/client'
import { isoTime } from '../../../../kernel/clock.ts'
import { messageOf } from '../../../../kernel/fault.ts'
import { seededRandom } from '../../../../kernel/random.ts'
import { ProviderSimulator } from '../../cost/simulator.ts'
import { Monitor, type MonitorAlert, type Probe } from './monitor.ts'
import type { ScenarioName } from './options.ts'
import type { Places } from './repository.ts'

export type Shock = { provider: string; kind: 'COST' | 'LATENCY' | 'OUTAGE'; factor: number; atMs: number }

const tickMs = 1_000
/** Longer than any scenario: it ends when the demo ends it. */
const shockMs = 3_600_000

/** How hard each kind hits, drawn from the seed between these. */
const shocks: Record<ScenarioName, { kind: Shock['kind']; factor: readonly [number, number] }> = {
  'provider-outage': { kind: 'OUTAGE', factor: [1, 1] },
  'price-spike': { kind: 'COST', factor: [2.5, 4] },
  'latency-spike': { kind: 'LATENCY', factor: [5, 8] },
}

/** The providers of a seed, told to the platform every second, and a monitor of somebody else. */
export class World {
  readonly simulator: ProviderSimulator
  readonly #client: Client
  readonly #places: Places
  readonly #monitor: Monitor
  readonly #seed: number
  #timer: NodeJS.Timeout | undefined
  #busy: Promise<void> = Promise.resolve()
  #isFirst = true
  /** What went wrong last in telling the platform; "" while all is well. */
  problem = ''

  constructor(
    platform: { client: Client; url: string },
    options: { seed: number; places: Places; providers: readonly string[] },
    told: (alert: MonitorAlert) => void,
  ) {
    const { seed, places, providers } = options
    this.#client = platform.client
    this.#places = places
    this.#seed = seed
    this.simulator = new ProviderSimulator({
      ...{ seed, providers, services: places.size, names: [...places.keys()] },
      ...{ stepMs: tickMs, startMs: Date.now(), shocksPerDay: 0 },
    })
    for (const [service, { provider }] of places) this.simulator.placements.set(service, provider)
    this.#monitor = new Monitor((path, body) => post(`${platform.url}${path}`, body), told)
  }

  start(): void {
    let isBusy = false
    this.#timer = setInterval(() => {
      if (isBusy) return
      isBusy = true
      this.#busy = this.#tick()
        .then(() => {
          this.problem = ''
        })
        .catch((error: unknown) => {
          this.problem = messageOf(error)
        })
        .finally(() => {
          isBusy = false
        })
    }, tickMs)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#busy
  }

  /** The trouble begins; nobody is told. */
  strike(scenario: ScenarioName, provider: string): Shock {
    const { kind, factor } = shocks[scenario]
    const [low, high] = factor
    const drawn = low + (high - low) * seededRandom(this.#seed + 1).next()
    this.simulator.plant({ provider, kind, factor: drawn, durationMs: shockMs })
    return { provider, kind, factor: drawn, atMs: Date.now() }
  }

  /** The trouble ends. */
  relent({ provider }: Shock): void {
    this.simulator.plant({ provider, kind: 'COST', factor: 1, durationMs: 1 })
  }

  async #tick(): Promise<void> {
    this.simulator.step()
    const { placements: known } = await this.#client.listProviderTelemetry({})
    for (const { service, provider } of known)
      if (this.simulator.placements.has(service)) this.simulator.placements.set(service, provider)
    const at = isoTime(Date.now())
    const readings = this.simulator.readings().map(({ source: _, ...reading }) => {
      const place = this.#places.get(reading.service)
      const isHere = place?.provider === reading.provider
      return { ...reading, at, ...(isHere ? { region: place.region, instance: place.instance } : {}) }
    })
    const placements = this.#isFirst
      ? [...this.#places].map(([service, { provider }]) => ({ service, provider }))
      : []
    await this.#client.putProviderTelemetry({
      body: { source: this.simulator.source, readings, placements },
    })
    this.#isFirst = false
    await this.#monitor.probe(this.#probes())
  }

  /** As they are, whoever is told: a provider that is out answers nobody and bills nobody. */
  #probes(): Probe[] {
    const readings = this.simulator.readings()
    return [...this.simulator.placements].map(([service, provider]) => {
      const found = readings.find((one) => one.service === service && one.provider === provider)
      return {
        ...{ service, provider, latencyMs: found?.latency_ms ?? null },
        rateHourlyUsd: found?.cost_hourly_usd ?? null,
      }
    })
  }
}

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  })
  await response.text()
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
}
