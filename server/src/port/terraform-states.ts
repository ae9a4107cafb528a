import type { StateKey, StateLock, StateVersion } from './state-repository.ts'

export type TerraformState = StateVersion & { body: Buffer }

/** A lock that is somebody else's; `info` is to be shown to whoever asked. */
export type HeldLock = { held: StateLock }

/**
 * States of infrastructure as the engines' http backend needs them. Encrypted at rest, versions kept, one writer at a time. Locks never
 * expire by themselves: a run that is still going and one that died look the same.
 *
 * - Failure: INVALID_REQUEST for what is no state or lock, CONFLICT for one that others have moved on, BODY_TOO_LARGE.
 */
export interface TerraformStates {
  /** undefined: there is none, or it was deleted. */
  read(key: StateKey): Promise<TerraformState | undefined>
  readVersion(key: StateKey, number: number): Promise<TerraformState>
  /** Refused: a lower serial, the same serial with other content, another lineage. The same again is taken and changes nothing. */
  write(
    key: StateKey,
    body: Uint8Array,
    by: { actor: string; lockId: string | null },
  ): Promise<HeldLock | undefined>
  /** The versions stay, so that it can be rolled back. */
  delete(key: StateKey, by: { actor: string; lockId: string | null }): Promise<HeldLock | undefined>
  /** `info`: what the engine sent, JSON with an ID. */
  lock(key: StateKey, info: Uint8Array, actor: string): Promise<HeldLock | undefined>
  /** `info` empty: by force, whoever holds it. */
  unlock(key: StateKey, info: Uint8Array, actor: string): Promise<HeldLock | undefined>
  /** By force. Throws NOT_FOUND where it is not locked. */
  release(key: StateKey, actor: string): Promise<StateLock>
  versions(key: StateKey): Promise<StateVersion[]>
  /** A new version with the content of that one. Throws CONFLICT where it is locked. */
  rollback(key: StateKey, number: number, actor: string): Promise<StateVersion>
  list(
    tenant: string,
  ): Promise<{ project: string; name: string; newest: StateVersion; lock: StateLock | null }[]>
}
