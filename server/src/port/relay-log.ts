import type { TenantId } from '@aiops/contract/model/tenant'

/** A request of a sender, as it came, to be sent on as it is. */
export type RelayEntry = {
  tenant: TenantId
  method: 'POST' | 'PUT'
  /** With its query. */
  path: string
  /** What tells how the body is written; lower-case names. */
  headers: Readonly<Record<string, string>>
  /** Still compressed. */
  body: Uint8Array
  receivedMs: number
}
/** Grows from entry to entry. */
export type RelayPosition = number

export type RelayUsage = {
  /** Not released yet. */
  waitingBytes: number
  /** On disk, released parts of files that are not gone yet among them. */
  diskBytes: number
}
/** What was given up since the log was made, kept over restarts. */
export type RelayLoss = { requests: number; bytes: number; fromMs: number | null; toMs: number | null }

/**
 * A bounded queue on disk, read by one.
 * Order: `next` gives entries in the order of `append`. Durability: `append` resolves once the entry is on disk (fsynced, many entries
 * at once). Failure: rejects with STORAGE_UNAVAILABLE or QUEUE_FULL and the entry is not there. After a crash what was appended is
 * there, a half-written tail is not, and entries that were released in the last moment may come again.
 */
export interface RelayLog {
  /** Made with the log, and kept with it: tells it from every other. */
  readonly id: string
  append(entry: RelayEntry): Promise<void>
  /** The oldest entry that is not released; the same again until it is. Undefined where there is none. */
  next(): Promise<{ position: RelayPosition; entry: RelayEntry } | undefined>
  /** Entries up to and including this one are done with. */
  release(position: RelayPosition): Promise<void>
  usage(): RelayUsage
  /** Of entries that were dropped for newer ones. */
  dropped(): RelayLoss
  /** Of entries that could not be read back. */
  damaged(): RelayLoss
  close(): Promise<void>
}

/** What the other side would not have, kept for a person to look at. Bounded: the oldest go first. */
export interface DeadLetters {
  add(entry: RelayEntry, status: number, reason: string, atMs: number): Promise<void>
}
