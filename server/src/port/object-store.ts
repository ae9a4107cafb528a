/**
 * Whole objects by key: sealed chunks, backups, reports, models. Keys are `/`-separated segments of letters, digits, `.`, `_`, `-`;
 * never empty, never `.` or `..`.
 * Durability: `put` resolves once the object is safe; a reader sees the old or the new object, never part of one. Idempotency: the
 * same put again changes nothing. Failure: STORAGE_UNAVAILABLE, to be tried again; NOT_FOUND where `get` names no object.
 */
export interface ObjectStore {
  put(key: string, body: Uint8Array): Promise<void>
  /** The object, or the part [start, end) of it. */
  get(key: string, range?: { start: number; end: number }): Promise<Uint8Array>
  /** Keys that begin with `prefix`, ascending, with their sizes in bytes. */
  list(prefix: string): AsyncIterable<{ key: string; sizeBytes: number }>
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void>
  close(): Promise<void>
}
