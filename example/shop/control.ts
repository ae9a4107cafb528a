import { Child } from './child.ts'
import { type Condition, type FaultKind, healthy } from './fault.ts'
import type { ProcessSettings, Role } from './graph.ts'

/** A little more than a service gives itself to finish its requests. */
const handoverGraceMs = 3000

export type Versions = { good: string; next: string }

export type ServiceState = {
  role: Role
  name: string
  url: string
  version: string
  running: boolean
  pid?: number
  condition: Condition
}

/**
 * The supervisor's hand on one service: it states the condition wanted, and brings the process there. Changes happen
 * one after another; asking for what already is changes nothing.
 */
export class ServiceControl {
  readonly role: Role
  readonly name: string
  readonly #settings: ProcessSettings
  readonly #versions: Versions
  readonly #onExit: (name: string) => void
  #child: Child | undefined
  #condition: Condition = healthy
  /** The condition before the last restore that changed anything. */
  #before: Condition | undefined
  #armed = false
  #last: Promise<void> = Promise.resolve()

  constructor(role: Role, settings: ProcessSettings, versions: Versions, onExit: (name: string) => void) {
    this.role = role
    this.name = settings.name
    this.#settings = settings
    this.#versions = versions
    this.#onExit = onExit
  }

  start(): Promise<void> {
    return this.#change(() => healthy)
  }

  break(kind: FaultKind): Promise<void> {
    return this.#change(() => {
      this.#before = undefined
      return { kind, harm: false }
    })
  }

  /** Undoes what is wrong or, when armed, makes it worse. */
  restore(): Promise<void> {
    return this.#change((now) => {
      const next: Condition = this.#armed ? { ...now, harm: true } : healthy
      this.#armed = false
      if (!same(now, next)) this.#before = now
      return next
    })
  }

  /** Back to before the last restore; without one, nothing changes. */
  undo(): Promise<void> {
    return this.#change((now) => {
      const next = this.#before ?? now
      this.#before = undefined
      return next
    })
  }

  /** The next restore does harm instead. */
  arm(): Promise<void> {
    return this.#change((now) => {
      this.#armed = true
      return now
    })
  }

  state(): ServiceState {
    const running = this.#child?.alive ?? false
    return {
      role: this.role,
      name: this.name,
      url: `http://127.0.0.1:${this.#settings.port}`,
      version: this.#child?.version ?? this.#versions.good,
      running,
      ...(running && this.#child?.pid !== undefined ? { pid: this.#child.pid } : {}),
      condition: this.#condition,
    }
  }

  async stop(graceMs: number): Promise<void> {
    await this.#child?.stop(graceMs)
  }

  /** Takes its turn, then brings the process to the condition that `decide` gives. */
  #change(decide: (now: Condition) => Condition): Promise<void> {
    const turn = this.#last.then(async () => {
      const next = decide(this.#condition)
      this.#condition = next
      await this.#converge(next)
    })
    this.#last = turn.catch(() => {})
    return turn
  }

  async #converge(condition: Condition): Promise<void> {
    const old = this.#child
    if (condition.kind === 'down' && !condition.harm) {
      if (old?.alive) await old.kill()
      return
    }
    const version = condition.kind === 'deploy' ? this.#versions.next : this.#versions.good
    if (old?.alive && old.version === version) {
      old.set(condition)
      return
    }
    // Where two processes cannot share a port, the old one has to leave first.
    const overlap = process.platform === 'linux'
    if (!overlap && old?.alive) await old.stop(handoverGraceMs)
    const fresh = await Child.start('./service.ts', { ...this.#settings, version }, () =>
      this.#onExit(this.name),
    )
    fresh.set(condition)
    this.#child = fresh
    if (overlap && old?.alive) await old.stop(handoverGraceMs)
  }
}

function same(one: Condition, other: Condition): boolean {
  return one.kind === other.kind && one.harm === other.harm
}
