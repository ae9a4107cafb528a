import type { ProviderBook } from '../provider/provider-book.ts'
import type { Signal } from './signal-board.ts'

export type ReadingLimits = { latencyFactor: number; costFactor: number; stepMs: number; lossMs: number }

/** Share of the services of a provider that must show it. */
const shareMin = 0.5
/** Steps before now that say what is usual; the newest one is left out, for it holds the jump. */
const usualSteps = 24
const usualStepsMin = 4

type Tally = { told: number; slow: string[]; dear: string[]; newestMs: number; services: number }

/**
 * What the readings themselves say is wrong with a provider: of one sender, most services are several times slower or dearer than usual there,
 * or nothing has come of any while it goes on about other providers.
 */
export function readingSignals(book: ProviderBook, nowMs: number, limits: ReadingLimits): Signal[] {
  const tallies = new Map<string, Map<string, Tally>>()
  for (const [service, entry] of book.services)
    for (const [provider, pair] of entry.pairs) {
      const tally = tallyOf(tallies, pair.reading.source, provider)
      tally.services += 1
      tally.newestMs = Math.max(tally.newestMs, pair.atMs)
      if (book.staleSeconds(pair, nowMs) !== null) continue
      tally.told += 1
      const { cost_hourly_usd: cost, latency_ms: latency } = pair.reading
      const last = Math.floor(pair.atMs / limits.stepMs) - 1
      const usualLatency = usualOf((bucket) => pair.window.latency(bucket), last)
      const usualCost = usualOf((bucket) => pair.window.cost(bucket), last)
      if (latency !== null && usualLatency !== null && latency >= limits.latencyFactor * usualLatency)
        tally.slow.push(service)
      if (cost !== null && usualCost !== null && cost >= limits.costFactor * usualCost)
        tally.dear.push(service)
    }
  return [...tallies].flatMap(([source, providers]) => signalsOf(source, providers, nowMs, limits))
}

function signalsOf(
  source: string,
  providers: ReadonlyMap<string, Tally>,
  nowMs: number,
  limits: ReadingLimits,
): Signal[] {
  const newest = Math.max(...[...providers.values()].map(({ newestMs }) => newestMs))
  return [...providers].flatMap(([provider, tally]) => {
    const signal = (kind: Signal['kind'], services: readonly string[]): Signal[] =>
      (tally.services === 1 ? services.slice(0, 1) : [null]).map((service) => ({
        ...{
          id: `readings:${source}:${provider}:${kind}`,
          origin: `telemetry:${source}`,
          provider,
          service,
          kind,
        },
        ...{ atMs: nowMs, text: `${services.length} of ${tally.services} services` },
      }))
    const silent =
      providers.size > 1 && nowMs - newest < limits.lossMs && newest - tally.newestMs >= limits.lossMs
    if (silent) return signal('OUTAGE', ['all'])
    const most = (some: readonly string[]): boolean => some.length > 0 && some.length >= shareMin * tally.told
    return [
      ...(most(tally.slow) ? signal('LATENCY', tally.slow) : []),
      ...(most(tally.dear) ? signal('COST', tally.dear) : []),
    ]
  })
}

function tallyOf(tallies: Map<string, Map<string, Tally>>, source: string, provider: string): Tally {
  const providers = tallies.get(source) ?? new Map<string, Tally>()
  tallies.set(source, providers)
  const tally = providers.get(provider) ?? { told: 0, slow: [], dear: [], newestMs: 0, services: 0 }
  providers.set(provider, tally)
  return tally
}

/** Median of the steps before. */
function usualOf(valueAt: (bucket: number) => number, last: number): number | null {
  const values: number[] = []
  for (let bucket = last; bucket > last - usualSteps && bucket >= 0; bucket -= 1) {
    const value = valueAt(bucket)
    if (!Number.isNaN(value)) values.push(value)
  }
  if (values.length < usualStepsMin) return null
  values.sort((a, b) => a - b)
  return values[Math.floor(values.length / 2)]!
}
