import type { AuditCheckpoint } from '@aiops/contract/model/audit'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import type { Lifecycle } from '../../../kernel/lifecycle.ts'
import type { Log } from '../../../kernel/log.ts'
import type { Metrics } from '../../../kernel/metric.ts'
import { noHash } from '../../../port/audit-chain.ts'
import type { CheckpointLog, SigningKey } from '../../../port/audit-checkpoint.ts'
import type { AuditRepository } from '../../../port/record-store.ts'
import { readCheckpoint, signCheckpoint } from './checkpoint.ts'

const lookEveryMs = 1_000
/** A folder on a network that hangs holds up neither the other logs nor a stop for longer. */
const appendMs = 10_000
/** After a failure of the first log. */
const restMs = 60_000

export type CheckpointerDeps = {
  chain: Pick<AuditRepository, 'head' | 'links'>
  /** Every one gets each checkpoint; the first is the one that is read. */
  logs: readonly [CheckpointLog, ...CheckpointLog[]]
  key: SigningKey
  clock: Clock
  log: Log
  metrics: Metrics
}

/**
 * Signs what the chain is, whenever enough is new: looked for once a second, because entries are also written inside transactions of others.
 * A start and a stop sign as well. A log that cannot be written is tried again at the next checkpoint, which covers all before it.
 */
export class Checkpointer implements Lifecycle {
  readonly #deps: CheckpointerDeps
  readonly #every: number
  readonly #intervalMs: number
  readonly #written
  readonly #failed
  #last: { sequence: number; atMs: number } = { sequence: 0, atMs: 0 }
  /** The newest link that was looked at: while this runs, what is changed before its checkpoint shows as well. */
  #seen: { sequence: number; hash: string } = { sequence: 0, hash: noHash }
  #looking: Promise<void> = Promise.resolve()
  #busy = false
  #restsUntilMs = 0
  #cancel: () => void = () => undefined
  constructor(deps: CheckpointerDeps, { every, intervalMs }: { every: number; intervalMs: number }) {
    this.#deps = deps
    this.#every = every
    this.#intervalMs = intervalMs
    this.#written = deps.metrics.counter(
      'aiops_audit_checkpoints_total',
      'Signed checkpoints of the audit log.',
    )
    this.#failed = deps.metrics.counter(
      'aiops_audit_checkpoint_failures_total',
      'Checkpoints that one of their logs did not take.',
    )
  }

  async start(): Promise<void> {
    const { chain, clock, log, logs } = this.#deps
    const stored = await newest(logs[0])
    const head = await chain.head()
    const entries = head?.sequence ?? 0
    this.#last = { sequence: stored?.sequence ?? 0, atMs: clock.now() }
    const [link] = stored && stored.sequence > 0 ? await chain.links(stored.sequence - 1, 1) : []
    if (stored && (stored.sequence > entries || (link?.hash ?? noHash) !== stored.hash))
      log.error(
        { checkpoint: stored.sequence, entries },
        'The audit log is not what its newest checkpoint says; run "aiops audit verify"',
      )
    // Also of an empty chain: from now on, a log without checkpoints is one that somebody took them from.
    if (!stored || stored.sequence !== entries) await this.#sign(true)
    this.#cancel = clock.every(lookEveryMs, () => this.#look())
  }

  async stop(): Promise<void> {
    this.#cancel()
    await this.#looking
    await this.#sign(false)
  }

  #look(): void {
    if (this.#busy) return
    this.#busy = true
    this.#looking = this.#lookOnce()
      .catch((error) =>
        this.#deps.log.warn({ reason: messageOf(error) }, 'No checkpoint of the audit log was made'),
      )
      .finally(() => {
        this.#busy = false
      })
  }

  async #lookOnce(): Promise<void> {
    const { chain, clock } = this.#deps
    if (clock.monotonic() < this.#restsUntilMs) return
    await this.#keepSeen()
    const head = await chain.head()
    if (head) this.#seen = head
    const entries = head?.sequence ?? 0
    const fresh = entries - this.#last.sequence
    if (fresh >= this.#every || (fresh > 0 && clock.now() - this.#last.atMs >= this.#intervalMs))
      await this.#sign(false)
  }

  /** What was there a second ago and is no more is signed all the same, so that a verification finds it. */
  async #keepSeen(): Promise<void> {
    const { chain, log } = this.#deps
    const seen = this.#seen
    if (seen.sequence === 0) return
    const [link] = await chain.links(seen.sequence - 1, 1)
    if (link?.sequence === seen.sequence && link.hash === seen.hash) return
    log.error({ entry: seen.sequence }, 'The audit log was changed from outside; run "aiops audit verify"')
    await this.#keep(seen)
    this.#seen = { sequence: 0, hash: noHash }
    this.#last = { sequence: 0, atMs: 0 }
  }

  async #sign(always: boolean): Promise<void> {
    await this.#keepSeen()
    const { chain } = this.#deps
    const { sequence, hash } = (await chain.head()) ?? { sequence: 0, hash: noHash }
    if (!always && sequence <= this.#last.sequence) return
    await this.#keep({ sequence, hash })
  }

  async #keep({ sequence, hash }: { sequence: number; hash: string }): Promise<void> {
    const { clock, key, log, logs } = this.#deps
    const atMs = clock.now()
    const line = JSON.stringify(signCheckpoint(key, { sequence, hash, time: isoTime(atMs) }))
    for (const [i, kept] of logs.entries()) {
      try {
        await within(clock, appendMs, kept)(line)
        if (i === 0) this.#last = { sequence, atMs }
      } catch (error) {
        this.#failed.inc()
        if (i === 0) this.#restsUntilMs = clock.monotonic() + restMs
        log.warn({ to: kept.name, reason: messageOf(error) }, 'A checkpoint of the audit log was not kept')
      }
    }
    this.#written.inc()
  }
}

const within =
  (clock: Clock, ms: number, log: CheckpointLog) =>
  async (line: string): Promise<void> => {
    let cancel: () => void = () => undefined
    const late = new Promise<never>((_, reject) => {
      cancel = clock.after(ms, () => reject(new Fault('TIMEOUT', `It took longer than ${ms / 1_000} s.`)))
    })
    await Promise.race([log.append(line), late]).finally(cancel)
  }

/** The last one that can be read. */
async function newest(log: CheckpointLog): Promise<AuditCheckpoint | undefined> {
  let found: AuditCheckpoint | undefined
  for await (const line of log.lines()) found = readCheckpoint(line) ?? found
  return found
}
