import { seededRandom } from '../../kernel/random.ts'
import type { ExplainCase } from './case.ts'
import { type SimulatedFault, simulateCase, simulatedFaults } from './simulated-case.ts'

/** A case with the entities at fault; none: nothing is wrong. */
export type LabelledCase = { set: string; input: ExplainCase; truth: readonly string[] }

const kindsOfSystem = {
  'simulated, traced': { traces: true },
  'simulated, metrics and graph': { traces: false },
  'simulated, few requests': { traces: false, fewRequests: true },
  'simulated, no graph': { traces: false, bare: true },
  'simulated, few requests, no graph': { traces: false, fewRequests: true, bare: true },
} as const

/** The same number of cases of each kind of system, faults in turn; `quiet`: nothing is wrong in any. */
export function simulatedCases(count: number, firstSeed: number, quiet = false): LabelledCase[] {
  const kinds = Object.entries(kindsOfSystem)
  return Array.from({ length: count }, (_, at) => {
    const [set, kind] = kinds[at % kinds.length]!
    const fault = simulatedFaults[Math.floor(at / kinds.length) % simulatedFaults.length]!
    return simulated(set, { bare: false, ...kind }, firstSeed + at, quiet ? undefined : fault)
  })
}

/** Two faults at once, at different services, in each kind of system in turn. */
export function simulatedPairs(count: number, firstSeed: number): LabelledCase[] {
  const kinds = Object.entries(kindsOfSystem)
  const faults = simulatedFaults.length
  return Array.from({ length: count }, (_, at) => {
    const [set, kind] = kinds[at % kinds.length]!
    const turn = Math.floor(at / kinds.length)
    const second = simulatedFaults[(turn + Math.floor(turn / faults) + 1) % faults]!
    const first = simulatedFaults[turn % faults]!
    return simulated(`${set}, pairs`, { bare: false, ...kind }, firstSeed + at, first, second)
  })
}

function simulated(
  set: string,
  { bare, ...kind }: { bare: boolean; traces: boolean; fewRequests?: boolean },
  seed: number,
  fault: SimulatedFault | undefined,
  second?: SimulatedFault,
): LabelledCase {
  const made = simulateCase({ ...kind, seed, ...(fault ? { fault } : {}), ...(second ? { second } : {}) })
  const symptoms = [{ entity: made.case.series[0]!.entity }]
  const input = bare
    ? { ...made.case, symptoms, edges: [], series: made.case.series.filter(({ peer }) => !peer) }
    : { ...made.case, symptoms }
  return { set: fault ? set : `${set}, quiet`, input, truth: made.truths }
}

/** How much of the healthy time comes before the moment at which somebody asks though nothing is wrong. */
const askedAfter = 0.7
/** Injection times and rows are rounded: the last minute before is not known to be healthy. */
const marginMs = 60_000

/** The same system before the fault: cut off there, and asked about a moment at which nothing happened. */
export function cutBefore({ set, input }: LabelledCase): LabelledCase {
  const { startMs, detectedAtMs } = input
  const endMs = detectedAtMs - marginMs
  const series = input.series.map((one) => {
    const found = one.timesMs.findIndex((time) => time > endMs)
    const kept = found < 0 ? one.timesMs.length : found
    return { ...one, timesMs: one.timesMs.subarray(0, kept), values: one.values.subarray(0, kept) }
  })
  const asked = startMs + askedAfter * (endMs - startMs)
  return { set: `${set} before`, truth: [], input: { ...input, series, endMs, detectedAtMs: asked } }
}

const originMs = 1_700_000_000_000
const stepMs = 15_000
const metrics = [
  'http.server.request.duration:mean',
  'http.server.request.duration:rate',
  'http.server.request.duration:error_ratio',
  'http.server.request.duration:p95',
  'process.cpu.utilization',
  'process.memory.usage',
  'db.client.connection.pending_requests',
  'disk.io.time',
  'network.bytes',
  'gc.pause.duration',
] as const

/** A system of some size: services in tiers that call a few of the next, every metric a level with noise, one service slow, its callers with it. */
export function systemOfSize(services: number, count: number, samples: number, seed: number): ExplainCase {
  const random = seededRandom(seed)
  const at = (index: number) => `service-${index}`
  const edges: [string, string][] = []
  const slowness = new Set([Math.floor(services / 2)])
  const calls: [number, number][] = []
  for (let to = 1; to < services; to += 1)
    for (let k = 0; k < 3; k += 1) calls.push([Math.floor(random.next() * to), to])
  for (const [from, to] of calls.toReversed()) if (slowness.has(to)) slowness.add(from)
  for (const [from, to] of calls) edges.push([at(from), at(to)])
  const times = Float64Array.from({ length: samples }, (_, step) => originMs + step * stepMs)
  const broken = Math.floor(samples * 0.8)
  const series = Array.from({ length: count }, (_, index) => {
    const service = index % services
    const metric = metrics[Math.floor(index / services) % metrics.length]!
    const level = 1 + random.next() * 10
    const isSlow = metric.endsWith('.duration:mean') && slowness.has(service)
    return {
      id: `${index}`,
      entity: at(service),
      metric: index < services * metrics.length ? metric : `${metric}.${index}`,
      timesMs: times,
      values: times.map((_, step) => level * (1 + 0.1 * random.next()) + (isSlow && step >= broken ? 50 : 0)),
    }
  })
  return {
    series,
    edges,
    startMs: originMs,
    endMs: times.at(-1)!,
    detectedAtMs: times[broken]!,
    symptoms: [{ entity: at(0) }],
  }
}
