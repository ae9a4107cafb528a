import type { ForgeMergeRequest } from '../../../port/forge.ts'
import type { PolicyContextInput } from '../policy/policy-input.ts'

/** What one process of the simulation was last told, for the observer to hold it against. */
export type Process = {
  name: string
  alive: boolean
  busy: boolean
  seen: {
    head: string
    request:
      | (ForgeMergeRequest & { approvals: readonly { by: string; headSha: string | null; step?: number }[] })
      | undefined
    context: Partial<PolicyContextInput>
    frozen: boolean
  }
}

type Pending = { process: Process; name: string; go: () => void }

/**
 * Decides who goes next. A call of a process waits before its effect and again after it: between any two of these anything may happen,
 * and a process that dies there never hears of its effect.
 */
export class Schedule {
  readonly random: () => number
  readonly pending: Pending[] = []
  opened: (request: ForgeMergeRequest, process: Process) => void = () => undefined
  now = 1_700_000_000_000
  step = 0

  constructor(random: () => number) {
    this.random = random
  }

  async call<T>(process: Process, name: string, effect: () => T): Promise<T> {
    await this.#turn(process, name)
    let result: { value: T } | { error: unknown }
    try {
      result = { value: effect() }
    } catch (error) {
      result = { error }
    }
    await this.#turn(process, name)
    if ('error' in result) throw result.error
    return result.value
  }

  /** Lets one waiting call go on, and everything that follows from it run up to its next call. */
  async next(): Promise<boolean> {
    const at = Math.floor(this.random() * this.pending.length)
    const [one] = this.pending.splice(at, 1)
    if (!one) return false
    this.step += 1
    one.go()
    await new Promise<void>((resolve) => setImmediate(resolve))
    return true
  }

  kill(process: Process): void {
    process.alive = false
    for (let at = this.pending.length - 1; at >= 0; at -= 1)
      if (this.pending[at]?.process === process) this.pending.splice(at, 1)
  }

  #turn(process: Process, name: string): Promise<void> {
    // Of a dead one: never resolved.
    return new Promise((resolve) => {
      if (process.alive) this.pending.push({ process, name, go: resolve })
    })
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.random() * items.length)]
  }
}
