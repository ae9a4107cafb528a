import { hourly } from '@aiops/contract/model/money'
import type { ProviderReading } from '@aiops/contract/model/provider'
import { isoTime } from '../../../kernel/clock.ts'
import { type Random, seededRandom } from '../../../kernel/random.ts'

/** A labelled shock: what the simulator did, so that what is found can be held against it. */
export type ShockEvent = {
  at: string
  ends_at: string
  provider: string
  service: string
  kind: 'COST' | 'LATENCY' | 'OUTAGE'
  factor: number
}
export type SimulatorOptions = {
  seed: number
  services: number
  /** Names in place of service1, service2 and so on. */
  names?: readonly string[]
  providers: readonly string[]
  stepMs: number
  startMs: number
  /** Mean shocks of each pair of service and provider in a day; 0 for none. */
  shocksPerDay?: number
}
type Profile = {
  cost: readonly [number, number]
  latency: readonly [number, number]
  credits: readonly [number, number]
  gpus: readonly (readonly [number, number])[]
  regions: readonly string[]
  instances: readonly string[]
}
type Pair = {
  service: string
  provider: string
  region: string
  instance: string
  levelCost: number
  levelLatency: number
  cost: number
  latency: number
  /** Noise of this tick alone, as factors. */
  costNoise: number
  latencyNoise: number
  credits: number
  gpus: number
  shock: { event: ShockEvent; untilMs: number } | null
}

/** Correlation time and stationary deviation on the log scale. Cost moves within hours, latency within a quarter of one. */
const costTauMs = 2 * 3_600_000
const costSd = 0.12
const latencyTauMs = 15 * 60_000
const latencySd = 0.25
/** Noise of single ticks, uniform, as described: it does not add up. */
const costTick = 0.05
const latencyTick = 0.1
const meanShockMs = 30 * 60_000
const servicesMax = 20_000

/**
 * Provider telemetry that reverts to its own level: an Ornstein–Uhlenbeck process on the log scale by its exact transition, so that a level
 * neither decays nor explodes however long it runs. One seed is one history. Its rates are a simulator's.
 */
export class ProviderSimulator {
  readonly #random: Random
  readonly #options: SimulatorOptions
  readonly #pairs: Pair[] = []
  readonly placements = new Map<string, string>()
  readonly events: ShockEvent[] = []
  #nowMs: number

  constructor(options: SimulatorOptions) {
    this.#options = options
    this.#random = seededRandom(options.seed)
    this.#nowMs = options.startMs
    const names = options.providers.slice(0, 20)
    for (let index = 1; index <= Math.min(options.services, servicesMax); index += 1) {
      const service = options.names?.[index - 1] ?? `service${index}`
      for (const provider of names) this.#pairs.push(this.#pair(service, provider))
      this.placements.set(service, this.#pick(names))
    }
  }

  get source(): string {
    return `simulator seed ${this.#options.seed}`
  }
  get nowMs(): number {
    return this.#nowMs
  }

  /** One tick on. */
  step(): void {
    this.#nowMs += this.#options.stepMs
    const dt = this.#options.stepMs
    const costDecay = Math.exp(-dt / costTauMs)
    const latencyDecay = Math.exp(-dt / latencyTauMs)
    const costNoise = costSd * Math.sqrt(1 - costDecay * costDecay)
    const latencyNoise = latencySd * Math.sqrt(1 - latencyDecay * latencyDecay)
    const shockChance = ((this.#options.shocksPerDay ?? 2) * dt) / 86_400_000
    const redraw = 1 - 0.8 ** (dt / 600_000)
    for (const pair of this.#pairs) {
      pair.cost = pair.cost * costDecay + costNoise * this.#normal()
      pair.latency = pair.latency * latencyDecay + latencyNoise * this.#normal()
      pair.costNoise = 1 + costTick * (2 * this.#random.next() - 1)
      pair.latencyNoise = 1 + latencyTick * (2 * this.#random.next() - 1)
      pair.credits = clamp(pair.credits + (this.#random.next() - 0.5) * 0.01, 0, 1)
      if (this.#random.next() < redraw) pair.gpus = this.#weighted(profileOf(pair.provider).gpus)
      if (pair.shock && pair.shock.untilMs <= this.#nowMs) pair.shock = null
      if (!pair.shock && this.#random.next() < shockChance) this.#shock(pair)
    }
  }

  /** Sets something off at a provider, on all services or one, as somebody at a terminal asks. */
  plant(shock: {
    provider: string
    kind: ShockEvent['kind']
    factor: number
    durationMs: number
    service?: string
  }): void {
    for (const pair of this.#pairs)
      if (pair.provider === shock.provider && (shock.service === undefined || shock.service === pair.service))
        this.#set(pair, shock.kind, shock.factor, shock.durationMs)
  }

  readings(): ProviderReading[] {
    const at = isoTime(this.#nowMs)
    return this.#pairs
      .filter(({ shock }) => shock?.event.kind !== 'OUTAGE')
      .map((pair) => ({
        ...{ service: pair.service, provider: pair.provider, region: pair.region, instance: pair.instance },
        cost_hourly_usd: hourly(round(rateOf(pair), 6)),
        latency_ms: round(latencyOf(pair), 3),
        credits: round(pair.credits, 4),
        available_gpus: pair.gpus,
        ...{ at, source: this.source },
      }))
  }

  /** The true rate of the moment, also where nobody is told of it. */
  rate(service: string, provider: string): number {
    const pair = this.#pairs.find((one) => one.service === service && one.provider === provider)
    return pair ? rateOf(pair) : Number.NaN
  }

  /** The described file: `{service: {current_provider, provider: {cost, latency, …}}}`. */
  document(): Record<string, Record<string, unknown>> {
    const found: Record<string, Record<string, unknown>> = {}
    for (const [service, provider] of this.placements) found[service] = { current_provider: provider }
    for (const {
      service,
      provider,
      cost_hourly_usd,
      latency_ms,
      credits,
      available_gpus,
      ...rest
    } of this.readings())
      found[service]![provider] = {
        ...{ cost: cost_hourly_usd, latency: latency_ms, credits, available_gpus },
        ...{ region: rest.region, instance: rest.instance, timestamp: rest.at, source: rest.source },
      }
    return found
  }

  #pair(service: string, provider: string): Pair {
    const profile = profileOf(provider)
    return {
      ...{ service, provider, region: this.#pick(profile.regions), instance: this.#pick(profile.instances) },
      levelCost: this.#within(profile.cost),
      levelLatency: this.#within(profile.latency),
      cost: costSd * this.#normal(),
      latency: latencySd * this.#normal(),
      ...{ costNoise: 1, latencyNoise: 1 },
      credits: this.#within(profile.credits),
      gpus: this.#weighted(profile.gpus),
      shock: null,
    }
  }
  #shock(pair: Pair): void {
    const lastsMs = -Math.log(1 - this.#random.next()) * meanShockMs
    if (this.#random.next() < 0.5) this.#set(pair, 'COST', this.#random.next() < 0.5 ? 0.7 : 1.3, lastsMs)
    else this.#set(pair, 'LATENCY', this.#random.next() < 0.5 ? 0.8 : 1.2, lastsMs)
  }
  #set(pair: Pair, kind: ShockEvent['kind'], factor: number, lastsMs: number): void {
    const { service, provider } = pair
    const untilMs = this.#nowMs + lastsMs
    const event = { at: isoTime(this.#nowMs), ends_at: isoTime(untilMs), provider, service, kind, factor }
    pair.shock = { event, untilMs }
    this.events.push(event)
    if (this.events.length > 100_000) this.events.shift()
  }
  #normal(): number {
    // Box and Muller.
    return Math.sqrt(-2 * Math.log(1 - this.#random.next())) * Math.cos(2 * Math.PI * this.#random.next())
  }
  #within([low, high]: readonly [number, number]): number {
    return low + (high - low) * this.#random.next()
  }
  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random.next() * from.length)]!
  }
  #weighted(of: readonly (readonly [number, number])[]): number {
    let left = this.#random.next()
    for (const [value, weight] of of) {
      left -= weight
      if (left < 0) return value
    }
    return of.at(-1)![0]
  }
}

const rateOf = (pair: Pair): number =>
  Math.max(
    0.01,
    pair.levelCost *
      Math.exp(pair.cost) *
      pair.costNoise *
      (pair.shock?.event.kind === 'COST' ? pair.shock.event.factor : 1),
  )
const latencyOf = (pair: Pair): number =>
  Math.max(
    1,
    pair.levelLatency *
      Math.exp(pair.latency) *
      pair.latencyNoise *
      (pair.shock?.event.kind === 'LATENCY' ? pair.shock.event.factor : 1),
  )

const profiles: Record<'aws' | 'alibaba', Profile> = {
  aws: {
    cost: [0.8, 1.5],
    latency: [40, 120],
    credits: [0, 0.3],
    gpus: [
      [0, 0.4],
      [1, 0.3],
      [2, 0.2],
      [4, 0.1],
    ],
    regions: ['us-east-1', 'us-west-2', 'eu-west-1'],
    instances: ['t3.medium', 'm5.large', 'c5.xlarge', 'p3.2xlarge'],
  },
  alibaba: {
    cost: [0.6, 1.8],
    latency: [60, 200],
    credits: [0.2, 0.8],
    gpus: [
      [0, 0.6],
      [1, 0.3],
      [2, 0.1],
    ],
    regions: ['ap-southeast-1', 'us-west-1', 'eu-central-1'],
    instances: ['ecs.g6.large', 'ecs.c6.xlarge', 'ecs.gn7.large'],
  },
}
/** Providers without ranges of their own have those of the first. */
const profileOf = (provider: string): Profile => (provider === 'alibaba' ? profiles.alibaba : profiles.aws)
const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))
const round = (value: number, digits: number): number => Number(value.toFixed(digits))
