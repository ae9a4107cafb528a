import type { ObjectRef } from '@aiops/contract/model/finding'
import type { ObjectChange } from '@aiops/contract/model/kubernetes'
import { isoTime } from '../../../kernel/clock.ts'
import type { Stepwise } from '../../../kernel/stepwise.ts'
import { isKind, type Kind, type KubeObject, kinds } from '../object/kind.ts'
import type { Meta, OwnerReference } from '../object/meta.ts'
import { describeChange } from './change.ts'
import { differencesOf } from './difference.ts'
import { type Entry, stateAfter, stateAt, type Version } from './entry.ts'
import type { ObjectMemory } from './object-memory.ts'
import { ownerKey } from './object-table.ts'
import { ToldChanges } from './told-changes.ts'

/** Empty: all. Events and leases change without end and are only told of where they are asked for by kind. */
export type ChangeAsk = {
  startMs: number
  endMs: number
  namespace?: string
  kind?: string
  name?: string
  /** Name, or `Kind/name`, of the object or of any of its owners. */
  owner?: string
  /** Without changes of status alone. */
  causes?: boolean
  limit: number
}

export class ChangeQuery {
  readonly #objects: ObjectMemory
  /** Those are asked for with every analysis, two thousand of them at most. */
  readonly #causes = new ToldChanges(4_096)
  readonly #others = new ToldChanges(1_024)
  constructor(objects: ObjectMemory) {
    this.#objects = objects
  }

  /** Newest first. A step is 32 changes told, or 4,096 looked at. */
  *changes(ask: ChangeAsk): Stepwise<{ items: ObjectChange[]; truncated: boolean }> {
    const found = yield* this.#versionsOf(ask)
    const truncated = found.length > ask.limit
    if (truncated) found.length = ask.limit
    const items: ObjectChange[] = []
    for (const version of found) {
      if (items.length % 32 === 31) yield
      // It may have been forgotten meanwhile.
      const told = version.change === 'STATUS' ? this.#others : this.#causes
      if (version.bytes > 0) items.push(told.of(version, (one) => this.#changeOf(one)))
    }
    return { items, truncated }
  }

  /** Of one object, newest first. */
  history(ref: { kind: string; namespace: string; name: string }, limit: number): ObjectChange[] {
    const entry = isKind(ref.kind) ? this.#objects.table.find(ref.kind, ref.namespace, ref.name) : undefined
    const found: ObjectChange[] = []
    for (let one = entry?.newest; one && found.length < limit; one = one.older) {
      if (isChange(one)) found.push(this.#changeOf(one))
    }
    return found
  }

  /** One more than the limit, where there are so many. */
  *#versionsOf(ask: ChangeAsk): Stepwise<Version[]> {
    // Of every hundred changes a handful are causes; events are none.
    const isFew = ask.causes && ask.kind !== 'Event' && ask.kind !== 'Lease'
    const journal = isFew ? this.#objects.causes : this.#objects.journal
    const found: Version[] = []
    const owned = ask.owner ? this.#ownedBy(ask.owner, ask.namespace) : undefined
    for (let i = placeAfter(journal, ask.endMs) - 1; i >= 0 && found.length <= ask.limit; i--) {
      const version = journal[i]!
      if (i % 4_096 === 0) yield
      if (version.untilMs < ask.startMs) break
      if (version.bytes > 0 && isWanted(version, ask, owned)) found.push(version)
    }
    return found
  }

  /** Everything of this name, or `Kind/name`, and what it owns, and what that owns. */
  #ownedBy(owner: string, namespace: string | undefined): Set<Entry> {
    const { table } = this.#objects
    const found = new Set(table.named(owner, namespace || undefined))
    // What is added while it is walked is walked too; owners that name each other end.
    for (const entry of found) {
      const object = entry.current ?? entry.newest?.object
      for (const one of table.found(ownerKey(object?.metadata.uid ?? '')) ?? []) found.add(one)
    }
    return found
  }

  #changeOf(version: Version): ObjectChange {
    const { entry, object: before, untilMs } = version
    const after = stateAfter(version)
    const { kind, summary } = describeChange(entry.kind, before, after)
    return {
      at: isoTime(untilMs),
      type: before ? (after ? 'CHANGED' : 'DELETED') : 'CREATED',
      object: { kind: entry.kind, namespace: entry.namespace, name: entry.name },
      owner: this.#ownersOf(version).at(-1) ?? null,
      summary,
      kind,
      fields: before && after ? differencesOf(before, after) : [],
    }
  }

  /** The owner, its owner, and so on. */
  #ownersOf(version: Version): ObjectRef[] {
    const owners: ObjectRef[] = []
    const { namespace } = version.entry
    let object: KubeObject | undefined = stateAfter(version) ?? version.object
    while (object && owners.length < depthMax) {
      const { ownerReferences }: Meta = object.metadata
      const owner: OwnerReference | undefined =
        ownerReferences.find(({ controller }) => controller) ?? ownerReferences[0]
      if (!owner) break
      const known: Kind | undefined = isKind(owner.kind) ? owner.kind : undefined
      const isNamespaced = known ? kinds[known].type.namespaced : true
      const ref = { kind: owner.kind, namespace: isNamespaced ? namespace : '', name: owner.name }
      owners.push(ref)
      const entry: Entry | undefined = known && this.#objects.table.find(known, ref.namespace, ref.name)
      // Where it is gone by now, as it was last.
      object = entry && (stateAt(entry, version.untilMs) ?? entry.current ?? entry.newest?.object)
    }
    return owners
  }
}

/** A pod's owners are three at most: a ReplicaSet, a Deployment, and what made that. */
const depthMax = 5

function isWanted(version: Version, ask: ChangeAsk, owned: ReadonlySet<Entry> | undefined): boolean {
  const { kind, namespace, name } = version.entry
  if (ask.kind ? kind !== ask.kind : kind === 'Event' || kind === 'Lease') return false
  if (ask.namespace && namespace !== ask.namespace) return false
  if (ask.name && name !== ask.name) return false
  if (ask.causes && version.change === 'STATUS') return false
  if (owned && !owned.has(version.entry)) return false
  return isChange(version)
}

/** Forgotten events leave versions behind that lead nowhere. */
const isChange = (version: Version): boolean =>
  version.object !== undefined || stateAfter(version) !== undefined

/** The first place whose version ended later. */
function placeAfter(journal: readonly Version[], timeMs: number): number {
  let [low, high] = [0, journal.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (journal[middle]!.untilMs <= timeMs) low = middle + 1
    else high = middle
  }
  return low
}
