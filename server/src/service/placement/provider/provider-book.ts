import type { Placement, ProviderReading } from '@aiops/contract/model/provider'
import { isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { ReadingWindow, type WindowValues } from './window.ts'

export type PlacementSource = Placement['source']
export type Pair = {
  reading: ProviderReading
  atMs: number
  window: ReadingWindow
  /** Newest of each source, for what they contradict each other in; a few. */
  bySource: Map<string, { cost: number | null; atMs: number }>
}
export type ServiceEntry = {
  pairs: Map<string, Pair>
  placements: Partial<Record<PlacementSource, Placement>>
}

/** Who is believed: what was applied, then what senders see, then what somebody said. */
const precedence: readonly PlacementSource[] = ['DEPLOYMENT', 'TELEMETRY', 'API']
const sourcesMax = 8
const conflictShare = 0.1
const noticesMax = 200

/** What is known of one tenant: newest readings with their history, and where things run. This is the only idea the product has of it. */
export class ProviderBook {
  readonly services = new Map<string, ServiceEntry>()
  readonly #options: { stepMs: number; steps: number; seriesMax: number; staleMs: number }
  #pairs = 0

  constructor(options: { stepMs: number; steps: number; seriesMax: number; staleMs: number }) {
    this.#options = options
  }

  /** Throws SERIES_LIMIT where a pair is new and there is no room. Returns whether it is newer than what was known. */
  read(reading: ProviderReading): boolean {
    const atMs = Date.parse(reading.at)
    const entry = this.#entry(reading.service)
    let pair = entry.pairs.get(reading.provider)
    if (!pair) {
      if (this.#pairs >= this.#options.seriesMax)
        throw new Fault(
          'SERIES_LIMIT',
          `There is no room for ${reading.service} at ${reading.provider}: placement.telemetry.series_max is ${this.#options.seriesMax}.`,
        )
      this.#pairs += 1
      const window = new ReadingWindow(this.#options.stepMs, this.#options.steps)
      pair = { reading, atMs, window, bySource: new Map() }
      entry.pairs.set(reading.provider, pair)
    } else if (pair.bySource.get(reading.source)?.atMs === atMs) return false
    pair.window.add(atMs, valuesOf(reading))
    const before = pair.bySource.get(reading.source)
    if (before === undefined || before.atMs <= atMs) {
      pair.bySource.set(reading.source, { cost: reading.cost_hourly_usd, atMs })
      if (pair.bySource.size > sourcesMax) pair.bySource.delete(pair.bySource.keys().next().value ?? '')
    }
    if (atMs < pair.atMs) return false
    pair.reading = reading
    pair.atMs = atMs
    return true
  }

  /** Says where a service runs. Returns whether where it runs is now believed to be another place. */
  place(placement: Placement): boolean {
    const entry = this.#entry(placement.service)
    const before = placementOf(entry)
    const same = entry.placements[placement.source]
    const unchanged =
      same?.provider === placement.provider &&
      same.region === placement.region &&
      same.instance === placement.instance
    entry.placements[placement.source] = unchanged ? { ...placement, since: same.since } : placement
    return placementOf(entry)?.provider !== before?.provider
  }

  placement(service: string): Placement | undefined {
    const entry = this.services.get(service)
    return entry && placementOf(entry)
  }

  /** Seconds since a pair was last told of, where that is too long; null: it is fresh. */
  staleSeconds(pair: Pick<Pair, 'atMs'>, nowMs: number): number | null {
    const age = nowMs - pair.atMs
    return age > this.#options.staleMs ? age / 1_000 : null
  }

  readings(
    nowMs: number,
    services: readonly string[],
  ): (ProviderReading & { age_seconds: number; stale: boolean })[] {
    const wanted = services.length > 0 ? services : [...this.services.keys()].sort()
    return wanted.flatMap((service) =>
      [...(this.services.get(service)?.pairs.values() ?? [])].map((pair) => ({
        ...pair.reading,
        age_seconds: Math.max(0, (nowMs - pair.atMs) / 1_000),
        stale: this.staleSeconds(pair, nowMs) !== null,
      })),
    )
  }

  /** What those who tell contradict each other in, in sentences. */
  notices(nowMs: number): string[] {
    const said: string[] = []
    for (const [service, entry] of this.services) {
      if (said.length >= noticesMax) break
      const believed = placementOf(entry)
      for (const other of precedence.map((source) => entry.placements[source]))
        if (other && believed && other.provider !== believed.provider)
          said.push(
            `${service}: told otherwise. ${believed.source.toLowerCase()} says ${believed.provider} since ${believed.since}, ${other.source.toLowerCase()} says ${other.provider} since ${other.since}; the first is believed.`,
          )
      for (const [provider, pair] of entry.pairs)
        said.push(...this.#conflicts(service, provider, pair, nowMs))
    }
    return said.slice(0, noticesMax)
  }

  #conflicts(service: string, provider: string, pair: Pair, nowMs: number): string[] {
    const newest = pair.reading.cost_hourly_usd
    if (newest === null || pair.bySource.size < 2) return []
    return [...pair.bySource].flatMap(([source, { cost, atMs }]) =>
      source !== pair.reading.source &&
      cost !== null &&
      this.staleSeconds({ atMs }, nowMs) === null &&
      Math.abs(cost - newest) > conflictShare * Math.max(cost, newest)
        ? [
            `${service} at ${provider}: ${pair.reading.source} says $${newest}/h, ${source} says $${cost}/h; the newer is used.`,
          ]
        : [],
    )
  }

  #entry(service: string): ServiceEntry {
    let entry = this.services.get(service)
    if (!entry) {
      if (this.services.size >= this.#options.seriesMax)
        throw new Fault(
          'SERIES_LIMIT',
          `There is no room for another service: ${this.#options.seriesMax} are known.`,
        )
      entry = { pairs: new Map(), placements: {} }
      this.services.set(service, entry)
    }
    return entry
  }
}

/** A reading as its window keeps it. */
export const valuesOf = (
  reading: Pick<ProviderReading, 'cost_hourly_usd' | 'latency_ms' | 'credits' | 'available_gpus'>,
): WindowValues => [reading.cost_hourly_usd, reading.latency_ms, reading.credits, reading.available_gpus]

export function placementOf(entry: Pick<ServiceEntry, 'placements'>): Placement | undefined {
  for (const source of precedence) if (entry.placements[source]) return entry.placements[source]
  return undefined
}

/** A placement as a sender tells it: where the provider has a reading, its region and instance. */
export function toldPlacement(
  book: ProviderBook,
  service: string,
  provider: string,
  atMs: number,
): Placement {
  const reading = book.services.get(service)?.pairs.get(provider)?.reading
  return {
    ...{ service, provider, region: reading?.region ?? null, instance: reading?.instance ?? null },
    ...{ since: isoTime(atMs), source: 'TELEMETRY' },
  }
}
