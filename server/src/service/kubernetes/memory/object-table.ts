import type { Kind, KubeObject, ObjectOf } from '../object/kind.ts'
import { isTroubled } from '../object/pod-trouble.ts'
import { type Entry, stateAt } from './entry.ts'

/** Where an entry is found beside its name. */
export const ownerKey = (uid: string): string => `o/${uid}`
export const nodeKey = (node: string): string => `n/${node}`
export const aboutKey = (ref: { kind: string; namespace: string; name: string }): string =>
  `e/${ref.kind}/${ref.namespace}/${ref.name}`
/** Of a pod. */
export const labelKey = (namespace: string, label: string, value: string): string =>
  `l/${namespace}/${label}=${value}`
/** Pods with more labels than are found one by one. */
export const labelsKey = (namespace: string): string => `l/${namespace}`

/** Entries of one kind in one namespace, by name. */
type Names = {
  readonly byName: Map<string, Entry>
  /** In order of names, those that are gone but remembered among them. */
  readonly sorted: Entry[]
  /** What is there now; made anew after a change, so that nobody's list changes while it is read. */
  list: readonly KubeObject[] | undefined
}
type Namespaces = {
  readonly byName: Map<string, Names>
  sorted: Names[] | undefined
  list: readonly KubeObject[] | undefined
}
const nothing: readonly never[] = []

/** All entries of a cluster and where to find them. An insertion moves the places behind it; everything else costs next to nothing. */
export class ObjectTable {
  readonly #kinds = new Map<Kind, Namespaces>()
  /** Each key is there once, however many entries have it. */
  readonly #index = new Map<string, { key: string; entries: Set<Entry> }>()

  /** Pods that are there now and may be in trouble: most questions are about those. */
  readonly troubled = new Set<Entry>()

  find(kind: Kind, namespace: string, name: string): Entry | undefined {
    return this.#kinds.get(kind)?.byName.get(namespace)?.byName.get(name)
  }

  add(kind: Kind, namespace: string, name: string): Entry {
    const entry: Entry = {
      ...{ kind, namespace, name, current: undefined, bytes: 0, newest: undefined },
      ...{ keys: nothing, isExpired: false },
    }
    const namespaces = this.#namespacesOf(kind)
    let names = namespaces.byName.get(namespace)
    if (!names) {
      names = { byName: new Map(), sorted: [], list: undefined }
      namespaces.byName.set(namespace, names)
      namespaces.sorted = undefined
    }
    names.byName.set(name, entry)
    names.sorted.splice(placeOf(names.sorted, name), 0, entry)
    return entry
  }

  /** Sets what is there now. */
  set(entry: Entry, object: KubeObject | undefined): void {
    const before = entry.current
    entry.current = object
    const namespaces = this.#namespacesOf(entry.kind)
    namespaces.list = undefined
    const names = namespaces.byName.get(entry.namespace)
    if (names) names.list = undefined
    if (entry.kind === 'Pod') {
      if (object && isTroubled(object as ObjectOf<'Pod'>)) this.troubled.add(entry)
      else this.troubled.delete(entry)
    }
    if (object && !(before && isFoundAlike(entry.kind, before, object)))
      this.#indexed(entry, keysOf(entry.kind, object))
  }

  /** Forgets an entry that is neither there nor remembered; false where that was done before. */
  drop(entry: Entry): boolean {
    const namespaces = this.#namespacesOf(entry.kind)
    const names = namespaces.byName.get(entry.namespace)
    if (!names || names.byName.get(entry.name) !== entry) return false
    this.set(entry, undefined)
    names.byName.delete(entry.name)
    names.sorted.splice(placeOf(names.sorted, entry.name), 1)
    if (names.sorted.length === 0) {
      namespaces.byName.delete(entry.namespace)
      namespaces.sorted = undefined
    }
    this.#unindexed(entry)
    return true
  }

  /** An entry without a past is found by what it says now alone. */
  reindex(entry: Entry): void {
    if (entry.keys.length < 2 || !entry.current) return
    this.#unindexed(entry)
    this.#indexed(entry, keysOf(entry.kind, entry.current))
  }

  live<K extends Kind>(kind: K, namespace: string | undefined): readonly ObjectOf<K>[] {
    const namespaces = this.#kinds.get(kind)
    if (!namespaces) return nothing
    if (namespace !== undefined) {
      const names = namespaces.byName.get(namespace)
      return (names ? liveOf(names) : nothing) as readonly ObjectOf<K>[]
    }
    namespaces.list ??= sortedOf(namespaces).flatMap(liveOf)
    return namespaces.list as readonly ObjectOf<K>[]
  }

  /** Of namespaces that `has` accepts. */
  listAt(kind: Kind, timeMs: number, has: (namespace: string) => boolean, namespace?: string): KubeObject[] {
    const found: KubeObject[] = []
    for (const entry of this.entries(kind, namespace)) {
      if (namespace === undefined && !has(entry.namespace)) continue
      const object = stateAt(entry, timeMs)
      if (object) found.push(object)
    }
    return found
  }

  /** In order of namespace and name, those that are gone but remembered among them. Must not be changed meanwhile. */
  *entries(kind: Kind, namespace?: string): Generator<Entry, void> {
    const namespaces = this.#kinds.get(kind)
    if (!namespaces) return
    if (namespace === undefined) for (const names of sortedOf(namespaces)) yield* names.sorted
    else yield* namespaces.byName.get(namespace)?.sorted ?? nothing
  }

  /** Entries of this name, or `Kind/name`, in any namespace or one. */
  *named(owner: string, namespace: string | undefined): Generator<Entry, void> {
    const [name, kindName] = owner.split('/').reverse()
    for (const [kind, { byName }] of this.#kinds) {
      if ((kindName !== undefined && kind !== kindName) || kind === 'Event') continue
      const all = namespace === undefined ? byName.values() : [byName.get(namespace)]
      for (const names of all) {
        const entry = names?.byName.get(name ?? '')
        if (entry) yield entry
      }
    }
  }

  /** Entries of which some remembered version has the key. */
  found(key: string): ReadonlySet<Entry> | undefined {
    return this.#index.get(key)?.entries
  }

  #namespacesOf(kind: Kind): Namespaces {
    let namespaces = this.#kinds.get(kind)
    if (!namespaces) {
      namespaces = { byName: new Map(), sorted: undefined, list: undefined }
      this.#kinds.set(kind, namespaces)
    }
    return namespaces
  }

  #indexed(entry: Entry, keys: readonly string[]): void {
    if (keys.every((key) => entry.keys.includes(key))) return
    const own = keys.map((key) => {
      const known = this.#index.get(key)
      if (known) known.entries.add(entry)
      else this.#index.set(key, { key, entries: new Set([entry]) })
      return known?.key ?? key
    })
    entry.keys = entry.keys.length === 0 ? own : [...new Set([...entry.keys, ...own])]
  }

  #unindexed(entry: Entry): void {
    for (const key of entry.keys) {
      const entries = this.#index.get(key)?.entries
      entries?.delete(entry)
      if (entries?.size === 0) this.#index.delete(key)
    }
    entry.keys = nothing
  }
}

/** An object has one owner or two. */
const ownersMax = 16
/** A pod has five labels or ten. */
const labelsMax = 64

function keysOf(kind: Kind, object: KubeObject): string[] {
  const keys = object.metadata.ownerReferences.slice(0, ownersMax).map(({ uid }) => ownerKey(uid))
  if (kind === 'Pod') {
    const { nodeName } = (object as ObjectOf<'Pod'>).spec
    if (nodeName) keys.push(nodeKey(nodeName))
    const { namespace, labels } = object.metadata
    const all = Object.entries(labels)
    if (all.length > labelsMax) keys.push(labelsKey(namespace))
    else for (const [label, value] of all) keys.push(labelKey(namespace, label, value))
  }
  if (kind === 'Event') keys.push(aboutKey((object as ObjectOf<'Event'>).about))
  return keys
}

/** Equal parts of consecutive versions are the same value. */
function isFoundAlike(kind: Kind, before: KubeObject, after: KubeObject): boolean {
  const [a, b] = [before.metadata, after.metadata]
  if (a.ownerReferences !== b.ownerReferences || kind === 'Event') return false
  return (
    kind !== 'Pod' ||
    (a.labels === b.labels &&
      (before as ObjectOf<'Pod'>).spec.nodeName === (after as ObjectOf<'Pod'>).spec.nodeName)
  )
}

function liveOf(names: Names): readonly KubeObject[] {
  if (names.list) return names.list
  const list: KubeObject[] = []
  for (const { current } of names.sorted) if (current) list.push(current)
  names.list = list
  return list
}

function sortedOf(namespaces: Namespaces): readonly Names[] {
  namespaces.sorted ??= [...namespaces.byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, names]) => names)
  return namespaces.sorted
}

/** The first place whose name is not before. */
function placeOf(sorted: readonly Entry[], name: string): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]!.name < name) low = middle + 1
    else high = middle
  }
  return low
}
