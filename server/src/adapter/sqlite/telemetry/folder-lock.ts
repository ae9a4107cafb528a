import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Fault } from '../../../kernel/fault.ts'
import { errorCode } from './connection.ts'

/** SQLITE_BUSY. */
const busy = 5

/**
 * One process a folder. The lock is SQLite's own file lock, held by an open exclusive transaction: the operating system lets go of it
 * when the process dies, however it dies. A file beside it names the holder, for the sentence only.
 * Throws CONFLICT. Calling the result releases.
 */
export function lockFolder(folder: string): () => void {
  const holder = join(folder, 'telemetry.pid')
  const db = new DatabaseSync(join(folder, 'telemetry.lock'), { timeout: 0 })
  try {
    db.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    db.close()
    if (errorCode(error) !== busy) throw error
    const who = readIfThere(holder)
    throw new Fault(
      'CONFLICT',
      `The data folder ${folder} is in use by process ${who}; stop it or choose another folder.`,
      { cause: error },
    )
  }
  writeFileSync(holder, String(process.pid))
  return () => db.close()
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim() || 'unknown'
  } catch {
    return 'unknown'
  }
}
