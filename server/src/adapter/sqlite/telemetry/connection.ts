import { DatabaseSync } from 'node:sqlite'

/** Settings of a connection that writes. `bytesMax` 0: no limit but the disk. */
export function openForWriting(path: string, bytesMax: number): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: 5_000 })
  try {
    // The first holds for a new file alone: an older one reuses its free pages and does not shrink.
    db.exec(
      'PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8000; PRAGMA wal_autocheckpoint = 4096; PRAGMA journal_size_limit = 67108864',
    )
    if (bytesMax > 0) db.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(bytesMax / 4_096))}`)
    return db
  } catch (error) {
    // Left to the garbage collector it would hold the shared memory of the journal, which whoever opens the file next would then share.
    db.close()
    throw error
  }
}

/** SQLITE_CORRUPT or SQLITE_NOTADB. */
export function isDamage(error: unknown): boolean {
  const code = errorCode(error)
  return code === 11 || code === 26
}

/**
 * As `isDamage`, of a file that is being opened: SQLITE_ERROR is a schema that is not as it was written, SQLITE_READONLY a head that
 * says so, where the file system does not.
 */
export const isDamageAtStart = (error: unknown, mayWrite: boolean): boolean =>
  isDamage(error) || errorCode(error) === 1 || (errorCode(error) === 8 && mayWrite)

/** SQLITE_FULL: the disk, or the limit. */
export const isFull = (error: unknown): boolean => errorCode(error) === 13

/** Primary result code, https://www.sqlite.org/rescode.html; 0 when the error is not SQLite's. */
export const errorCode = (error: unknown): number =>
  error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0
