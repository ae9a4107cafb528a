import { renameSync } from 'node:fs'
import { Fault } from '../../../kernel/fault.ts'
import type { Log } from '../../../kernel/log.ts'
import { openForWriting } from './connection.ts'

const version = 1

/**
 * One file holds all telemetry. `chunk` is keyed by end, so that a read starts at the first chunk that matters. `head` holds what is
 * not yet a full chunk, 256 series a row, rewritten by each checkpoint; `block.open` = 1 likewise for records. `meta` holds the log
 * position each signal's data covers, the next chunk number and the bytes and records stored.
 */
const schema = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE entry (position INTEGER PRIMARY KEY, kind TEXT NOT NULL, tenant TEXT NOT NULL, encoding TEXT NOT NULL,
  format TEXT NOT NULL, received_ms INTEGER NOT NULL, crc INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE series (ref INTEGER PRIMARY KEY, tenant TEXT NOT NULL, labels TEXT NOT NULL, crc INTEGER NOT NULL,
  kind TEXT NOT NULL, unit TEXT NOT NULL, derived INTEGER NOT NULL) STRICT;
CREATE TABLE chunk (ref INTEGER NOT NULL, end_ms INTEGER NOT NULL, seq INTEGER NOT NULL, start_ms INTEGER NOT NULL,
  count INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (ref, end_ms, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE head (part INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE block (id INTEGER PRIMARY KEY, signal TEXT NOT NULL, tenant TEXT NOT NULL, key TEXT NOT NULL,
  start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL, count INTEGER NOT NULL, open INTEGER NOT NULL, crc INTEGER NOT NULL,
  body BLOB NOT NULL) STRICT;
CREATE INDEX block_by_time ON block (signal, tenant, end_ms) WHERE open = 0;
CREATE INDEX block_open ON block (signal) WHERE open = 1;
CREATE TABLE trace_block (trace TEXT NOT NULL, block INTEGER NOT NULL, PRIMARY KEY (trace, block)) STRICT, WITHOUT ROWID;
PRAGMA user_version = ${version};
`

/** Makes the file, or checks that this program wrote it. */
export function prepareFile(path: string): void {
  const db = openForWriting(path, 0)
  try {
    const found = Number(db.prepare('PRAGMA user_version').get()?.user_version)
    if (found === 0) db.exec(`BEGIN IMMEDIATE; ${schema} COMMIT`)
    else if (found !== version) {
      throw new Fault(
        'CONFIG_INVALID',
        `${path} was written by another version of the program (format ${found}, this reads ${version}).`,
      )
    }
  } finally {
    db.close()
  }
}

/** Renames a file that SQLite cannot read, so that an empty one can take its place: a start is never refused for damage. */
export function setAside(path: string, nowMs: number, reason: string, log: Log): void {
  const aside = `${path}.damaged-${nowMs}`
  log.error(
    { path, aside, reason },
    'The telemetry file is damaged and was set aside; starting with an empty one',
  )
  for (const suffix of ['', '-wal', '-shm']) moveIfThere(path + suffix, aside + suffix)
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}
