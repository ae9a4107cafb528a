import type { WatchedKind } from '@aiops/contract/model/kubernetes'
import { isoTime } from '../../../kernel/clock.ts'
import { messageOf } from '../../../kernel/fault.ts'
import type { ObjectSink } from '../memory/sink.ts'
import { type Kind, kinds, resourceTypeOf } from '../object/kind.ts'
import { partOf, pause } from './abort.ts'
import type { WatchContext } from './context.ts'
import { Reflector, type Refused } from './reflector.ts'
import { SinkGate } from './sink-gate.ts'

export type KindWatchDeps = {
  context: WatchContext
  sink: ObjectSink
  cluster: string
  /** Where a kind may not be read in all namespaces: those to try one by one. */
  namespaces(): readonly string[]
}

/** How often it is looked whether namespaces came or went. */
const namespacesMs = 10_000
type Part<K extends Kind> = { reflector: Reflector<K>; refused: Refused | undefined; end(): Promise<void> }

/**
 * Watches one kind in all namespaces; where that is not allowed, in each namespace that is, until it is. A kind that is denied or absent is
 * asked for again every few minutes.
 */
export class KindWatch<K extends Kind> {
  readonly kind: K
  readonly #deps: KindWatchDeps
  readonly #gate: SinkGate<K>
  #whole: Reflector<K>
  #refused: Refused | undefined
  /** Of the namespaces that are watched one by one. */
  #parts = new Map<string, Part<K>>()
  #areTooMany = false

  constructor(kind: K, deps: KindWatchDeps) {
    this.kind = kind
    this.#deps = deps
    this.#gate = new SinkGate(kind, deps.sink)
    this.#whole = this.#reflector(undefined)
  }

  /** `namespace/name` of what is known. */
  *keys(): IterableIterator<string> {
    for (const reflector of this.#reflectors()) yield* reflector.keys()
  }

  /** Until the signal fires. */
  async run(signal: AbortSignal): Promise<void> {
    const { context } = this.#deps
    while (!signal.aborted) {
      this.#whole = this.#reflector(undefined)
      const refused = await this.#whole.run(signal)
      if (!refused) return
      // Of a kind that is not served any more nothing is left; of one that may not be read any more nobody knows.
      if (refused.state === 'ABSENT') await this.#gate.replace(undefined, [], context.clock.now())
      this.#gate.setKnown(false)
      this.#refused = refused
      if (refused.state === 'DENIED' && kinds[this.kind as Kind].type.namespaced) await this.#oneByOne(signal)
      else await pause(context.clock, this.#retryMs(), signal)
      this.#refused = undefined
    }
  }

  state(): WatchedKind {
    const reflectors = this.#reflectors()
    const lastEventMs = Math.max(0, ...reflectors.map((one) => one.lastEventMs))
    return {
      kind: this.kind,
      ...this.#progress(),
      objects: reflectors.reduce((sum, one) => sum + one.size, 0),
      last_event_at: lastEventMs === 0 ? null : isoTime(lastEventMs),
    }
  }

  /** Of what should be heard of all the time, when that was; undefined where nothing should. */
  oldestWordMs(): number | undefined {
    const live = this.#reflectors().filter((one) => one.state !== 'LISTING')
    return live.length === 0 ? undefined : Math.min(...live.map((one) => one.lastEventMs))
  }

  #progress(): Pick<WatchedKind, 'state' | 'message'> {
    const parts = [...this.#parts.values()]
    const live = parts.filter((part) => part.refused === undefined)
    if (live.length === 0 && this.#refused) return this.#refused
    const reflectors = live.length === 0 ? [this.#whole] : live.map((part) => part.reflector)
    const failing = reflectors.find((one) => one.state === 'FAILING')
    if (failing) return { state: 'FAILING', message: failing.message }
    const state = reflectors.some((one) => one.state === 'LISTING') ? 'LISTING' : 'WATCHING'
    if (live.length === 0) return { state, message: '' }
    const denied =
      parts.length === live.length ? '' : ` ${parts.length - live.length} others may not be read.`
    const cut = this.#areTooMany ? ` Only the first ${parts.length} namespaces are watched.` : ''
    return {
      state,
      message: `Not allowed in all namespaces, so watched in ${live.length} one by one.${denied}${cut}`,
    }
  }

  #reflectors(): Reflector<K>[] {
    const live = [...this.#parts.values()].filter((part) => part.refused === undefined)
    if (live.length > 0) return live.map((part) => part.reflector)
    return this.#refused ? [] : [this.#whole]
  }

  #reflector(namespace: string | undefined): Reflector<K> {
    const { context, cluster } = this.#deps
    return new Reflector(
      { kind: this.kind, namespace },
      { context, gate: this.#gate, cluster, listed: () => this.#listed(namespace) },
    )
  }

  /** Known, one by one: in every namespace that may be read. Others are as if they were not there. */
  #listed(namespace: string | undefined): void {
    const live = [...this.#parts.values()].filter((part) => part.refused === undefined)
    if (namespace === undefined || live.every((part) => part.reflector.state !== 'LISTING'))
      this.#gate.setKnown(true)
  }

  /** Until the kind may be read in all namespaces, or the signal fires. */
  async #oneByOne(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps.context
    let askMs = clock.monotonic() + this.#retryMs()
    // Of namespaces that are not watched any more nothing would ever be told again.
    const before = new Set([...this.#whole.keys()].map((key) => key.slice(0, key.indexOf('/'))))
    try {
      while (!signal.aborted) {
        await this.#align(signal)
        if (this.#parts.size > 0) await this.#forget(before)
        // At the start they are not known yet.
        await pause(clock, this.#parts.size === 0 ? 1_000 : namespacesMs, signal)
        if (clock.monotonic() < askMs) continue
        askMs = clock.monotonic() + this.#retryMs()
        for (const [namespace, part] of this.#parts) if (part.refused) this.#parts.delete(namespace)
        if (await this.#isAllowed(signal)) return
      }
    } finally {
      await Promise.all([...this.#parts.values()].map((part) => part.end()))
      this.#parts.clear()
    }
  }

  async #align(signal: AbortSignal): Promise<void> {
    const { context } = this.#deps
    const wanted = this.#deps.namespaces()
    this.#areTooMany = wanted.length > context.settings.namespacesMax
    const names = new Set(wanted.slice(0, context.settings.namespacesMax))
    for (const [namespace, part] of this.#parts)
      if (!names.has(namespace)) {
        this.#parts.delete(namespace)
        await part.end()
        await this.#gate.replace(namespace, [], context.clock.now())
      }
    for (const namespace of names) if (!this.#parts.has(namespace)) this.#begin(namespace, signal)
    if (this.#parts.size === 0) this.#gate.setKnown(false)
  }

  async #forget(before: Set<string>): Promise<void> {
    for (const namespace of before)
      if (!this.#parts.has(namespace)) await this.#gate.replace(namespace, [], this.#deps.context.clock.now())
    before.clear()
  }

  #begin(namespace: string, whole: AbortSignal): void {
    const own = partOf(whole)
    const reflector = this.#reflector(namespace)
    const part: Part<K> = { reflector, refused: undefined, end: async () => {} }
    const running = reflector.run(own.signal).then((refused) => {
      part.refused = refused
      if (refused) this.#settled()
    })
    part.end = async () => {
      own.abort()
      own.free()
      await running
    }
    this.#parts.set(namespace, part)
  }

  /** One that is refused no longer stands in the way of the others' being known. */
  #settled(): void {
    const live = [...this.#parts.values()].filter((part) => part.refused === undefined)
    this.#gate.setKnown(live.length > 0 && live.every((part) => part.reflector.state !== 'LISTING'))
  }

  async #isAllowed(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#deps.context.api.list(resourceTypeOf(this.kind), { limit: 1, signal, metadataOnly: true })
      return true
    } catch (error) {
      if (this.#refused) this.#refused = { ...this.#refused, message: messageOf(error) }
      return false
    }
  }

  #retryMs(): number {
    const { settings, random } = this.#deps.context
    return settings.deniedRetryMs * (0.75 + random.next() / 2)
  }
}
