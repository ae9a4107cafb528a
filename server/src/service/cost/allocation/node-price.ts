import type { PriceSource, PriceTable } from '../price/price-table.ts'
import type { Column } from './chunk.ts'
import { clusterOf, type Directory, keyOf, nodeOf } from './directory.ts'

export const gibBytes = 1_073_741_824
export type Resource = 'CPU_CORE' | 'RAM_GIB' | 'GPU'
/** USD an hour for a core, a GiB or a GPU of one node at each step; NaN where there is no price. */
export type NodeRates = {
  cpu: Float64Array
  ram: Float64Array
  gpu: Float64Array
  spot: boolean
  /** To be called where a GPU is priced: most nodes have none, and a price that nothing uses is no source. */
  gpuUsed(): void
}
export type Used = (source: PriceSource) => void

export const measuredSource = 'OpenCost metrics'

type Measured = { cpu: Map<string, Column>; ram: Map<string, Column>; gpu: Map<string, Column> }
type Capacity = { cores: number; gib: number; gpus: number }

/** Prices by node: what is measured first, then your books, then the shipped one. */
export class NodePrices {
  readonly #measured: Measured
  readonly #spot: Map<string, Column>
  readonly #rates = new Map<string, NodeRates>()
  readonly #parts: { table: PriceTable; directory: Directory; count: number; endMs: number; used: Used }

  constructor(
    columns: { cpuPrice: Column[]; ramPrice: Column[]; gpuPrice: Column[]; spot: Column[] },
    parts: { table: PriceTable; directory: Directory; count: number; endMs: number; used: Used },
  ) {
    const byNode = (all: Column[]): Map<string, Column> =>
      new Map(all.map((one) => [keyOf(clusterOf(one.labels), nodeOf(one.labels)), one]))
    this.#measured = {
      cpu: byNode(columns.cpuPrice),
      ram: byNode(columns.ramPrice),
      gpu: byNode(columns.gpuPrice),
    }
    this.#spot = byNode(columns.spot)
    this.#parts = parts
  }

  /** `capacity` tells how the price of a whole instance is divided; without it such a price says nothing of a core. */
  of(cluster: string, node: string, capacity?: Capacity): NodeRates {
    const key = keyOf(cluster, node)
    const made = this.#rates.get(key)
    if (made) return made
    const { directory, table } = this.#parts
    const facts = directory.node(cluster, node)
    const spot = this.#spot.get(key)?.values.some((value) => value > 0) || facts.spot
    const place = { provider: facts.provider, region: facts.region, spot }
    const instance = capacity ? this.#instance({ ...place, kind: facts.instanceType }, capacity) : undefined
    const find = (resource: Resource) => table.find({ ...place, resource, kind: facts.instanceType })
    const rates: NodeRates = {
      spot,
      cpu: this.#column(this.#measured.cpu.get(key), instance?.cpu ?? find('CPU_CORE')),
      ram: this.#column(this.#measured.ram.get(key), instance?.ram ?? find('RAM_GIB')),
      ...this.#gpu(this.#measured.gpu.get(key), find('GPU')),
    }
    this.#rates.set(key, rates)
    return rates
  }

  /** What a whole instance costs is divided in the ratio in which the parts would cost by themselves, as OpenCost does. */
  #instance(
    place: { provider: string; region: string; spot: boolean; kind: string },
    { cores, gib, gpus }: Capacity,
  ) {
    const { table } = this.#parts
    const whole = place.kind === '' ? undefined : table.find({ ...place, resource: 'INSTANCE' })
    const cpu = table.find({ ...place, kind: '', resource: 'CPU_CORE' })
    const ram = table.find({ ...place, kind: '', resource: 'RAM_GIB' })
    if (!whole || !cpu || !ram) return undefined
    const gpuUsd = gpus > 0 ? gpus * (table.find({ ...place, kind: '', resource: 'GPU' })?.price ?? 0) : 0
    const parts = cores * cpu.price + gib * ram.price + gpuUsd
    if (!(parts > 0)) return undefined
    const scale = whole.price / parts
    return {
      cpu: { price: cpu.price * scale, source: whole.source },
      ram: { price: ram.price * scale, source: whole.source },
    }
  }

  #gpu(measured: Column | undefined, book: { price: number; source: PriceSource } | undefined) {
    const told: PriceSource[] = []
    const gpu = this.#column(measured, book, (source) => told.push(source))
    return { gpu, gpuUsed: () => told.forEach(this.#parts.used) }
  }

  #column(
    measured: Column | undefined,
    book: { price: number; source: PriceSource } | undefined,
    used: Used = this.#parts.used,
  ): Float64Array {
    const { count, endMs } = this.#parts
    const rates = new Float64Array(count).fill(book?.price ?? Number.NaN)
    let fromBook = count
    if (measured)
      for (let k = 0; k < count; k += 1) {
        const value = measured.values[k]!
        if (!(value >= 0)) continue
        rates[k] = value
        fromBook -= 1
      }
    if (fromBook < count) used({ name: measuredSource, asOfMs: endMs, measured: true })
    if (fromBook > 0 && book) used(book.source)
    return rates
  }
}
