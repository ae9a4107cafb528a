import { Fault, messageOf } from '../../../kernel/fault.ts'
import { Turn } from '../../../kernel/turn.ts'
import { ClusterApiFailure, type ClusterWatchEvent } from '../../../port/cluster-api.ts'
import { type Kind, kinds, resourceTypeOf } from '../object/kind.ts'
import { partOf, pause } from './abort.ts'
import { Backoff } from './backoff.ts'
import { sliceMs, type WatchContext } from './context.ts'
import {
  isWatchListRefused,
  type Listed,
  listByPage,
  listByStream,
  objectOf,
  type Scope,
} from './initial-list.ts'
import { KnownVersions, keyOf, versionNumber } from './known-version.ts'
import type { SinkGate } from './sink-gate.ts'

/** Why it cannot go on: the API server does not let it, or serves no such kind. */
export type Refused = { state: 'DENIED' | 'ABSENT'; message: string }
export type ReflectorDeps<K extends Kind> = {
  context: WatchContext
  gate: SinkGate<K>
  cluster: string
  /** All objects of the scope are in the sink for the first time. */
  listed(): void
}

/** A watch that fails so often in a row is not trusted with where it was: everything is listed anew. */
const watchFailuresMax = 3
/** Bookmarks in a row. */
const setBackMax = 2
/** A watch that ends sooner, having told nothing, counts as a failure: else it would be asked for all the time. */
const watchMsMin = 1_000
/**
 * A kind that was read is refused for so long before that is believed: an API server that has just started knows neither its custom resources
 * nor its roles for a moment, and answers 404 and 403.
 */
const refusedMs = 15_000
/** Within what there is at the beginning nothing should take longer. */
const initialSilenceMs = 30_000

/**
 * Keeps the sink as the API server has one kind, in one namespace or in all: lists everything, then follows the changes from there. A watch
 * that ends is taken up where it was, by its last event or bookmark; one whose place is not kept any more (410) begins with a list again,
 * which also tells what was deleted meanwhile.
 */
export class Reflector<K extends Kind> {
  state: 'LISTING' | 'WATCHING' | 'FAILING' = 'LISTING'
  /** 0: never. */
  lastEventMs = 0
  message = ''
  readonly #scope: Scope<K>
  readonly #deps: ReflectorDeps<K>
  readonly #backoff: Backoff
  readonly #known = new KnownVersions()
  #listedMs = Number.NEGATIVE_INFINITY
  #version: string | undefined
  #watchFailures = 0
  /** Highest version that was told, where versions are numbers. */
  #newest = 0
  #setBack = 0
  /** Since when nothing but refusals came. */
  #refusedMs: number | undefined

  constructor(scope: Scope<K>, deps: ReflectorDeps<K>) {
    this.#scope = scope
    this.#deps = deps
    this.#backoff = new Backoff(deps.context.random)
  }
  get size(): number {
    return this.#known.size
  }
  /** `namespace/name` of each object. */
  keys(): IterableIterator<string> {
    return this.#known.keys()
  }

  /** Until the signal fires, or the API server refuses. */
  async run(signal: AbortSignal): Promise<Refused | undefined> {
    const { context } = this.#deps
    let reason: 'START' | 'GONE' | 'FAILURES' | 'PERIODIC' = 'START'
    while (!signal.aborted) {
      try {
        if (this.#version === undefined) context.metrics.lists.inc({ reason })
        await this.#once(signal)
        if (context.clock.monotonic() - this.#listedMs > context.settings.relistMs) {
          this.#version = undefined
          reason = 'PERIODIC'
        }
      } catch (error) {
        if (signal.aborted) return undefined
        const refused = refusalOf(error)
        if (!refused) this.#refusedMs = undefined
        else if (this.#isBelieved()) return refused
        if (error instanceof ClusterApiFailure && error.isGone) {
          this.#version = undefined
          reason = 'GONE'
        } else {
          this.#failed(error)
          if (this.#watchFailures >= watchFailuresMax) {
            this.#version = undefined
            reason = 'FAILURES'
          }
        }
        await this.#pause(error, signal)
      }
    }
    return undefined
  }

  /** A list where there is none, and one watch to its end. */
  async #once(whole: AbortSignal): Promise<void> {
    const { context } = this.#deps
    const part = partOf(whole)
    const watchdog = new Watchdog(context.clock, () => part.abort())
    try {
      let events: AsyncIterator<ClusterWatchEvent> | undefined
      if (this.#version === undefined)
        events = await context.lists(() => this.#list(part.signal, watchdog), part.signal)
      const startedMs = context.clock.monotonic()
      events ??= await this.#watch(part.signal, this.#version ?? '', false)
      this.#heard()
      const told = await this.#follow(events, watchdog)
      if (!told && context.clock.monotonic() - startedMs < watchMsMin) await this.#pause(undefined, whole)
    } catch (error) {
      if (!watchdog.barked || whole.aborted) throw error
      throw new Fault('TIMEOUT', 'The API server fell silent within a watch.', { cause: error })
    } finally {
      watchdog.stop()
      part.abort()
      part.free()
    }
  }

  /** Resolves with the watch that goes on from there, where there is one already. */
  async #list(
    signal: AbortSignal,
    watchdog: Watchdog,
  ): Promise<AsyncIterator<ClusterWatchEvent> | undefined> {
    const { context, gate } = this.#deps
    const listed = await this.#read(signal, watchdog)
    await gate.replace(this.#scope.namespace, listed.objects, context.clock.now())
    this.#known.reset(listed.versions)
    const isFirst = this.#listedMs === Number.NEGATIVE_INFINITY
    this.#listedMs = context.clock.monotonic()
    this.#version = listed.version
    this.#newest = versionNumber(listed.version) || 0
    this.#setBack = 0
    this.#heard()
    if (isFirst) this.#deps.listed()
    return listed.events
  }

  async #read(signal: AbortSignal, watchdog: Watchdog): Promise<Listed<K>> {
    const { context } = this.#deps
    const { group } = resourceTypeOf(this.#scope.kind)
    if (!context.watchList.isServed(group)) return listByPage(this.#scope, context, signal)
    try {
      const events = await this.#watch(signal, '', true)
      watchdog.guard(initialSilenceMs)
      return await listByStream(this.#scope, context, events, () => watchdog.heard())
    } catch (error) {
      // An API server that knows nothing of it begins a common watch, whose beginning never ends.
      const isSilent = watchdog.barked
      if (!isSilent && !isWatchListRefused(error)) throw error
      context.watchList.refused(group)
      if (isSilent) throw error
      return listByPage(this.#scope, context, signal)
    } finally {
      watchdog.guard(0)
    }
  }

  async #watch(
    signal: AbortSignal,
    resourceVersion: string,
    sendInitialEvents: boolean,
  ): Promise<AsyncIterator<ClusterWatchEvent>> {
    const { api, random, settings } = this.#deps.context
    const { kind, namespace } = this.#scope
    const events = await api.watch(resourceTypeOf(kind), {
      ...{ resourceVersion, signal, metadataOnly: kinds[kind as Kind].metadataOnly === true },
      ...(sendInitialEvents ? { sendInitialEvents } : {}),
      ...(namespace === undefined ? {} : { namespace }),
      // Not all at the same time.
      timeoutSeconds: Math.ceil((settings.watchTimeoutMs / 1_000) * (1 + random.next() / 2)),
    })
    return events[Symbol.asyncIterator]()
  }

  /** Whether anything was told. */
  async #follow(events: AsyncIterator<ClusterWatchEvent>, watchdog: Watchdog): Promise<boolean> {
    const { clock, metrics, settings } = this.#deps.context
    const { gate } = this.#deps
    const turn = new Turn(clock, sliceMs)
    let told = false
    try {
      for (;;) {
        const { done, value } = await events.next()
        if (done) return told
        told = true
        this.#heard()
        this.#watchFailures = 0
        this.#backoff.succeeded()
        watchdog.heard()
        metrics.events.inc({ type: value.type })
        if (value.type === 'BOOKMARK') {
          watchdog.guard(settings.silenceMs)
          this.#checkOrder(value.resourceVersion)
        } else {
          while (gate.isBusy) await gate.free()
          this.#apply(value)
        }
        if (value.resourceVersion !== '') this.#version = value.resourceVersion
        this.#newest = Math.max(this.#newest, versionNumber(value.resourceVersion) || 0)
        if (turn.due()) await turn.give()
      }
    } finally {
      // Ends the connection where something else ended this.
      await events.return?.().catch(() => undefined)
    }
  }

  #apply(event: Exclude<ClusterWatchEvent, { type: 'BOOKMARK' }>): void {
    const { context, gate } = this.#deps
    const object = objectOf(this.#scope, event.object, context)
    if (!object) return
    const [key, version] = [keyOf(object.metadata), versionNumber(event.resourceVersion)]
    const isNews = event.type === 'DELETED' ? this.#known.remove(key, version) : this.#known.put(key, version)
    if (!isNews) context.metrics.events.inc({ type: 'REPEATED' })
    else if (event.type === 'DELETED') gate.remove(object, context.clock.now())
    else gate.put(object, context.clock.now())
  }

  /**
   * Bookmarks from before what was told already mean that the cluster's state was set back, as where a backup of etcd is restored: versions
   * are given a second time, and a watch from a version to come is told nothing. One alone may come from a replica that is behind.
   */
  #checkOrder(bookmark: string): void {
    const version = versionNumber(bookmark)
    this.#setBack = version < this.#newest ? this.#setBack + 1 : 0
    if (this.#setBack >= setBackMax)
      throw new ClusterApiFailure(410, 'Expired', 'The versions of the API server were set back.')
  }

  /** Never read, there is nothing to lose. */
  #isBelieved(): boolean {
    const nowMs = this.#deps.context.clock.monotonic()
    this.#refusedMs ??= nowMs
    return this.#listedMs === Number.NEGATIVE_INFINITY || nowMs - this.#refusedMs >= refusedMs
  }

  #heard(): void {
    this.#refusedMs = undefined
    this.lastEventMs = this.#deps.context.clock.now()
    this.state = 'WATCHING'
    this.message = ''
  }

  #failed(error: unknown): void {
    const { context, cluster } = this.#deps
    context.metrics.failures.inc({ cluster })
    this.#watchFailures += 1
    this.state = 'FAILING'
    this.message = messageOf(error)
  }

  #pause(error: unknown, signal: AbortSignal): Promise<void> {
    const after = error instanceof ClusterApiFailure ? error.retryAfterMs : undefined
    return pause(this.#deps.context.clock, this.#backoff.next(after), signal)
  }
}

function refusalOf(error: unknown): Refused | undefined {
  if (!(error instanceof ClusterApiFailure)) return undefined
  if (error.httpStatus === 403) return { state: 'DENIED', message: error.message }
  return error.httpStatus === 404 ? { state: 'ABSENT', message: error.message } : undefined
}

/** Barks once nothing was heard for as long as it was told. */
class Watchdog {
  barked = false
  readonly #stop: () => void
  readonly #clock: WatchContext['clock']
  #silenceMs = 0
  #heardMs = 0
  constructor(clock: WatchContext['clock'], bark: () => void) {
    this.#clock = clock
    this.#stop = clock.every(5_000, () => {
      if (this.#silenceMs === 0 || clock.monotonic() - this.#heardMs < this.#silenceMs) return
      this.barked = true
      bark()
    })
  }
  /** 0: not any more. */
  guard(silenceMs: number): void {
    this.#silenceMs = silenceMs
    this.heard()
  }
  heard(): void {
    this.#heardMs = this.#clock.monotonic()
  }
  stop(): void {
    this.#stop()
  }
}
