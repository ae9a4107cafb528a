import type { Clock } from '../../../kernel/clock.ts'
import { messageOf } from '../../../kernel/fault.ts'
import type { Log } from '../../../kernel/log.ts'
import { Turn } from '../../../kernel/turn.ts'
import type { SnapshotStore } from '../../../port/snapshot-store.ts'
import type { Questions } from '../inquiry/questions.ts'
import type { EngineLink } from '../link.ts'
import type { WatchList } from '../watch-list.ts'
import { packedWatch, unpackedWatch } from './watch-snapshot.ts'

export type KeeperDeps = {
  store: SnapshotStore | undefined
  watch: WatchList
  questions: Questions
  clock: Clock
  log: Log
  failed(): void
}

/** Writes what the engine has learned, and goes on from it after a restart. */
export class Keeper {
  readonly #deps: KeeperDeps
  #writing: Promise<void> | undefined
  /** When what was last written was taken. */
  takenMs: number | undefined

  constructor(deps: KeeperDeps) {
    this.#deps = deps
  }

  /** Before anything is registered with the engine. What cannot be used is said, and learned anew. */
  async restore(link: EngineLink | undefined): Promise<void> {
    const { store, watch, questions, clock, log } = this.#deps
    const found = await store?.read()
    if (!found || found.kind === 'NONE') return
    const [series, engine] = found.kind === 'FOUND' ? found.parts : []
    let reason = found.kind === 'REFUSED' ? found.reason : 'it has other parts'
    if (series && engine) {
      try {
        const watched = unpackedWatch(series)
        const question = { kind: 'restore', bytes: engine, nowMs: clock.now() } as const
        const { refused } = await questions.ask<'restore'>(link, question)
        if (refused === undefined) {
          watch.restore(watched)
          log.info({ series: watched.keys.length }, 'the detectors go on from what they had learned')
          return
        }
        reason = refused
      } catch (error) {
        reason = messageOf(error)
      }
    }
    log.warn({ reason }, 'the snapshot of the detectors is not used; what is usual is learned anew')
  }

  /** Takes a snapshot and writes it; one at a time, a second call waits for the first. */
  write(link: EngineLink | undefined): Promise<void> {
    if (!this.#deps.store || !link) return Promise.resolve()
    this.#writing ??= this.#write(link).finally(() => {
      this.#writing = undefined
    })
    return this.#writing
  }

  async #write(link: EngineLink): Promise<void> {
    const { store, watch, questions, clock, log, failed } = this.#deps
    try {
      await watch.name(new Turn(clock))
      const nowMs = clock.now()
      // Both are as of one moment: the engine answers in order, and is told of series before their points.
      const fresh = watch.takeFresh()
      if (fresh) link.send({ kind: 'register', series: fresh })
      const series = packedWatch(watch.snapshot())
      const { bytes } = await questions.ask<'snapshot'>(link, { kind: 'snapshot', nowMs })
      await store?.write([series, bytes])
      this.takenMs = nowMs
    } catch (error) {
      failed()
      log.warn({ error: messageOf(error) }, 'what the detectors learned could not be written')
    }
  }
}
