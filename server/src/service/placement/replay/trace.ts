import type { ProviderReading } from '@aiops/contract/model/provider'

/** What providers offered one service over a period, on a grid. NaN where nothing was told. Columns by provider. */
export type ServiceTrace = {
  service: string
  providers: readonly string[]
  regions: readonly (string | null)[]
  instances: readonly (string | null)[]
  cost: readonly Float64Array[]
  latency: readonly Float64Array[]
  credits: readonly Float64Array[]
  gpus: readonly Float64Array[]
  /** Place in `providers` where it ran at the beginning; -1 where nobody says. */
  start: number
}
export type Trace = { startMs: number; stepMs: number; count: number; services: ServiceTrace[] }

/** A point of a pair: what is there of one moment. */
export type TracePoint = Pick<
  ProviderReading,
  | 'service'
  | 'provider'
  | 'cost_hourly_usd'
  | 'latency_ms'
  | 'credits'
  | 'available_gpus'
  | 'region'
  | 'instance'
> & { timeMs: number; placed?: boolean }

/** Cells of one trace: 20 services at 3 providers every 30 s for 10 days are 1.7 million of each kind. */
export const cellsMax = 4_000_000

/** Points in any order onto a grid; of a cell the newest holds. Services in order of first sight. */
export class TraceBuilder {
  readonly #startMs: number
  readonly #stepMs: number
  readonly #count: number
  readonly #services = new Map<string, Map<string, Cells>>()
  readonly #placed = new Map<string, { provider: string; timeMs: number }>()
  #cells = 0
  points = 0
  /** Points that had no room or lay outside. */
  left = 0

  constructor(startMs: number, endMs: number, stepMs: number) {
    this.#startMs = startMs
    this.#stepMs = stepMs
    this.#count = Math.max(1, Math.floor((endMs - startMs) / stepMs) + 1)
  }

  add(point: TracePoint): void {
    const at = Math.floor((point.timeMs - this.#startMs) / this.#stepMs)
    const cells = at >= 0 && at < this.#count ? this.#cellsOf(point.service, point.provider) : undefined
    if (!cells) {
      this.left += 1
      return
    }
    this.points += 1
    if (point.cost_hourly_usd !== null) cells.cost[at] = point.cost_hourly_usd
    if (point.latency_ms !== null) cells.latency[at] = point.latency_ms
    if (point.credits !== null) cells.credits[at] = point.credits
    if (point.available_gpus !== null) cells.gpus[at] = point.available_gpus
    cells.region = point.region ?? cells.region
    cells.instance = point.instance ?? cells.instance
    if (point.placed) this.place(point.service, point.provider, point.timeMs)
  }

  /** Where a service ran; the earliest of the period holds. */
  place(service: string, provider: string, timeMs: number): void {
    const known = this.#placed.get(service)
    if (!known || timeMs < known.timeMs) this.#placed.set(service, { provider, timeMs })
  }

  trace(): Trace {
    const services = [...this.#services].map(([service, byProvider]): ServiceTrace => {
      const providers = [...byProvider.keys()].sort()
      const cells = providers.map((provider) => byProvider.get(provider)!)
      return {
        ...{ service, providers },
        ...{ regions: cells.map(({ region }) => region), instances: cells.map(({ instance }) => instance) },
        ...{ cost: cells.map(({ cost }) => cost), latency: cells.map(({ latency }) => latency) },
        ...{ credits: cells.map(({ credits }) => credits), gpus: cells.map(({ gpus }) => gpus) },
        start: providers.indexOf(this.#placed.get(service)?.provider ?? ''),
      }
    })
    return { startMs: this.#startMs, stepMs: this.#stepMs, count: this.#count, services }
  }

  #cellsOf(service: string, provider: string): Cells | undefined {
    let byProvider = this.#services.get(service)
    const known = byProvider?.get(provider)
    if (known) return known
    if (this.#cells + this.#count > cellsMax) return undefined
    this.#cells += this.#count
    if (!byProvider) {
      byProvider = new Map()
      this.#services.set(service, byProvider)
    }
    const column = (): Float64Array => new Float64Array(this.#count).fill(Number.NaN)
    const made = {
      cost: column(),
      latency: column(),
      credits: column(),
      gpus: column(),
      region: null,
      instance: null,
    }
    byProvider.set(provider, made)
    return made
  }
}

type Cells = Record<'cost' | 'latency' | 'credits' | 'gpus', Float64Array> & {
  region: string | null
  instance: string | null
}
