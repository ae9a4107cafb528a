import { isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { KubeEvent } from '../object/event.ts'
import type { Kind, ObjectOf } from '../object/kind.ts'
import { hasLabels } from '../object/selector.ts'
import type { ClusterView, LogLine, ObjectRef } from '../view.ts'
import { type Entry, stateAt } from './entry.ts'
import type { Ledgers } from './ledger.ts'
import type { LogMemory } from './log-memory.ts'
import type { ObjectMemory } from './object-memory.ts'
import { aboutKey, labelKey, labelsKey, nodeKey, ownerKey } from './object-table.ts'

export type ViewDeps = {
  objects: ObjectMemory
  logs: LogMemory
  ledgers: Ledgers
  logLinesMax: number
}

/** The state now, as it is at the time of each call. */
export class LiveView implements ClusterView {
  readonly timeMs: number
  protected readonly deps: ViewDeps
  constructor(deps: ViewDeps, timeMs: number) {
    this.deps = deps
    this.timeMs = timeMs
  }

  list<K extends Kind>(kind: K, namespace?: string): readonly ObjectOf<K>[] {
    return this.deps.objects.table.live(kind, namespace)
  }
  get<K extends Kind>(kind: K, namespace: string, name: string): ObjectOf<K> | undefined {
    const entry = this.deps.objects.table.find(kind, namespace, name)
    return entry && (this.stateOf(entry) as ObjectOf<K> | undefined)
  }
  ownedBy<K extends Kind>(kind: K, uid: string): readonly ObjectOf<K>[] {
    if (uid === '') return []
    return this.#found<K>(ownerKey(uid), kind, ({ metadata }) =>
      metadata.ownerReferences.some((owner) => owner.uid === uid),
    )
  }
  podsWith(namespace: string, labels: Readonly<Record<string, string>>): readonly ObjectOf<'Pod'>[] {
    const { table } = this.deps.objects
    let rarest: string | undefined
    let fewest = 0
    for (const label in labels) {
      const key = labelKey(namespace, label, labels[label]!)
      const size = table.found(key)?.size ?? 0
      if (rarest === undefined || size < fewest) [rarest, fewest] = [key, size]
    }
    if (rarest === undefined) return []
    const has = ({ metadata }: ObjectOf<'Pod'>): boolean => hasLabels(labels, metadata.labels)
    const all = this.list('Pod', namespace)
    // Those are in order already.
    if (fewest * orderedShare > all.length) return all.filter(has)
    const found = this.#found<'Pod'>(rarest, 'Pod', has)
    return table.found(labelsKey(namespace))
      ? [...found, ...this.#found<'Pod'>(labelsKey(namespace), 'Pod', has)].sort(byName)
      : found
  }
  troubledPods(): readonly ObjectOf<'Pod'>[] | undefined {
    const { troubled } = this.deps.objects.table
    if (troubled.size > orderedMax) return undefined
    return [...troubled].map(({ current }) => current as ObjectOf<'Pod'>).sort(byName)
  }
  podsOn(node: string): readonly ObjectOf<'Pod'>[] {
    return this.#found<'Pod'>(nodeKey(node), 'Pod', ({ spec }) => spec.nodeName === node)
  }
  eventsOf(about: ObjectRef & { uid?: string }): readonly KubeEvent[] {
    const { uid } = about
    const found = this.#found<'Event'>(aboutKey(about), 'Event', (event) => {
      // The kubelet calls a node by its name where the uid should be.
      return !uid || event.about.uid === '' || event.about.uid === uid || event.about.uid === event.about.name
    })
    return found.sort((a, b) => b.lastMs - a.lastMs)
  }
  logLines(namespace: string, pod: string, container: string): readonly LogLine[] {
    const about = { namespace, pod, container, previous: false }
    return this.deps.logs.tail(about, this.deps.logLinesMax, 0, this.logsUntilMs())
  }
  isKnown(kind: Kind): boolean {
    return this.deps.objects.isKnownAt(kind, Number.POSITIVE_INFINITY)
  }

  protected stateOf(entry: Entry): object | undefined {
    return entry.current
  }
  protected has(_namespace: string): boolean {
    return true
  }
  protected logsUntilMs(): number {
    return Number.POSITIVE_INFINITY
  }

  /** A key is that of any version that is remembered, so that the one of this moment is asked again. */
  #found<K extends Kind>(key: string, kind: K, is: (object: ObjectOf<K>) => boolean): ObjectOf<K>[] {
    const found: ObjectOf<K>[] = []
    for (const entry of this.deps.objects.table.found(key) ?? []) {
      if (entry.kind !== kind || !this.has(entry.namespace)) continue
      const object = this.stateOf(entry) as ObjectOf<K> | undefined
      if (object && is(object)) found.push(object)
    }
    return found.sort(byName)
  }
}

/** So many are put in order within about two milliseconds. */
const orderedMax = 2_000
/** From this share of a namespace on, going through it takes less than putting what was found in order. */
const orderedShare = 8

/**
 * The state at a time. Namespaces that had to forget it for room are left out of what is asked of all, and named in `shortened`; asked for
 * one of them it throws VALIDATION_FAILED.
 */
export class MomentView extends LiveView {
  readonly #lists = new Map<string, readonly object[]>()

  get shortened(): string[] {
    const all = [...this.deps.ledgers.all()]
    return all.filter(({ forgottenMs }) => forgottenMs > this.timeMs).map(({ namespace }) => namespace)
  }

  override list<K extends Kind>(kind: K, namespace?: string): readonly ObjectOf<K>[] {
    if (namespace !== undefined) this.#require(namespace)
    const key = namespace === undefined ? kind : `${kind}/${namespace}`
    let list = this.#lists.get(key)
    if (!list) {
      list = this.deps.objects.table.listAt(kind, this.timeMs, (one) => this.has(one), namespace)
      this.#lists.set(key, list)
    }
    return list as readonly ObjectOf<K>[]
  }
  override get<K extends Kind>(kind: K, namespace: string, name: string): ObjectOf<K> | undefined {
    this.#require(namespace)
    return super.get(kind, namespace, name)
  }
  override troubledPods(): undefined {
    return undefined
  }
  override isKnown(kind: Kind): boolean {
    return this.deps.objects.isKnownAt(kind, this.timeMs)
  }

  protected override stateOf(entry: Entry): object | undefined {
    return stateAt(entry, this.timeMs)
  }
  protected override has(namespace: string): boolean {
    return (this.deps.ledgers.find(namespace)?.forgottenMs ?? 0) <= this.timeMs
  }
  protected override logsUntilMs(): number {
    return this.timeMs
  }

  #require(namespace: string): void {
    if (this.has(namespace)) return
    const { forgottenMs } = this.deps.ledgers.of(namespace)
    throw tooOld(forgottenMs, namespace === '' ? 'The cluster as a whole' : `Namespace ${namespace}`)
  }
}

export const tooOld = (sinceMs: number, what: string): Fault =>
  new Fault('VALIDATION_FAILED', `${what} is remembered since ${isoTime(sinceMs)}; ask for a later time.`)

type Named = { metadata: { namespace: string; name: string } }
function byName({ metadata: a }: Named, { metadata: b }: Named): number {
  if (a.namespace !== b.namespace) return a.namespace < b.namespace ? -1 : 1
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}
