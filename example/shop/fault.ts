import type { Pool } from './pool.ts'
import type { Random } from './random.ts'

/** What can be wrong with a service. */
export const faultKinds = ['latency', 'errors', 'cpu', 'memory', 'pool', 'down', 'deploy', 'traffic'] as const

export type FaultKind = (typeof faultKinds)[number]

/** What is wrong with a service now; `harm` comes on top of the kind, from a repair that made things worse. */
export type Condition = { kind?: FaultKind; harm: boolean }

export const healthy: Condition = { harm: false }

const cpuBusyMs = 60
const cpuIdleMs = 20
const leakStepBytes = 3 * 2 ** 20
const leakStepMs = 200
const leakMaxBytes = 450 * 2 ** 20
/** A full collection takes about this long for each retained MiB; V8's mark-compact has this order of magnitude. */
const pauseMsPerMib = 0.25
const pauseEverySteps = 4
const pauseToReportMs = 50

/**
 * A service's defects, each by its real effect. Nothing here may name itself where telemetry could see it: messages
 * are what the broken program would say.
 */
export class Fault {
  readonly #pool: Pool
  readonly #random: Random
  readonly #warn: (message: string) => void
  readonly #baseFailure: number
  #condition: Condition = healthy
  #timer: NodeJS.Timeout | undefined
  #retained: Buffer[] = []
  #due = 0

  constructor(pool: Pool, random: Random, warn: (message: string) => void) {
    this.#pool = pool
    this.#random = random
    this.#warn = warn
    this.#baseFailure = random.between(0.001, 0.002)
  }

  /** The share of its callers' requests that this service asks for. */
  get weight(): number {
    return this.#condition.kind === 'traffic' ? 0.1 : 1
  }

  /** Ends the old condition's effects, then begins the new one's. Setting the same one again changes nothing. */
  set(next: Condition): void {
    const changed = next.kind !== this.#condition.kind
    this.#condition = next
    if (!changed) return
    this.#end()
    if (next.kind === 'cpu') this.#burn()
    if (next.kind === 'memory') this.#leak(1)
    if (next.kind === 'pool') this.#pool.leak()
  }

  /** Time the handler's own work takes beyond the usual. */
  delayMs(): number {
    const { kind, harm } = this.#condition
    const own = kind === 'latency' ? this.#random.between(300, 700) : 0
    const slower = kind === 'deploy' ? this.#random.between(120, 280) : 0
    return own + slower + (harm ? this.#random.between(500, 900) : 0)
  }

  /** Throws where the program fails of itself; `mainRoute` tells the service's first route. */
  check(mainRoute: boolean): void {
    const { kind, harm } = this.#condition
    if (harm && this.#strikes(0.85)) throw new Error('configuration checksum mismatch')
    if (kind === 'errors' && this.#strikes(0.5)) {
      throw new TypeError("Cannot read properties of undefined (reading 'total')")
    }
    if (kind === 'deploy' && mainRoute && this.#strikes(0.4)) {
      throw new TypeError('payload.items.map is not a function')
    }
    if (this.#random.chance(this.#baseFailure)) throw new Error('unexpected end of data')
  }

  /** True for this share of the calls, irregularly, but close to it in every dozen: a quiet service fails as surely. */
  #strikes(share: number): boolean {
    this.#due += share * this.#random.between(0.5, 1.5)
    if (this.#due < 1) return false
    this.#due -= 1
    return true
  }

  #end(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#pool.mend()
    if (this.#retained.length === 0) return
    this.#retained = []
    // Buffers return to the system only when collected, which an almost idle process may not do for minutes.
    ;(globalThis as { gc?: () => void }).gc?.()
  }

  /** Keeps the event loop busy three quarters of the time. */
  #burn(): void {
    spin(cpuBusyMs)
    this.#timer = setTimeout(() => this.#burn(), cpuIdleMs)
  }

  /** Retains 15 MiB a second up to the bound, written to so that it is resident, and pauses as a collector would. */
  #leak(step: number): void {
    const heldBytes = this.#retained.length * leakStepBytes
    if (heldBytes < leakMaxBytes) this.#retained.push(Buffer.alloc(leakStepBytes, 1))
    if (step % pauseEverySteps === 0) {
      const pauseMs = Math.round((heldBytes / 2 ** 20) * pauseMsPerMib)
      spin(pauseMs)
      if (pauseMs >= pauseToReportMs && step % (5 * pauseEverySteps) === 0) {
        this.#warn(`garbage collection pause of ${pauseMs}ms`)
      }
    }
    this.#timer = setTimeout(() => this.#leak(step + 1), leakStepMs)
  }
}

function spin(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end) {
    // Burning the CPU is the purpose.
  }
}
