import { type Random, seededRandom } from '../../kernel/random.ts'
import type { CaseSeries, ExplainCase } from './case.ts'
import {
  clamp,
  type Fault,
  faultAt,
  gaussian,
  type Load,
  loadOf,
  makeServices,
  poisson,
  type Service,
  type SimulatedFault,
} from './simulated-system.ts'

export { type SimulatedFault, simulatedFaults } from './simulated-system.ts'

/** A made-up system with a made-up fault, for tests and calibration: what its services would export every two seconds. */
export type Simulation = {
  seed: number
  /** None: nothing is wrong. */
  fault?: SimulatedFault
  /** A second one at another service, at the same time. */
  second?: SimulatedFault
  /** Series derived from traces are there too. */
  traces?: boolean
  baselineSamples?: number
  afterSamples?: number
  /** Samples between the true beginning and the time the case names. */
  lateSamples?: number
  /** About one request a second, read every minute, latency as quantiles of histogram buckets: most samples stand for a handful. */
  fewRequests?: boolean
}

const intervalMs = 2_000
const fewIntervalMs = 60_000
/** Requests a second at the entry. */
const entryUsual = 28
const entryFew = 1.2
const originMs = 1_700_000_000_000

/** The case and the service at fault (undefined when nothing is wrong), and all of them. One seed gives one case. */
export function simulateCase(simulation: Simulation): {
  case: ExplainCase
  truth: string | undefined
  truths: string[]
} {
  const random = seededRandom(simulation.seed)
  const services = makeServices(random)
  const faults = faultsOf(simulation, services.length, random)
  const before = simulation.baselineSamples ?? 15 + Math.floor(random.next() * 100)
  const after = simulation.afterSamples ?? 5 + Math.floor(random.next() * 15)
  const few = simulation.fewRequests ?? false
  const recorder = new Recorder(simulation.traces ?? true, few)
  const { timeOf } = recorder
  const wave = random.next() * 6
  for (let step = 0; step < before + after; step += 1) {
    const broken = step >= before ? faults : []
    const entry =
      (few ? entryFew : entryUsual) * (1 + 0.1 * Math.sin(step / 13 + wave)) * (1 + 0.05 * gaussian(random))
    recorder.step = step
    export_(recorder, services, loadOf(services, entry, broken, random), broken, step - before, random)
  }
  const late = simulation.lateSamples ?? Math.floor(random.next() * 4)
  const versions = faults
    .filter(({ kind }) => kind === 'deploy')
    .map(({ at }) => ({ entity: services[at]!.name, version: '2.0', previous: '1.9', atMs: timeOf(before) }))
  const truths = faults.map(({ at }) => services[at]!.name)
  return {
    case: {
      series: recorder.series(),
      edges: services.flatMap((service) =>
        service.calls.map(({ to }): [string, string] => [service.name, services[to]!.name]),
      ),
      detectedAtMs: timeOf(before + late),
      startMs: originMs,
      endMs: timeOf(before + after),
      changes: versions,
    },
    truth: truths[0],
    truths,
  }
}

function faultsOf({ fault, second }: Simulation, services: number, random: Random): Fault[] {
  if (!fault) return []
  const at = Math.floor(random.next() * services)
  if (!second) return [{ kind: fault, at }]
  return [
    { kind: fault, at },
    { kind: second, at: (at + 1 + Math.floor(random.next() * (services - 1))) % services },
  ]
}

function export_(
  recorder: Recorder,
  services: readonly Service[],
  load: Load,
  faults: readonly Fault[],
  since: number,
  random: Random,
): void {
  const { seconds } = recorder
  for (const [at, service] of services.entries()) {
    const mine = faultAt(faults, at)
    if (mine === 'down') continue
    // Counted requests, not expected ones: small rates are noisy and their errors come in lumps.
    const seen = poisson(load.rate[at]! * seconds, random)
    const failures = (ratio: number): number =>
      seen === 0 ? Number.NaN : poisson(seen * ratio, random) / seen
    const put = (metric: string, unit: string, value: number) =>
      recorder.put(service.name, metric, unit, value)
    put('http.server.request.duration:rate', '1/s', seen / seconds)
    if (recorder.few) {
      const durations = Array.from(
        { length: seen },
        () => load.meanMs[at]! * Math.exp(0.5 * gaussian(random)),
      )
      for (const share of [50, 90, 99])
        put(`http.server.request.duration:p${share}`, 's', bucketQuantile(durations, share / 100) / 1_000)
    } else {
      put(
        'http.server.request.duration:mean',
        's',
        (load.meanMs[at]! / 1_000) * (1 + (0.3 * gaussian(random)) / Math.sqrt(seen + 1)),
      )
      put(
        'http.server.request.duration:p95',
        's',
        (load.meanMs[at]! / 1_000) * (1.5 + 0.15 * gaussian(random)),
      )
    }
    put('http.server.request.duration:error_ratio', '1', Math.min(1, failures(load.error[at]!)))
    put(
      'process.cpu.utilization',
      '1',
      clamp(
        (mine === 'cpu' ? 0.75 : service.base.cpu * (load.rate[at]! / 20 + 0.5)) *
          (1 + 0.1 * gaussian(random)),
      ),
    )
    put(
      'process.memory.usage',
      'By',
      service.base.memory +
        recorder.step * 2e4 +
        (mine === 'memory' ? since * 30 * 2 ** 20 : 0) +
        5e5 * gaussian(random),
    )
    put(
      'nodejs.eventloop.delay.p99',
      's',
      (mine === 'cpu' ? 0.06 : mine === 'memory' ? 0.005 * since : 0.002) * (1 + 0.5 * random.next()),
    )
    put('db.client.connection.pending_requests', '{request}', mine === 'pool' ? 5 + poisson(8, random) : 0)
    put('db.client.connection.wait_time:mean', 's', mine === 'pool' ? 0.8 : 0)
    if (!recorder.traces || seen === 0) continue
    put(
      'traces.span.self_time:mean',
      's',
      (load.selfMs[at]! / 1_000) * (1 + (0.3 * gaussian(random)) / Math.sqrt(seen + 1)),
    )
    put('traces.span.error_origin_ratio', '1', Math.min(1, failures(load.origin[at]!)))
  }
  for (const [key, edge] of load.edge) {
    const [from, to] = key.split(' ').map(Number) as [number, number]
    if (faultAt(faults, from) === 'down') continue
    const calls = poisson(edge.rate * seconds, random)
    recorder.put(
      services[from]!.name,
      'http.client.request.duration:rate',
      '1/s',
      calls / seconds,
      services[to]!.name,
    )
    if (calls === 0) continue
    recorder.put(
      services[from]!.name,
      'http.client.request.duration:mean',
      's',
      edge.meanMs / 1_000,
      services[to]!.name,
    )
    recorder.put(
      services[from]!.name,
      'http.client.request.duration:error_ratio',
      '1',
      Math.min(1, poisson(calls * edge.error, random) / calls),
      services[to]!.name,
    )
  }
}

/** Milliseconds, as clients of Prometheus come with. */
const bucketBounds = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000]

/** What histogram_quantile makes of the requests: linear within the bucket. NaN without any. */
function bucketQuantile(durations: readonly number[], share: number): number {
  let below = 0
  for (const [at, bound] of bucketBounds.entries()) {
    const upTo = durations.filter((duration) => duration <= bound).length
    const low = bucketBounds[at - 1] ?? 0
    if (upTo > below && upTo >= share * durations.length)
      return low + ((bound - low) * (share * durations.length - below)) / (upTo - below)
    below = upTo
  }
  return durations.length === 0 ? Number.NaN : bucketBounds.at(-1)!
}

class Recorder {
  step = 0
  readonly traces: boolean
  readonly few: boolean
  readonly seconds: number
  readonly timeOf: (step: number) => number
  readonly #columns = new Map<
    string,
    {
      entity: string
      metric: string
      unit: string
      peer: string | undefined
      times: number[]
      values: number[]
    }
  >()
  constructor(traces: boolean, few: boolean) {
    this.traces = traces
    this.few = few
    const ms = few ? fewIntervalMs : intervalMs
    this.seconds = ms / 1_000
    this.timeOf = (step) => originMs + step * ms
  }
  put(entity: string, metric: string, unit: string, value: number, peer?: string): void {
    const key = `${entity} ${metric} ${peer ?? ''}`
    const column = this.#columns.get(key) ?? { entity, metric, unit, peer, times: [], values: [] }
    this.#columns.set(key, column)
    if (!Number.isFinite(value)) return
    column.times.push(this.timeOf(this.step))
    column.values.push(value)
  }
  series(): CaseSeries[] {
    return [...this.#columns].map(([id, { entity, metric, unit, peer, times, values }]) => ({
      id,
      entity,
      metric,
      unit,
      peer: peer === undefined ? undefined : { entity: peer, is: 'CALLEE' as const },
      timesMs: Float64Array.from(times),
      values: Float64Array.from(values),
    }))
  }
}
