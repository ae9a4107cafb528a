import type { KubeEvent } from './object/event.ts'
import type { Kind, ObjectOf } from './object/kind.ts'

export type ObjectRef = { kind: string; namespace: string; name: string }

/** One line of a container's log. `timeMs` 0 where the line had none. */
export type LogLine = { timeMs: number; text: string }

/**
 * One cluster at one moment, as analyzers, graphs and answers read it: the state that a watch keeps, that of a time within the last two
 * hours, or one listing. Lists are in order of namespace and name. What is answered must not be changed.
 */
export interface ClusterView {
  /** The moment of this state, ms since 1970. */
  readonly timeMs: number
  list<K extends Kind>(kind: K, namespace?: string): readonly ObjectOf<K>[]
  get<K extends Kind>(kind: K, namespace: string, name: string): ObjectOf<K> | undefined
  /** Objects of this kind whose ownerReferences name the uid. */
  ownedBy<K extends Kind>(kind: K, uid: string): readonly ObjectOf<K>[]
  /** Pods of a namespace that have all these labels; none where no label is given. */
  podsWith(namespace: string, labels: Readonly<Record<string, string>>): readonly ObjectOf<'Pod'>[]
  /** Pods that may be in trouble (`isTroubled`); undefined where that takes as long as looking at all. */
  troubledPods(): readonly ObjectOf<'Pod'>[] | undefined
  /** Pods on a node. */
  podsOn(node: string): readonly ObjectOf<'Pod'>[]
  /** About an object, newest first. Where both uids are known they must agree: one recreated under the same name is another. */
  eventsOf(about: ObjectRef & { uid?: string }): readonly KubeEvent[]
  /** Kept log lines of a container, oldest first; empty where none are kept. */
  logLines(namespace: string, pod: string, container: string): readonly LogLine[]
  /** Whether this kind could be read whole (permission, an API that is there). A rule that needs a kind which is not known says nothing. */
  isKnown(kind: Kind): boolean
}
