import type { TenantId } from '@aiops/contract/model/tenant'

/** One state of infrastructure: `project` and `name` as the engine's backend addresses it. */
export type StateKey = { tenant: TenantId; project: string; name: string }

export type StateVersion = {
  /** Ours, from 1, without gaps: a deletion and a rollback are versions too. */
  number: number
  /** The engine's; of a deletion those of what was deleted. */
  serial: number
  lineage: string
  deleted: boolean
  /** Of the state as it was sent, hex. */
  sha256: string
  sizeBytes: number
  createdMs: number
  createdBy: string
}

/** `sealed` is encrypted; '' for a deletion. */
export type StoredState = StateVersion & { sealed: string }

/** `info` is the engine's own lock information, JSON. */
export type StateLock = { id: string; info: string; lockedMs: number; lockedBy: string }

/**
 * States with their former versions and locks. A resolved write is on disk.
 * `add` is a compare-and-swap: of two that saw the same newest version one is told MOVED_ON.
 */
export interface StateRepository {
  newest(key: StateKey): Promise<StoredState | undefined>
  version(key: StateKey, number: number): Promise<StoredState | undefined>
  /** Newest first. */
  versions(key: StateKey, limit: number): Promise<StateVersion[]>
  /**
   * MOVED_ON: its number is not the next one. LOCKED: somebody holds the lock, and `lockId` is not theirs. Keeps the newest `keep` versions.
   */
  add(
    key: StateKey,
    state: StoredState,
    guard: { lockId: string | null; keep: number },
  ): Promise<'ADDED' | 'MOVED_ON' | 'LOCKED'>
  /** undefined: taken; else who holds it. */
  lock(key: StateKey, lock: StateLock): Promise<StateLock | undefined>
  lockOf(key: StateKey): Promise<StateLock | undefined>
  /** `id` null: whosever it is. Gives what was released; undefined where there was none of that id. */
  unlock(key: StateKey, id: string | null): Promise<StateLock | undefined>
  /** By project and name; deleted ones too. */
  list(
    tenant: TenantId,
    limit: number,
  ): Promise<{ project: string; name: string; newest: StateVersion; lock: StateLock | null }[]>
}
