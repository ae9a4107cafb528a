import { renameSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { Fault } from '../../../kernel/fault.ts'
import type { Log } from '../../../kernel/log.ts'
import { systemRandom } from '../../../kernel/random.ts'
import { openForWriting } from './connection.ts'

/**
 * One file holds all telemetry. `chunk` is keyed by end, so that a read starts at the first chunk that matters. `head` holds what is
 * not yet a full chunk, 256 series a row, rewritten by each checkpoint; `block.open` = 1 likewise for records. `meta` holds the log
 * position each signal's data covers, the next chunk number and the bytes and records stored.
 */
const first = `
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
`
/**
 * `rollup`: a day of a series' windows, complete up to `up_to_ms`. `object`: what was moved out of this file, whole objects with what
 * is needed to find them; `moved_block`: the blocks inside those. `damaged`: pieces that a repair took out. Sizes lie in an index, so
 * that bytes by age are summed without touching a body.
 */
const keeping = `
CREATE TABLE rollup (step_ms INTEGER NOT NULL, ref INTEGER NOT NULL, start_ms INTEGER NOT NULL, up_to_ms INTEGER NOT NULL,
  body BLOB NOT NULL, PRIMARY KEY (step_ms, ref, start_ms)) STRICT, WITHOUT ROWID;
CREATE TABLE object (key TEXT PRIMARY KEY, signal TEXT NOT NULL, tenant TEXT NOT NULL, start_ms INTEGER NOT NULL,
  end_ms INTEGER NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL, records INTEGER NOT NULL, bytes INTEGER NOT NULL,
  trimmed INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX object_by_time ON object (signal, tenant, end_ms);
CREATE TABLE moved_block (id INTEGER PRIMARY KEY, object TEXT NOT NULL, offset INTEGER NOT NULL, size INTEGER NOT NULL,
  signal TEXT NOT NULL, tenant TEXT NOT NULL, key TEXT NOT NULL, start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL,
  count INTEGER NOT NULL, crc INTEGER NOT NULL) STRICT;
CREATE INDEX moved_block_by_time ON moved_block (signal, tenant, end_ms);
CREATE INDEX moved_block_of ON moved_block (object);
CREATE TABLE damaged (kind TEXT NOT NULL, place TEXT NOT NULL, reason TEXT NOT NULL, at_ms INTEGER NOT NULL, body BLOB) STRICT;
ALTER TABLE block ADD COLUMN size INTEGER GENERATED ALWAYS AS (length(body)) VIRTUAL;
DROP INDEX block_by_time;
CREATE INDEX block_by_time ON block (signal, tenant, end_ms, size) WHERE open = 0;
`
/**
 * `chunk_block` takes the place of `chunk`, whose rows are still read and go by age: the samples of up to 64 neighbouring
 * series of one tenant (ref >> 6 = part) over one stretch of time, sharing their time columns: see chunk-block.ts. Of two blocks with
 * the same moment the one with the greater `seq` holds. `head_part` takes the place of `head`. `histogram` and `histogram_head` hold
 * native histograms, a row a chunk; `exemplar` the newest of each series; `catalog_page` pages of series, the rest of which, and what was refined since, are rows of `series`.
 */
const grouping = `
CREATE TABLE chunk_block (seq INTEGER PRIMARY KEY, tenant TEXT NOT NULL, part INTEGER NOT NULL, start_ms INTEGER NOT NULL,
  end_ms INTEGER NOT NULL, count INTEGER NOT NULL, body BLOB NOT NULL,
  size INTEGER GENERATED ALWAYS AS (length(body)) VIRTUAL) STRICT;
CREATE INDEX chunk_block_by_part ON chunk_block (part, end_ms, start_ms);
CREATE INDEX chunk_block_by_time ON chunk_block (tenant, end_ms, size);
CREATE TABLE head_part (part INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE histogram (seq INTEGER PRIMARY KEY, ref INTEGER NOT NULL, start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL,
  count INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE INDEX histogram_by_series ON histogram (ref, end_ms);
CREATE TABLE histogram_head (ref INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE exemplar (ref INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE catalog_page (page INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
`
/** What brings a file from version i to version i + 1, each in one transaction. Never edited once released. */
const steps: readonly string[] = [first, keeping, grouping]
export const schemaVersion = steps.length

/** Makes the file, or brings an older one up to date; refuses one that a later program wrote. `upTo`: the version to stop at, for tests. */
export function prepareFile(path: string, upTo = schemaVersion): void {
  const db = openForWriting(path, 0)
  try {
    const found = formatOf(db)
    if (found > schemaVersion) {
      throw new Fault(
        'CONFIG_INVALID',
        `${path} was written by a later version of the program (format ${found}, this one reads up to ${schemaVersion}); start that version, or use another folder.`,
      )
    }
    db.exec(`PRAGMA user_version = ${found}`)
    for (let version = found; version < upTo; version += 1)
      db.exec(`BEGIN IMMEDIATE; ${steps[version]} PRAGMA user_version = ${version + 1}; COMMIT`)
    db.prepare(
      "INSERT INTO meta VALUES ('format', ?1) ON CONFLICT DO UPDATE SET value = ?1 WHERE value <> ?1",
    ).run(Math.max(found, upTo))
    db.prepare("INSERT OR IGNORE INTO meta VALUES ('store.id', ?)").run(newStoreId())
  } finally {
    db.close()
  }
}

/** The file's head has no checksum: what `meta` says holds. Before the first start, and in older files, it says nothing. */
export function formatOf(db: DatabaseSync): number {
  const told = Number(db.prepare('PRAGMA user_version').get()?.user_version)
  const hasMeta = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'meta'").get()
  const kept = hasMeta && db.prepare("SELECT value FROM meta WHERE key = 'format'").get()?.value
  return kept ? Number(kept) : told
}

/** A file brought back from a copy is a store of its own. */
export function renewStoreId(path: string): void {
  prepareFile(path)
  const db = openForWriting(path, 0)
  try {
    db.prepare("UPDATE meta SET value = ? WHERE key = 'store.id'").run(newStoreId())
  } finally {
    db.close()
  }
}

const newStoreId = (): number => Number.parseInt(Buffer.from(systemRandom.bytes(6)).toString('hex'), 16)

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
