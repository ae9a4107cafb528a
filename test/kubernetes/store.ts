import type { RawObject } from '../../server/src/port/cluster-api.ts'

/** `object` without apiVersion and kind, which belong to the door it is read through. Never changed. */
export type Entry = { namespace: string; name: string; object: RawObject }
export type Change = {
  resourceVersion: number
  storage: string
  before: Entry | undefined
  after: Entry | undefined
}
type Listener = (change: Change) => void

/** Sorted listings of past versions that are kept for the next page. */
const snapshotsMax = 16

/**
 * All objects, and what happened to them: one resourceVersion rises over all kinds, and each change is kept until `compact`, or until
 * `historyMax` newer ones pushed it out. A state in between is the present with the changes since undone.
 */
export class Store {
  readonly #tables = new Map<string, Map<string, Entry>>()
  readonly #listeners = new Set<Listener>()
  readonly #historyMax: number
  #history: Change[] = []
  #snapshots = new Map<string, Entry[]>()
  #version: number
  /** Up to here history is forgotten. */
  #compacted: number
  constructor(options: { historyMax: number; firstVersion: number }) {
    this.#historyMax = options.historyMax
    this.#version = options.firstVersion
    this.#compacted = options.firstVersion
  }
  get version(): number {
    return this.#version
  }
  get compacted(): number {
    return this.#compacted
  }
  get(storage: string, namespace: string, name: string): Entry | undefined {
    return this.#tables.get(storage)?.get(`${namespace}/${name}`)
  }
  count(storage: string): number {
    return this.#tables.get(storage)?.size ?? 0
  }
  /** `object` gets the version that this change makes. */
  put(storage: string, namespace: string, name: string, object: RawObject): Entry {
    const version = ++this.#version
    const metadata = { ...(object.metadata as RawObject), resourceVersion: String(version) }
    const after: Entry = { namespace, name, object: { ...object, metadata } }
    this.#commit({
      resourceVersion: version,
      storage,
      before: this.get(storage, namespace, name),
      after,
    })
    return after
  }
  /** `silently`: neither history nor watchers learn of it, as where a server lost it. */
  delete(storage: string, namespace: string, name: string, silently = false): Entry | undefined {
    const before = this.get(storage, namespace, name)
    if (!before) return undefined
    const version = ++this.#version
    if (silently) {
      this.#tables.get(storage)?.delete(`${namespace}/${name}`)
      this.#snapshots.clear()
      return before
    }
    this.#commit({ resourceVersion: version, storage, before, after: undefined })
    return before
  }
  /** Numbers that no change of these kinds has, as others in the same etcd use them. */
  skip(versions: number): void {
    this.#version += versions
  }
  /** In the order of etcd's keys. `version` at or after `compacted`. */
  list(storage: string, version = this.#version): readonly Entry[] {
    const key = `${storage}@${version}`
    const kept = this.#snapshots.get(key)
    if (kept) return kept
    const table = new Map(this.#tables.get(storage))
    for (let i = this.#history.length - 1; i >= 0; i--) {
      const change = this.#history[i]!
      if (change.resourceVersion <= version) break
      if (change.storage !== storage) continue
      const { namespace, name } = (change.after ?? change.before)!
      if (change.before) table.set(`${namespace}/${name}`, change.before)
      else table.delete(`${namespace}/${name}`)
    }
    const list = [...table].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry)
    if (this.#snapshots.size >= snapshotsMax) this.#snapshots.delete(this.#snapshots.keys().next().value!)
    this.#snapshots.set(key, list)
    return list
  }
  /** Changes after `version`, oldest first. */
  since(version: number): readonly Change[] {
    let from = this.#history.length
    while (from > 0 && this.#history[from - 1]!.resourceVersion > version) from--
    return this.#history.slice(from)
  }
  /** Forgets what was before; up to now where no version is given. */
  compact(version = this.#version): void {
    this.#compacted = Math.max(this.#compacted, Math.min(version, this.#version))
    this.#history = this.#history.filter((change) => change.resourceVersion > this.#compacted)
    this.#snapshots.clear()
  }
  /** Back to an earlier state and its number, as of a backup that was restored. */
  rewind(version: number): void {
    for (const storage of this.#tables.keys()) {
      const list = this.list(storage, version)
      this.#tables.set(storage, new Map(list.map((entry) => [`${entry.namespace}/${entry.name}`, entry])))
    }
    this.#version = version
    this.#history = []
    this.#compacted = version
    this.#snapshots.clear()
  }
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  #commit(change: Change): void {
    let table = this.#tables.get(change.storage)
    if (!table) {
      table = new Map()
      this.#tables.set(change.storage, table)
    }
    const { namespace, name } = (change.after ?? change.before)!
    if (change.after) table.set(`${namespace}/${name}`, change.after)
    else table.delete(`${namespace}/${name}`)
    this.#history.push(change)
    // Half again as many are let in before the oldest go, so that a change costs no copying of all.
    if (this.#history.length > this.#historyMax * 1.5) {
      this.compact(this.#history[this.#history.length - this.#historyMax - 1]!.resourceVersion)
    }
    for (const listener of [...this.#listeners]) listener(change)
  }
}
