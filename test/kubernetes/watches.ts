import type { Clock } from '../../server/src/kernel/clock.ts'
import type { Random } from '../../server/src/kernel/random.ts'
import { Channel } from './channel.ts'
import { type FaultSwitch, pieces } from './fault-switch.ts'
import type { Served } from './resource.ts'
import type { Matches } from './selector.ts'
import { bookmarkText, objectText, type Shape } from './shape.ts'
import { gone, type Refusal } from './status.ts'
import type { Change, Entry, Store } from './store.ts'

export type WatchAsk = {
  type: Served
  matches: Matches
  shape: Shape
  /** '' and '0': what there is comes first, as ADDED. */
  resourceVersion: string
  sendInitialEvents: boolean
  bookmarks: boolean
  timeoutSeconds: number | undefined
}
type Deps = { store: Store; clock: Clock; random: Random; faults: FaultSwitch }
type Options = { bookmarkMs: number; waitingBytesMax: number }
type Watch = WatchAsk & { channel: Channel; held: string[]; version: number; columnsSent: boolean }

/** All watches that are open. */
export class Watches {
  readonly #deps: Deps
  readonly #options: Options
  readonly #open = new Set<Watch>()
  readonly #heldPlurals = new Set<string>()
  constructor(deps: Deps, options: Options) {
    this.#deps = deps
    this.#options = options
    deps.store.onChange((change) => {
      for (const watch of this.#open) this.#tell(watch, change)
    })
  }
  get count(): number {
    return this.#open.size
  }
  /** Throws 410 where the version is too old and the fault switch says `status`. */
  open(ask: WatchAsk): Channel {
    const { store, faults, random } = this.#deps
    const channel = new Channel(this.#options.waitingBytesMax)
    const fromStart = ask.resourceVersion === '' || ask.resourceVersion === '0' || ask.sendInitialEvents
    const from = fromStart ? store.version : Number(ask.resourceVersion)
    const watch: Watch = { ...ask, channel, held: [], version: from, columnsSent: false }
    if (!fromStart && from < store.compacted) {
      const refusal = gone(`too old resource version: ${from} (${store.compacted})`)
      const byStatus = faults.gone === 'either' ? random.next() < 0.5 : faults.gone === 'status'
      if (byStatus) throw refusal
      this.#error(watch, refusal)
      return channel
    }
    this.#open.add(watch)
    this.#arm(watch)
    if (fromStart) this.#initial(watch)
    else for (const change of store.since(from)) this.#tell(watch, change)
    return channel
  }
  /** Events of these kinds wait, so that those of others come first. */
  hold(plural: string): void {
    this.#heldPlurals.add(plural)
  }
  release(plural?: string): void {
    if (plural === undefined) this.#heldPlurals.clear()
    else this.#heldPlurals.delete(plural)
    for (const watch of [...this.#open]) this.#flush(watch)
  }
  /** Ends each within its stream: its version is too old. */
  expireAll(): void {
    const refusal = gone('too old resource version')
    for (const watch of [...this.#open]) this.#error(watch, refusal)
  }
  breakAll(): void {
    for (const watch of [...this.#open]) watch.channel.break()
  }
  endAll(): void {
    for (const watch of [...this.#open]) watch.channel.end()
  }
  bookmarkAll(): void {
    for (const watch of [...this.#open]) this.#bookmark(watch, false)
  }

  #arm(watch: Watch): void {
    const { clock, random } = this.#deps
    // Without a wish of the client, from half an hour to a whole one: the real server's min-request-timeout.
    const seconds = watch.timeoutSeconds ?? 1_800 * (1 + random.next())
    const cancels = [
      clock.after(seconds * 1_000, () => {
        this.#bookmark(watch, false)
        watch.channel.end()
      }),
      clock.every(this.#options.bookmarkMs, () => this.#bookmark(watch, false)),
    ]
    watch.channel.onClose(() => {
      this.#open.delete(watch)
      for (const cancel of cancels) cancel()
    })
  }
  #initial(watch: Watch): void {
    for (const entry of this.#deps.store.list(watch.type.storage))
      if (watch.matches(entry)) this.#send(watch, 'ADDED', entry)
    if (watch.sendInitialEvents) this.#bookmark(watch, true)
  }
  #tell(watch: Watch, change: Change): void {
    if (change.storage !== watch.type.storage || change.resourceVersion <= watch.version) return
    watch.version = change.resourceVersion
    const was = change.before !== undefined && watch.matches(change.before)
    if (change.after && watch.matches(change.after)) {
      this.#send(watch, was ? 'MODIFIED' : 'ADDED', change.after)
    } else if (change.before && was) {
      const metadata = {
        ...(change.before.object.metadata as object),
        resourceVersion: String(change.resourceVersion),
      }
      this.#send(watch, 'DELETED', { ...change.before, object: { ...change.before.object, metadata } })
    }
  }
  #send(watch: Watch, type: string, entry: Entry): void {
    const { faults, random, clock } = this.#deps
    const shape =
      watch.shape.form === 'table' ? { ...watch.shape, withColumns: !watch.columnsSent } : watch.shape
    watch.columnsSent = true
    const line = `{"type":"${type}","object":${objectText(watch.type, entry, shape, clock.now())}}\n`
    watch.held.push(line)
    if (random.next() < faults.duplicateChance) watch.held.push(line)
    this.#flush(watch)
  }
  #flush(watch: Watch): void {
    if (watch.held.length === 0 || this.#heldPlurals.has(watch.type.plural)) return
    const { faults, random } = this.#deps
    watch.channel.push(pieces(watch.held.splice(0).join(''), faults.pieceBytesMax, random))
    if (random.next() < faults.breakChance) watch.channel.break()
  }
  #bookmark(watch: Watch, isInitialEnd: boolean): void {
    const { store, faults, clock } = this.#deps
    if (!watch.bookmarks || !watch.channel.isOpen || (faults.areBookmarksMissing && !isInitialEnd)) return
    // A bookmark says that all before it was sent.
    if (watch.held.length > 0 && !isInitialEnd) return
    const text = bookmarkText(watch.type, store.version, watch.shape, isInitialEnd, clock.now())
    watch.held.push(`{"type":"BOOKMARK","object":${text}}\n`)
    this.#flush(watch)
  }
  #error(watch: Watch, refusal: Refusal): void {
    watch.channel.push([Buffer.from(`{"type":"ERROR","object":${JSON.stringify(refusal.body())}}\n`)])
    watch.channel.end()
  }
}
