import type { Random } from '../../server/src/kernel/random.ts'
import { happened, hex, noise } from './exposition.ts'

/** A board as its maker describes it: watts, MHz, MiB, degrees Celsius. */
export type GpuModel = {
  name: string
  idleWatts: number
  limitWatts: number
  boostMhz: number
  idleMhz: number
  memoryMhz: number
  memoryMib: number
  /** Where it begins to slow down. */
  slowdownCelsius: number
  /** Only boards with HBM tell the temperature of their memory. */
  memorySensor: boolean
  nvlinks: number
}

export const gpuModels = {
  h100: {
    ...{ name: 'NVIDIA H100 80GB HBM3', idleWatts: 72, limitWatts: 700, boostMhz: 1980, idleMhz: 345 },
    ...{ memoryMhz: 2619, memoryMib: 81_559, slowdownCelsius: 87, memorySensor: true, nvlinks: 18 },
  },
  a100: {
    ...{ name: 'NVIDIA A100-SXM4-40GB', idleWatts: 55, limitWatts: 400, boostMhz: 1410, idleMhz: 210 },
    ...{ memoryMhz: 1215, memoryMib: 40_960, slowdownCelsius: 87, memorySensor: true, nvlinks: 12 },
  },
  l4: {
    ...{ name: 'NVIDIA L4', idleWatts: 16, limitWatts: 72, boostMhz: 2040, idleMhz: 210 },
    ...{ memoryMhz: 6251, memoryMib: 23_034, slowdownCelsius: 88, memorySensor: false, nvlinks: 0 },
  },
} satisfies Record<string, GpuModel>

export type GpuOwner = { namespace: string; pod: string; container: string }
export type MigSlice = { id: number; profile: string; shareOfMemory: number; owner: GpuOwner | undefined }
type Xid = { code: number; atS: number }

/** One GPU: what it is told to do, what is wrong with it, and what follows from both by simple physics. */
export class GpuDevice {
  readonly index: number
  readonly uuid: string
  readonly pciBusId: string
  readonly model: GpuModel
  owner: GpuOwner | undefined
  slices: MigSlice[] = []
  /** What its job asks of it, 0 to 1; swings by itself around it. */
  demand = 0.8
  /** Share of memory that its job holds. */
  memoryDemand = 0.55

  // What may be wrong with it.
  present = true
  /** 1 is as built; more: less heat is carried off. */
  thermalResistance = 1
  inletCelsius = 27
  /** Degrees of the memory above what is usual. */
  memoryExcessCelsius = 0
  powerCapWatts = Number.POSITIVE_INFINITY
  /** Clocks held down by the board's power input. */
  powerBrake = false
  /** A kernel sits on it and does nothing. */
  hung = false
  singleBitPerS = 0
  replaysPerS = 0
  nvlinkErrorsPerS = 0
  nvlinkDown = false
  memoryLeakMibPerS = 0

  // What it shows.
  celsius = 40
  memoryCelsius = 48
  watts = 80
  smMhz = 345
  activity = 0
  usedMib = 500
  energyMj = 0
  powerViolationNs = 0
  thermalViolationNs = 0
  replays = 0
  singleBit = 0
  doubleBit = 0
  remappedCorrectable = 0
  remappedUncorrectable = 0
  remapFailure = 0
  remapPending = 0
  nvlinkCrc = 0
  nvlinkReplay = 0
  nvlinkRecovery = 0
  nvlinkBytes = 0
  pcieTx = 0
  pcieRx = 0
  lastXid = 0
  xids: Xid[] = []
  #clockEvents: { event: string; atS: number }[] = []
  #phase: number
  #leakedMib = 0
  #settled = false
  readonly #random: Random

  constructor(random: Random, index: number, model: GpuModel, uuid = uuidLike(random)) {
    this.#random = random
    this.index = index
    this.model = model
    this.uuid = uuid
    this.pciBusId = `00000000:${(0x17 + index * 0x13).toString(16).toUpperCase().padStart(2, '0')}:00.0`
    this.#phase = random.next() * 600
    this.energyMj = Math.floor(random.next() * 4e12)
    this.replays = Math.floor(random.next() * 3)
  }

  /** A code of the kernel's log; the gauge keeps the last one. */
  raise(code: number, atS: number): void {
    this.lastXid = code
    this.xids.push({ code, atS })
  }
  /** Codes of the last `windowS`. */
  recentXids(nowS: number, windowS: number): Map<number, number> {
    const counts = new Map<number, number>()
    for (const { code, atS } of this.xids)
      if (atS > nowS - windowS && atS <= nowS) counts.set(code, (counts.get(code) ?? 0) + 1)
    return counts
  }
  /** How often within `windowS` a look at the clocks, one a step, found this reason for holding them back. */
  recentClockEvents(nowS: number, windowS: number): Map<string, number> {
    const counts = new Map<string, number>()
    for (const { event, atS } of this.#clockEvents)
      if (atS > nowS - windowS) counts.set(event, (counts.get(event) ?? 0) + 1)
    return counts
  }

  step(seconds: number, nowS: number): void {
    const [random, model] = [this.#random, this.model]
    this.#clockEvents = this.#clockEvents.filter(({ atS }) => atS > nowS - 3600)
    const busy = this.owner || this.slices.some(({ owner }) => owner) ? this.demand : 0
    // Steps of training: work, then a short exchange with the others.
    const swing = 0.06 * Math.sin((2 * Math.PI * (nowS + this.#phase)) / 290)
    this.activity = busy < 0.005 ? 0 : clamp(busy + swing * busy + noise(random, 0.03 * busy), 0, 1)
    if (this.hung) this.activity = 0
    const wanted = model.idleWatts + (model.limitWatts - model.idleWatts) * (this.hung ? 0.09 : this.activity)
    const cap = Math.min(model.limitWatts, this.powerCapWatts)
    const cooled = this.#thermalShare()
    const braked = this.powerBrake ? 0.45 : 1
    const target = Math.min(wanted * cooled * braked, cap)
    this.watts = Math.max(model.idleWatts * 0.95, target + noise(random, model.limitWatts * 0.006))
    this.#count(seconds, { wanted, cap, cooled, nowS })
    this.#heat(seconds)
    this.#clocks(cap / Math.max(wanted * cooled, 1), cooled * braked)
    this.#memory(seconds)
    this.#wear(seconds)
  }

  #thermalShare(): number {
    return clamp(1 - 0.09 * Math.max(0, this.celsius - (this.model.slowdownCelsius - 1)), 0.2, 1)
  }
  #count(
    seconds: number,
    { wanted, cap, cooled, nowS }: { wanted: number; cap: number; cooled: number; nowS: number },
  ): void {
    const ns = seconds * 1e9
    const note = (event: string) => this.#clockEvents.push({ event, atS: nowS })
    // Power is capped in bursts before the average meets the limit.
    const capped = clamp((wanted * cooled - cap * 0.985) / (cap * 0.1), 0, 1)
    this.powerViolationNs += Math.round(ns * (this.powerBrake ? 0.98 : capped))
    if (capped > 0.3) note('power_cap')
    if (this.powerBrake) note('hw_power_brake')
    const hot = clamp((1 - cooled) * 3, 0, 1)
    this.thermalViolationNs += Math.round(ns * hot)
    if (hot > 0.3) note(this.celsius > this.model.slowdownCelsius + 2 ? 'hw_thermal' : 'sw_thermal')
    if (this.activity === 0 && !this.hung) note('gpu_idle')
  }
  #heat(seconds: number): void {
    const perWatt = (36 / this.model.limitWatts) * this.thermalResistance
    const [steady, memorySteady] = [
      this.inletCelsius + perWatt * this.watts,
      this.inletCelsius + perWatt * this.watts + 5 + 4 * this.activity + this.memoryExcessCelsius,
    ]
    // It was running long before anybody looked: the first step finds it settled.
    const share = this.#settled ? 1 - Math.exp(-seconds / 75) : 1
    this.#settled = true
    this.celsius += (steady - this.celsius) * share + noise(this.#random, 0.35)
    this.memoryCelsius += (memorySteady - this.memoryCelsius) * share + noise(this.#random, 0.3)
  }
  #clocks(capShare: number, slowed: number): void {
    const { boostMhz, idleMhz } = this.model
    if (this.activity === 0 && !this.hung) this.smMhz = idleMhz
    else
      this.smMhz = Math.max(
        idleMhz,
        Math.round((boostMhz * Math.min(1, capShare ** 0.6) * slowed ** 0.7) / 15) * 15,
      )
  }
  #memory(seconds: number): void {
    const held = this.owner || this.slices.length > 0 ? this.memoryDemand * this.model.memoryMib : 0
    this.#leakedMib = this.memoryLeakMibPerS > 0 ? this.#leakedMib + this.memoryLeakMibPerS * seconds : 0
    const most = this.model.memoryMib * 0.995
    this.usedMib = Math.round(Math.min(most, 520 + held * (1 + noise(this.#random, 0.004)) + this.#leakedMib))
  }
  #wear(seconds: number): void {
    const random = this.#random
    this.energyMj += Math.round(this.watts * seconds * 1000)
    this.singleBit += happened(random, this.singleBitPerS * seconds)
    this.replays += happened(random, this.replaysPerS * seconds)
    const errors = happened(random, this.nvlinkErrorsPerS * seconds)
    this.nvlinkCrc += errors
    this.nvlinkReplay += Math.ceil(errors * 0.7)
    this.nvlinkRecovery += errors > 20 ? 1 : 0
    const moved = this.activity * seconds * (1 + noise(random, 0.05))
    this.nvlinkBytes += this.nvlinkDown ? 0 : Math.max(0, Math.round(moved * 90_000 * this.model.nvlinks))
    this.pcieTx += Math.max(0, Math.round(moved * 1.1e9))
    this.pcieRx += Math.max(0, Math.round(moved * 2.4e9))
  }
}

export const clamp = (value: number, from: number, to: number): number => Math.min(to, Math.max(from, value))

function uuidLike(random: Random): string {
  return `GPU-${[8, 4, 4, 4, 12].map((length) => hex(random, length)).join('-')}`
}
