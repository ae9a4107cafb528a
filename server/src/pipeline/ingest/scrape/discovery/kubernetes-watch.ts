import type { Clock } from '../../../../kernel/clock.ts'
import type { Random } from '../../../../kernel/random.ts'
import { Expired, type ObjectSource } from './kubernetes-api.ts'
import type { KubernetesObject } from './kubernetes-object.ts'

export type WatchDeps = {
  clock: Clock
  random: Random
  /** Objects came, went or changed, or are known for the first time. */
  changed(): void
  /** The API was reached after it had not been. */
  recovered(): void
  failed(error: unknown): void
}

const DELAY_MS = 800
const DELAY_MS_MAX = 30_000
/** A watch that fails so often in a row is not trusted with where it was: everything is listed anew. */
const WATCH_FAILURES_MAX = 3
/** A watch that ends sooner, having told nothing, counts as a failure: else this would ask all the time. */
const WATCH_MS_MIN = 1_000

/**
 * Keeps objects of one source as the API server has them: lists all, then follows the changes from there. A watch that ends is taken up
 * where it was, by events and bookmarks; one whose place is not kept any more (410) begins with a list again.
 */
export class KubernetesWatch {
  readonly objects = new Map<string, KubernetesObject>()
  /** Whether all were listed once. */
  isKnown = false
  isFailing = false
  readonly #source: ObjectSource
  readonly #deps: WatchDeps
  readonly #abort = new AbortController()
  #running: Promise<void> | undefined
  /** In a row. */
  #failures = 0

  constructor(source: ObjectSource, deps: WatchDeps) {
    this.#source = source
    this.#deps = deps
  }

  start(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort
    let version: string | undefined
    let latest = false
    let watchFailures = 0
    while (!signal.aborted) {
      try {
        if (version === undefined) {
          const listed = await this.#source.list(latest, signal)
          this.#replace(listed.objects)
          version = listed.version
          this.#reached()
        }
        if (signal.aborted) return
        for await (const at of this.#follow(version)) {
          version = at
          watchFailures = 0
        }
      } catch (error) {
        if (signal.aborted) return
        if (error instanceof Expired) {
          // Of an old list, or one that the cache is behind: asked for as it is now.
          latest = true
          version = undefined
          await this.#pause()
          continue
        }
        watchFailures += 1
        if (watchFailures >= WATCH_FAILURES_MAX) version = undefined
        this.isFailing = true
        this.#deps.failed(error)
        await this.#pause()
      }
    }
  }

  /** Versions up to which everything is known, as they come. Ends when the API server ends the watch. */
  async *#follow(from: string): AsyncGenerator<string> {
    const { clock } = this.#deps
    const { signal } = this.#abort
    const startedMs = clock.monotonic()
    const events = await this.#source.watch(from, signal)
    if (this.isFailing) this.#reached()
    let told = false
    for await (const event of events) {
      if (signal.aborted) return
      told = true
      this.#failures = 0
      if (event.type !== 'BOOKMARK') {
        const key = keyOf(event.object)
        if (event.type === 'DELETED') this.objects.delete(key)
        else this.objects.set(key, event.object)
        this.#deps.changed()
      }
      yield event.version
    }
    if (!told && clock.monotonic() - startedMs < WATCH_MS_MIN) await this.#pause()
    else this.#failures = 0
  }

  #replace(objects: readonly KubernetesObject[]): void {
    this.objects.clear()
    for (const object of objects) this.objects.set(keyOf(object), object)
    this.isKnown = true
    this.#deps.changed()
  }

  #reached(): void {
    if (!this.isFailing) return
    this.isFailing = false
    this.#deps.recovered()
  }

  async #pause(): Promise<void> {
    if (this.#abort.signal.aborted) return
    const { clock, random } = this.#deps
    const delayMs = Math.min(DELAY_MS * 2 ** this.#failures, DELAY_MS_MAX)
    this.#failures += 1
    await clock.sleep(delayMs * (0.75 + random.next() * 0.5), this.#abort.signal).catch(() => undefined)
  }
}

const keyOf = ({ metadata }: KubernetesObject): string => `${metadata.namespace ?? ''}/${metadata.name}`
