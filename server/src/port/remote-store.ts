import type { Clock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metric.ts'
import type { Random } from '../kernel/random.ts'
import { RemoteRefusal } from '../kernel/remote.ts'
import { WriteBehind } from '../kernel/write-behind.ts'
import type { PositionKeeper } from './position-keeper.ts'
import type { Position } from './telemetry-log.ts'

/** What waits to be written to another machine: whoever can refuse more, should while it is full. */
export type Backlog = { backlog(): { full: boolean; problem: string | null } }

export type RemoteWriterDeps = {
  positions: PositionKeeper
  clock: Clock
  random: Random
  log: Log
  metrics: Metrics
}
export type RemoteWriterConfig = {
  queueBytesMax: number
  batchBytesMax: number
  /** How long written items are also read from memory. */
  visibleMs: number
  /** How long the server takes to have on disk what it has taken. */
  durableMs: number
}
export type RemoteTarget<T> = {
  /** As log lines and faults call it. */
  name: string
  /** Under which its position is kept: one of `metrics`, `logs`, `traces`. */
  store: string
  write(items: readonly T[]): Promise<void>
  /** Makes what was written visible; false where that cannot be asked for. */
  show(): Promise<boolean>
  /** How many things an item holds, for the counter of what was refused. */
  size(item: T): number
}

const closeWithinMs = 4_000

/**
 * The writing half of a store on another machine. Items are taken at once and written behind; a checkpoint covers a position when
 * the server has said that it took all before it, and has had the time it needs to have that on disk.
 */
export class RemoteWriter<T> implements Backlog {
  readonly #deps: RemoteWriterDeps
  readonly #target: RemoteTarget<T>
  readonly #durableMs: number
  readonly #queue: WriteBehind<T>
  /** What was held when it was opened: entries up to here are not taken again. */
  readonly #restored: Position
  #position: Position
  #checkpointed: Position

  constructor(deps: RemoteWriterDeps, config: RemoteWriterConfig, target: RemoteTarget<T>) {
    const { clock, random, log, metrics } = deps
    this.#deps = deps
    this.#target = target
    this.#durableMs = config.durableMs
    this.#restored = deps.positions.read(target.store)
    this.#checkpointed = this.#restored
    this.#position = this.#restored
    const refused = metrics.counter(
      'aiops_remote_refused_items_total',
      'Samples, log records and spans that another store will never take; they are dropped there.',
      ['store'],
    )
    this.#queue = new WriteBehind<T>({
      ...{ name: target.name, clock, random, log },
      ...{
        batchBytesMax: config.batchBytesMax,
        queueBytesMax: config.queueBytesMax,
        visibleMs: config.visibleMs,
      },
      send: (items) => target.write(items),
      final: (error) => error instanceof RemoteRefusal && error.final,
      dropped: (items, error) => {
        const count = items.reduce((sum, item) => sum + target.size(item), 0)
        refused.inc({ store: target.store }, count)
        log.error(
          { to: target.name, items: count, reason: messageOf(error) },
          'Telemetry is refused there and dropped',
        )
      },
    })
    metrics.gauge(
      `aiops_remote_${target.store}_queue_bytes`,
      `Bytes of ${target.store} that wait to be written to ${target.name}.`,
      [],
      (gauge) => gauge.set(this.#queue.waitingBytes),
    )
  }

  /** Whether an entry's contents are to be taken: a replayed one may be there already. */
  saw(position: Position): boolean {
    if (position > 0 && position <= this.#restored) return false
    this.#position = Math.max(this.#position, position)
    return true
  }
  push(item: T, bytes: number): void {
    this.#queue.push(item, bytes)
  }
  /** What the server may not show yet, oldest first. */
  recent(): T[] {
    return this.#queue.items()
  }
  get heldBytes(): number {
    return this.#queue.heldBytes
  }

  async checkpoint(): Promise<Position> {
    const { positions, clock } = this.#deps
    // Whatever shares this turn with the caller is covered.
    await Promise.resolve()
    const position = this.#position
    await this.#queue.flush()
    if (await this.#target.show()) this.#queue.forget()
    if (this.#durableMs > 0) await clock.sleep(this.#durableMs)
    await positions.save(this.#target.store, position)
    this.#checkpointed = Math.max(this.#checkpointed, position)
    return this.#checkpointed
  }
  checkpointed(): Position {
    return this.#checkpointed
  }
  backlog(): { full: boolean; problem: string | null } {
    return { full: this.#queue.full, problem: this.#queue.problem }
  }
  /**
   * Waits a little for what is not written. What was written is not waited for until it is durable: it is read from the log again at the
   * next start, and told apart.
   */
  async close(): Promise<void> {
    const { positions, log } = this.#deps
    try {
      await Promise.race([this.#queue.flush(), this.#tooLate()])
      if (await this.#target.show()) this.#queue.forget()
      if (this.#durableMs === 0) await positions.save(this.#target.store, this.#position)
    } catch (error) {
      log.warn(
        { to: this.#target.name, reason: messageOf(error) },
        'The last telemetry was not written there; the next start reads it from the log',
      )
    }
    this.#queue.close()
  }

  async #tooLate(): Promise<never> {
    await this.#deps.clock.sleep(closeWithinMs)
    throw new Error(`nothing was written within ${closeWithinMs} ms`)
  }
}
