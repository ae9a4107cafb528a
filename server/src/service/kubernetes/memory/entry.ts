import type { Kind, KubeObject } from '../object/kind.ts'
import type { ChangeKind } from './aspect.ts'

/** A state that an object, or its absence, was in until something changed. Those of an entry are a chain by time. */
export type Version = {
  readonly entry: Entry
  /** Undefined: it was not there. */
  object: KubeObject | undefined
  /** Exclusive. Since when it was so, the version before says; where that one is forgotten, so is since when. */
  readonly untilMs: number
  /** What ended it. */
  readonly change: ChangeKind
  /** 0: forgotten. */
  bytes: number
  older: Version | undefined
  newer: Version | undefined
}

/** Everything remembered of one kind, namespace and name: what is there now, if anything, and what was. */
export type Entry = {
  readonly kind: Kind
  readonly namespace: string
  readonly name: string
  current: KubeObject | undefined
  /** Of what is there now, about. */
  bytes: number
  newest: Version | undefined
  /** Where it is found: of every version, so that the past is found as well. */
  keys: readonly string[]
  /** An event that the API server has let go, and that is kept here for longer. */
  isExpired: boolean
}

/** About how many bytes an entry and a version take, beside the objects: places in tables and indexes. */
export const entryBytes = 320
export const versionBytes = 152

/** As it was at a time; undefined where it was not there. Right for times since when its namespace is remembered whole. */
export function stateAt(entry: Entry, timeMs: number): KubeObject | undefined {
  let found: Version | undefined
  for (let one = entry.newest; one && one.untilMs > timeMs; one = one.older) found = one
  return found ? found.object : entry.current
}

export function append(entry: Entry, version: Version): void {
  version.older = entry.newest
  if (entry.newest) entry.newest.newer = version
  entry.newest = version
}

export function unlink(version: Version): void {
  const { entry, older, newer } = version
  if (older) older.newer = newer
  if (newer) newer.older = older
  else entry.newest = older
  version.older = undefined
  version.newer = undefined
}

/** What became of a version: the state after it. */
export const stateAfter = (version: Version): KubeObject | undefined =>
  version.newer ? version.newer.object : version.entry.current
