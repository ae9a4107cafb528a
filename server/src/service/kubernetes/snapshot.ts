import type { KubeEvent } from './object/event.ts'
import { isKind, type Kind, type KubeObject, kinds, type ObjectOf, readObject } from './object/kind.ts'
import { hasLabels } from './object/selector.ts'
import type { ClusterView, LogLine, ObjectRef } from './view.ts'

export type SnapshotOptions = {
  /** Left out: a second after the newest time that any object speaks of. */
  timeMs?: number
  /** By `namespace/pod/container`, oldest first. A text alone has no time. */
  logs?: Readonly<Record<string, readonly (string | LogLine)[]>>
  /** Kinds that could not be read whole. */
  unknown?: readonly Kind[]
}

/**
 * A view of objects as the API writes them, each with its `kind`; a `List` stands for its items. What is of no kind of the read set, or
 * of one by the same name in another API group, is left out. Of two objects of one name the later counts.
 */
export function snapshotOf(objects: readonly unknown[], options: SnapshotOptions = {}): ClusterView {
  const read = new Map<Kind, KubeObject[]>()
  const raw = objects.flatMap(itemsOf)
  for (const one of raw) {
    const kind = kindOf(one)
    const object = kind && readObject(kind, one)
    if (kind && object) listIn(read, kind).push(object)
  }
  return new Snapshot(read, { ...options, timeMs: options.timeMs ?? newestTime(raw) + 1_000 })
}

/** A view of objects that were read already. They are kept as they are. */
export function viewOf(
  objects: ReadonlyMap<Kind, readonly KubeObject[]>,
  options: SnapshotOptions & { timeMs: number },
): ClusterView {
  return new Snapshot(objects, options)
}

class Snapshot implements ClusterView {
  readonly timeMs: number
  readonly #unknown: ReadonlySet<Kind>
  readonly #logs: ReadonlyMap<string, readonly LogLine[]>
  readonly #lists = new Map<Kind, readonly KubeObject[]>()
  /** Each of these is made of a kind when it is asked for first. */
  readonly #byName = new Map<Kind, Map<string, KubeObject>>()
  readonly #byNamespace = new Map<Kind, Map<string, unknown[]>>()
  readonly #byOwner = new Map<Kind, Map<string, unknown[]>>()
  readonly #byLabel = new Map<string, Map<string, ObjectOf<'Pod'>[]>>()
  #byNode: Map<string, ObjectOf<'Pod'>[]> | undefined
  #byObject: Map<string, KubeEvent[]> | undefined

  constructor(
    objects: ReadonlyMap<Kind, readonly KubeObject[]>,
    options: SnapshotOptions & { timeMs: number },
  ) {
    this.timeMs = options.timeMs
    this.#unknown = new Set(options.unknown)
    this.#logs = new Map(
      Object.entries(options.logs ?? {}).map(([name, lines]) => [
        name,
        lines.map((line) => (typeof line === 'string' ? { timeMs: 0, text: line } : line)),
      ]),
    )
    for (const [kind, list] of objects) {
      const byName = new Map(list.map((object) => [nameKey(object.metadata), object]))
      this.#byName.set(kind, byName)
      this.#lists.set(kind, [...byName.values()].sort(byNamespaceAndName))
    }
  }

  list<K extends Kind>(kind: K, namespace?: string): readonly ObjectOf<K>[] {
    const all = this.#lists.get(kind) ?? []
    if (namespace === undefined) return all as readonly ObjectOf<K>[]
    const index = once(
      this.#byNamespace,
      kind,
      (): Map<string, unknown[]> => grouped(all, (object) => [object.metadata.namespace]),
    )
    return (index.get(namespace) ?? []) as readonly ObjectOf<K>[]
  }

  get<K extends Kind>(kind: K, namespace: string, name: string): ObjectOf<K> | undefined {
    return this.#byName.get(kind)?.get(nameKey({ namespace, name })) as ObjectOf<K> | undefined
  }

  ownedBy<K extends Kind>(kind: K, uid: string): readonly ObjectOf<K>[] {
    if (uid === '') return []
    const index = once(this.#byOwner, kind, () =>
      grouped(this.#lists.get(kind) ?? [], (object) => object.metadata.ownerReferences.map((one) => one.uid)),
    )
    return (index.get(uid) ?? []) as readonly ObjectOf<K>[]
  }

  podsWith(namespace: string, labels: Readonly<Record<string, string>>): readonly ObjectOf<'Pod'>[] {
    const index = once(this.#byLabel, namespace, () =>
      grouped(this.list('Pod', namespace), ({ metadata }) =>
        Object.entries(metadata.labels).map(([label, value]) => `${label}=${value}`),
      ),
    )
    let fewest: readonly ObjectOf<'Pod'>[] | undefined
    for (const label in labels) {
      const pods = index.get(`${label}=${labels[label]}`) ?? []
      if (!fewest || pods.length < fewest.length) fewest = pods
    }
    return fewest?.filter(({ metadata }) => hasLabels(labels, metadata.labels)) ?? []
  }

  troubledPods(): undefined {
    return undefined
  }

  podsOn(node: string): readonly ObjectOf<'Pod'>[] {
    this.#byNode ??= grouped(this.list('Pod'), (pod) => (pod.spec.nodeName ? [pod.spec.nodeName] : []))
    return this.#byNode.get(node) ?? []
  }

  eventsOf(about: ObjectRef & { uid?: string }): readonly KubeEvent[] {
    this.#byObject ??= grouped(
      [...this.list('Event')].sort((a, b) => b.lastMs - a.lastMs),
      (event) => [objectKey(event.about)],
    )
    const found = this.#byObject.get(objectKey(about)) ?? []
    const { uid } = about
    return uid ? found.filter((event) => event.about.uid === '' || event.about.uid === uid) : found
  }

  logLines(namespace: string, pod: string, container: string): readonly LogLine[] {
    return this.#logs.get(`${namespace}/${pod}/${container}`) ?? []
  }

  isKnown(kind: Kind): boolean {
    return !this.#unknown.has(kind)
  }
}

type Fields = Readonly<Record<string, unknown>>
const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null

function itemsOf(raw: unknown): unknown[] {
  return isRecord(raw) && raw.kind === 'List' && Array.isArray(raw.items) ? raw.items : [raw]
}

function kindOf(raw: unknown): Kind | undefined {
  if (!isRecord(raw) || typeof raw.kind !== 'string' || !isKind(raw.kind)) return undefined
  if (typeof raw.apiVersion !== 'string') return raw.kind
  const group = raw.apiVersion.includes('/') ? raw.apiVersion.slice(0, raw.apiVersion.indexOf('/')) : ''
  const sameStore = raw.kind === 'Event' && group === 'events.k8s.io'
  return sameStore || group === kinds[raw.kind].type.group ? raw.kind : undefined
}

const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

/** 0 where there is none. Objects nest no deeper than a few dozen levels; what lies deeper is not looked at. */
function newestTime(value: unknown, depth = 0): number {
  if (typeof value === 'string') return isTime.test(value) ? Date.parse(value) || 0 : 0
  if (!isRecord(value) || depth > 32) return 0
  let newest = 0
  for (const one of Object.values(value)) newest = Math.max(newest, newestTime(one, depth + 1))
  return newest
}

/** No name of Kubernetes has a slash in it. */
const nameKey = (meta: { namespace: string; name: string }): string => `${meta.namespace}/${meta.name}`
const objectKey = (ref: ObjectRef): string => `${ref.kind}/${ref.namespace}/${ref.name}`

function byNamespaceAndName({ metadata: a }: KubeObject, { metadata: b }: KubeObject): number {
  if (a.namespace !== b.namespace) return a.namespace < b.namespace ? -1 : 1
  return a.name < b.name ? -1 : 1
}

function listIn<K, T>(lists: Map<K, T[]>, key: K): T[] {
  return once(lists, key, () => [])
}

function once<K, T>(made: Map<K, T>, key: K, make: () => T): T {
  const found = made.get(key)
  if (found !== undefined) return found
  const one = make()
  made.set(key, one)
  return one
}

function grouped<T>(items: readonly T[], keysOf: (item: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) for (const key of keysOf(item)) listIn(groups, key).push(item)
  return groups
}
