import type { ObjectSink } from '../../server/src/service/kubernetes/memory/sink.ts'
import type { Kind, ObjectOf } from '../../server/src/service/kubernetes/object/kind.ts'

type Held = { metadata: { namespace: string; name: string; uid: string; resourceVersion: string } }

/** What a watch told, as a plain map; complains where it breaks what it promised to its sink. */
export class MapSink implements ObjectSink {
  readonly kinds = new Map<Kind, Map<string, Held>>()
  readonly known = new Map<Kind, boolean>()
  readonly usage = new Map<string, number>()
  readonly complaints: string[] = []
  readonly #replacing = new Set<Kind>()

  async replace<K extends Kind>(kind: K, namespace: string | undefined, objects: readonly ObjectOf<K>[]) {
    if (this.#replacing.has(kind)) this.complaints.push(`${kind} is replaced twice at once`)
    this.#replacing.add(kind)
    await new Promise<void>((resolve) => setImmediate(resolve))
    const held = this.of(kind)
    for (const [key, { metadata }] of held)
      if (namespace === undefined || metadata.namespace === namespace) held.delete(key)
    for (const object of objects) held.set(keyOf(object), object)
    this.#replacing.delete(kind)
  }
  put<K extends Kind>(kind: K, object: ObjectOf<K>): void {
    this.#speak(kind)
    const { uid, resourceVersion } = this.of(kind).get(keyOf(object))?.metadata ?? {}
    if (uid === object.metadata.uid && resourceVersion === object.metadata.resourceVersion)
      this.complaints.push(`${kind} ${keyOf(object)} is told of twice`)
    this.of(kind).set(keyOf(object), object)
  }
  remove<K extends Kind>(kind: K, object: ObjectOf<K>): void {
    this.#speak(kind)
    this.of(kind).delete(keyOf(object))
  }
  setKnown(kind: Kind, known: boolean): void {
    this.known.set(kind, known)
  }
  nodeUsage(node: string, usage: { cpuCores: number }): void {
    this.usage.set(node, usage.cpuCores)
  }
  podUsage(namespace: string, pod: string, container: string, usage: { cpuCores: number }): void {
    this.usage.set(`${namespace}/${pod}/${container}`, usage.cpuCores)
  }
  logLines(): void {}
  of(kind: Kind): Map<string, Held> {
    const held = this.kinds.get(kind) ?? new Map<string, Held>()
    this.kinds.set(kind, held)
    return held
  }
  /** `namespace/name uid@version`, in order. */
  lines(kind: Kind): string[] {
    return [...this.of(kind).values()].map(lineOf).sort()
  }
  #speak(kind: Kind): void {
    if (this.#replacing.has(kind)) this.complaints.push(`${kind} is told of while it is replaced`)
  }
}

const keyOf = ({ metadata }: Held): string => `${metadata.namespace}/${metadata.name}`
export const lineOf = (object: unknown): string => {
  const { namespace = '', name, uid, resourceVersion } = (object as Held).metadata
  return `${namespace}/${name} ${uid}@${resourceVersion}`
}
