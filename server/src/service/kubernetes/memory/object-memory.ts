import type { Clock } from '../../../kernel/clock.ts'
import { Turn } from '../../../kernel/turn.ts'
import { type Kind, type KubeObject, kinds, type ObjectOf } from '../object/kind.ts'
import type { ChangeKind } from './aspect.ts'
import { describeChange } from './change.ts'
import { append, type Entry, entryBytes, unlink, type Version, versionBytes } from './entry.ts'
import type { Ledger, Ledgers } from './ledger.ts'
import { isNoise, isSameObject } from './noise.ts'
import { ObjectTable } from './object-table.ts'
import { replacedBytes, Sharer } from './share.ts'

/** Objects as they are and were. Times never go back here: what comes with an earlier one counts as of the latest. */
export class ObjectMemory {
  readonly table = new ObjectTable()
  /** All versions that are remembered, in the order in which they ended; those without bytes are forgotten. */
  journal: Version[] = []
  /** Of those, the ones that are more than a change of status, events and leases aside. */
  causes: Version[] = []
  #forgotten = 0
  readonly #sharer = new Sharer()
  /** Objects whose parts are shared already, and what they took. */
  readonly #ahead = new WeakMap<KubeObject, number>()
  readonly #ledgers: Ledgers
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #historyMs: number
  /** Kinds, or kinds in a namespace, that were known whole before: what then appears was created. */
  readonly #listed = new Set<string>()
  /** When a kind was known whole and when not, oldest first. */
  readonly #known = new Map<Kind, { sinceMs: number; known: boolean }[]>()
  /** What is there now, events aside. */
  currentBytes = 0
  firstMs: number | undefined
  latestMs = 0

  constructor(clock: Pick<Clock, 'monotonic'>, ledgers: Ledgers, historyMs: number) {
    this.#clock = clock
    this.#ledgers = ledgers
    this.#historyMs = historyMs
  }

  /** Shares the parts of an object that is put later. */
  shared(kind: Kind, object: KubeObject): KubeObject {
    const { namespace, name } = object.metadata
    const before = this.table.find(kind, namespace, name)?.current
    const { value, bytes } = this.#sharer.share(object, before)
    if (value !== before) this.#ahead.set(value, bytes)
    return value
  }

  put(kind: Kind, object: KubeObject, atMs: number): void {
    this.#put(kind, object, this.#tick(atMs), this.#isListed(kind, object.metadata.namespace))
  }

  remove(kind: Kind, object: KubeObject, atMs: number): void {
    const { namespace, name } = object.metadata
    const entry = this.table.find(kind, namespace, name)
    if (!entry?.current || !isSameObject(entry.current, object)) return
    const at = this.#tick(atMs)
    // How a pod ended is told by its last word.
    if (kind !== 'Event') this.#put(kind, object, at, true)
    this.#end(entry, at)
  }

  async replace(
    kind: Kind,
    namespace: string | undefined,
    objects: readonly KubeObject[],
    atMs: number,
    afterEach: () => void,
  ): Promise<void> {
    const turn = new Turn(this.#clock, 4)
    const wasListed = this.#isListed(kind, namespace)
    const seen = new Set<Entry>()
    for (const object of objects) {
      seen.add(this.#put(kind, object, this.#tick(atMs), wasListed))
      afterEach()
      if (turn.due()) await turn.give()
    }
    const gone: Entry[] = []
    for (const entry of this.table.entries(kind, namespace)) {
      if (entry.current && !entry.isExpired && !seen.has(entry)) gone.push(entry)
    }
    for (const entry of gone) {
      if (entry.current) this.#end(entry, this.#tick(atMs))
      afterEach()
      if (turn.due()) await turn.give()
    }
    this.#listed.add(listKey(kind, namespace))
  }

  setKnown(kind: Kind, known: boolean, atMs: number): void {
    const times = this.#known.get(kind) ?? []
    if (known) this.#listed.add(listKey(kind, undefined))
    if ((times.at(-1)?.known ?? false) === known) return
    times.push({ sinceMs: this.#tick(atMs), known })
    if (times.length > knownTimesMax) times.shift()
    this.#known.set(kind, times)
  }

  isKnownAt(kind: Kind, timeMs: number): boolean {
    return this.#known.get(kind)?.findLast(({ sinceMs }) => sinceMs <= timeMs)?.known ?? false
  }

  /** Forgets what ended before, `max` versions and events at most. Answers how many. */
  expire(ledger: Ledger, beforeMs: number, max: number): number {
    let count = 0
    for (const queue of [ledger.low, ledger.high]) {
      while (count < max && queue.first && queue.first.untilMs <= beforeMs) {
        this.#forget(ledger, queue.shift()!)
        count++
      }
    }
    for (let rest = ledger.events.length; rest > 0 && count < max; rest--, count++) {
      const first = ledger.events.first
      if (!first || first.atMs > beforeMs) break
      this.#endEvent(ledger, false)
    }
    return count
  }

  /** Forgets the oldest of the least value, for room, until so many bytes are free. Answers how many versions and events. */
  evict(ledger: Ledger, bytes: number): number {
    const target = ledger.versionBytes - bytes
    let count = 0
    while (ledger.versionBytes > target) {
      const [low, event] = [ledger.low.first, ledger.events.first]
      if (low && (!event || low.untilMs <= event.atMs)) this.#evicted(ledger, ledger.low.shift()!)
      else if (event) {
        if (this.#endEvent(ledger, true)) ledger.forgottenMs = Math.max(ledger.forgottenMs, event.atMs)
      } else if (ledger.high.first) this.#evicted(ledger, ledger.high.shift()!)
      else break
      count++
    }
    return count
  }

  #put(kind: Kind, object: KubeObject, at: number, wasListed: boolean): Entry {
    const { namespace, name } = object.metadata
    const known = this.table.find(kind, namespace, name)
    const entry = known ?? this.table.add(kind, namespace, name)
    const before = entry.current
    const { value, bytes } = this.#sharedNow(object, before ?? entry.newest?.object)
    entry.isExpired = false
    if (value === before) return entry
    if (!before) {
      if (wasListed || known) this.#version(entry, undefined, at, 'LIFECYCLE', 0)
      if (kind === 'Event') this.#began(entry, value as ObjectOf<'Event'>, at, wasListed)
      this.#count(entry, entryBytes + bytes)
    } else {
      const gone = Math.min(replacedBytes(before, value), entry.bytes)
      const isQuiet = isSameObject(before, value) && isNoise(kind, before as never, value as never)
      this.#count(entry, bytes - gone)
      if (!isQuiet) this.#version(entry, before, at, describeChange(kind, before, value).kind, gone)
    }
    this.table.set(entry, value)
    return entry
  }

  #sharedNow(object: KubeObject, previous: KubeObject | undefined): { value: KubeObject; bytes: number } {
    const bytes = this.#ahead.get(object)
    if (bytes === undefined) return this.#sharer.share(object, previous)
    this.#ahead.delete(object)
    return { value: object, bytes }
  }

  /** Events stay for as long as the past is remembered, whatever the API server does. */
  #end(entry: Entry, at: number): void {
    if (entry.kind === 'Event') {
      entry.isExpired = true
      return
    }
    const { bytes } = entry
    this.#count(entry, -bytes)
    this.#version(entry, entry.current, at, 'LIFECYCLE', bytes)
    this.table.set(entry, undefined)
  }

  #version(
    entry: Entry,
    object: KubeObject | undefined,
    untilMs: number,
    change: ChangeKind,
    bytes: number,
  ): void {
    const ledger = this.#ledgers.of(entry.namespace)
    const own = bytes + versionBytes
    const version: Version = {
      entry,
      object,
      untilMs,
      change,
      bytes: own,
      older: undefined,
      newer: undefined,
    }
    append(entry, version)
    this.journal.push(version)
    if (change !== 'STATUS' && entry.kind !== 'Event' && entry.kind !== 'Lease') this.causes.push(version)
    const isLow = change === 'STATUS' || entry.kind === 'Event'
    if (isLow) ledger.low.push(version)
    else ledger.high.push(version)
    ledger.versionBytes += own
  }

  #evicted(ledger: Ledger, version: Version): void {
    ledger.forgottenMs = Math.max(ledger.forgottenMs, version.untilMs)
    this.#forget(ledger, version)
  }

  #forget(ledger: Ledger, version: Version): void {
    const { entry } = version
    ledger.versionBytes -= version.bytes
    unlink(version)
    version.bytes = 0
    version.object = undefined
    if (++this.#forgotten > Math.max(forgottenMin, this.journal.length / 4)) {
      this.journal = this.journal.filter(({ bytes }) => bytes > 0)
      this.causes = this.causes.filter(({ bytes }) => bytes > 0)
      this.#forgotten = 0
    }
    if (entry.newest) return
    if (entry.current) this.table.reindex(entry)
    else this.table.drop(entry)
  }

  #began(entry: Entry, event: ObjectOf<'Event'>, at: number, wasListed: boolean): void {
    const seen = wasListed || event.lastMs === 0 ? at : Math.min(at, event.lastMs)
    this.#ledgers.of(entry.namespace).events.push({ entry, atMs: seen })
  }

  /** Forgets the oldest event, or puts it behind the others where it was seen again, or is there still and there is room. */
  #endEvent(ledger: Ledger, isForRoom: boolean): boolean {
    const event = ledger.events.shift()
    if (!event?.entry.current) return false
    const { entry, atMs } = event
    const seenMs = entry.newest?.untilMs ?? 0
    if (seenMs > atMs) ledger.events.push({ entry, atMs: seenMs })
    else if (!entry.isExpired && !isForRoom) ledger.events.push({ entry, atMs: this.latestMs })
    else if (this.table.drop(entry)) {
      this.#count(entry, -entry.bytes)
      return true
    }
    return false
  }

  #count(entry: Entry, bytes: number): void {
    entry.bytes += bytes
    if (entry.kind === 'Event') this.#ledgers.of(entry.namespace).versionBytes += bytes
    else this.currentBytes += bytes
  }

  #isListed(kind: Kind, namespace: string | undefined): boolean {
    const isNamespaced = kinds[kind].type.namespaced
    return (
      this.#listed.has(listKey(kind, undefined)) ||
      (isNamespaced && namespace !== undefined && this.#listed.has(listKey(kind, namespace)))
    )
  }

  #tick(atMs: number): number {
    this.firstMs ??= atMs
    this.latestMs = Math.max(this.latestMs, atMs)
    return this.latestMs
  }

  /** Since when everything is remembered that was not forgotten for room. */
  sinceMs(nowMs: number): number {
    return Math.max(this.firstMs ?? nowMs, nowMs - this.#historyMs)
  }
}

const knownTimesMax = 64
const forgottenMin = 1_024
const listKey = (kind: Kind, namespace: string | undefined): string =>
  namespace === undefined ? kind : `${kind}/${namespace}`
