/** A snapshot as it was written, none, or why what is there cannot be used. */
export type FoundSnapshot =
  | { kind: 'FOUND'; parts: Uint8Array<ArrayBuffer>[] }
  | { kind: 'NONE' }
  | { kind: 'REFUSED'; reason: string }

/**
 * Keeps the newest snapshot of something: a few parts of bytes. `write` replaces it as a whole: after a crash it is the old one or the new
 * one. What was damaged, or written in another form, is refused when it is read, never half read. Neither holds the event loop for long,
 * whatever the size. Writes come one after the other; `write` rejects when the disk is full, and what was there before stays.
 */
export interface SnapshotStore {
  write(parts: readonly Uint8Array[]): Promise<void>
  read(): Promise<FoundSnapshot>
}
