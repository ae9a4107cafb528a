import type { Kind, ObjectOf } from '../object/kind.ts'

/** cpu in cores, memory in bytes, as metrics.k8s.io says. */
export type Usage = { timeMs: number; windowMs: number; cpuCores: number; memoryBytes: number }

/** What a watch tells the memory of its cluster, in the order in which the API server told it. */
export interface ObjectSink {
  /**
   * All objects of a kind in a namespace, or in all where it is undefined: what is not among them is gone. Calls for one kind never overlap,
   * and nothing else is said of the kind until it resolves. What did not change since is no change.
   */
  replace<K extends Kind>(
    kind: K,
    namespace: string | undefined,
    objects: readonly ObjectOf<K>[],
    atMs: number,
  ): Promise<void>
  /**
   * The same object, sharing its parts with what is there already. A listing that passes each object through this as its page comes, and
   * gives the answers to `replace`, never has all of a large cluster in memory twice.
   */
  shared?<K extends Kind>(kind: K, object: ObjectOf<K>): ObjectOf<K>
  put<K extends Kind>(kind: K, object: ObjectOf<K>, atMs: number): void
  /** `object` as it was last. One that is not known is ignored. */
  remove<K extends Kind>(kind: K, object: ObjectOf<K>, atMs: number): void
  /** Whether the kind is known whole: false before its first list, where it may not be read, and where it is not served. */
  setKnown(kind: Kind, known: boolean): void
  nodeUsage(node: string, usage: Usage): void
  /** Of a container. */
  podUsage(namespace: string, pod: string, container: string, usage: Usage): void
  /** Lines of one container, times ascending; a line said twice is kept once. */
  logLines(
    about: { namespace: string; pod: string; container: string; previous: boolean },
    lines: readonly { timeMs: number; text: string }[],
  ): void
}
