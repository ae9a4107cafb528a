/** What is known of an amount, as bits; a part without its bits is null on the wire, never 0. */
export const known = {
  ...{ cpuRequest: 1, cpuUsage: 2, ramRequest: 4, ramUsage: 8, cpuPrice: 16, ramPrice: 32 },
  ...{ gpu: 64, gpuPrice: 128, storage: 256, network: 512, balancer: 1_024, external: 2_048 },
  ...{ shared: 4_096, idle: 8_192 },
} as const

export type IdleUsd = { cpu: number; ram: number; gpu: number }

/** Sums of what one name had and cost. Amounts in USD, hours of cores, bytes and GPUs. */
export class Tally {
  readonly name: string
  /** What all that it is made of have in common. */
  properties: Map<string, string>
  cpuHours = 0
  cpuRequestHours = 0
  cpuUsageHours = 0
  cpuUsd = 0
  ramByteHours = 0
  ramRequestByteHours = 0
  ramUsageByteHours = 0
  ramUsd = 0
  gpuHours = 0
  gpuUsd = 0
  storageByteHours = 0
  storageUsd = 0
  networkBytes = 0
  zoneUsd = 0
  regionUsd = 0
  internetUsd = 0
  balancerUsd = 0
  externalUsd = 0
  sharedUsd = 0
  readonly idleUsd: IdleUsd = { cpu: 0, ram: 0, gpu: 0 }
  known = 0
  /** Beginning of the first step in which it was there, end of the last. */
  firstMs = Number.POSITIVE_INFINITY
  lastMs = Number.NEGATIVE_INFINITY
  readonly missing = new Set<string>()

  constructor(name: string, properties: Iterable<readonly [string, string]> = []) {
    this.name = name
    this.properties = new Map(properties)
  }

  get networkUsd(): number {
    return this.zoneUsd + this.regionUsd + this.internetUsd
  }
  get idleTotalUsd(): number {
    return this.idleUsd.cpu + this.idleUsd.ram + this.idleUsd.gpu
  }
  /** Of itself: without what others leave idle, and without what is shared. */
  get ownUsd(): number {
    const { cpuUsd, ramUsd, gpuUsd, storageUsd, networkUsd, balancerUsd, externalUsd } = this
    return cpuUsd + ramUsd + gpuUsd + storageUsd + networkUsd + balancerUsd + externalUsd
  }
  get totalUsd(): number {
    return this.ownUsd + this.sharedUsd + this.idleTotalUsd
  }

  seen(fromMs: number, toMs: number): void {
    if (fromMs < this.firstMs) this.firstMs = fromMs
    if (toMs > this.lastMs) this.lastMs = toMs
  }

  /** Properties in which they differ are neither's. */
  common(properties: ReadonlyMap<string, string>): void {
    for (const [name, value] of this.properties)
      if (properties.get(name) !== value) this.properties.delete(name)
  }

  add(other: Tally): void {
    for (const field of summed) this[field] += other[field]
    this.idleUsd.cpu += other.idleUsd.cpu
    this.idleUsd.ram += other.idleUsd.ram
    this.idleUsd.gpu += other.idleUsd.gpu
    this.known |= other.known
    this.seen(other.firstMs, other.lastMs)
    for (const one of other.missing) this.missing.add(one)
    this.common(other.properties)
  }
}

const summed = [
  ...(['cpuHours', 'cpuRequestHours', 'cpuUsageHours', 'cpuUsd'] as const),
  ...(['ramByteHours', 'ramRequestByteHours', 'ramUsageByteHours', 'ramUsd'] as const),
  ...(['gpuHours', 'gpuUsd', 'storageByteHours', 'storageUsd', 'networkBytes'] as const),
  ...(['zoneUsd', 'regionUsd', 'internetUsd', 'balancerUsd', 'externalUsd', 'sharedUsd'] as const),
]

/** Usage by request of processor and memory, weighted by what they cost, as OpenCost defines it; null where one of the two is known of neither. */
export function efficiencyOf(tally: Tally): number | null {
  const cpu = ratioOf(tally, known.cpuRequest | known.cpuUsage, tally.cpuUsageHours, tally.cpuRequestHours)
  const ram = ratioOf(
    tally,
    known.ramRequest | known.ramUsage,
    tally.ramUsageByteHours,
    tally.ramRequestByteHours,
  )
  const parts = [
    { ratio: cpu, usd: tally.cpuUsd },
    { ratio: ram, usd: tally.ramUsd },
  ].flatMap(({ ratio, usd }) => (ratio === null ? [] : [{ ratio, usd }]))
  const usd = parts.reduce((sum, part) => sum + part.usd, 0)
  return usd > 0 ? parts.reduce((sum, part) => sum + part.ratio * part.usd, 0) / usd : null
}

/** Of one resource; 1 where nothing was requested and something used. */
export function ratioOf(tally: Tally, bits: number, usage: number, request: number): number | null {
  if ((tally.known & bits) !== bits) return null
  if (request > 0) return usage / request
  return usage > 0 ? 1 : 0
}
