import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { messageOf } from '../../../../kernel/fault.ts'
import type { ObjectStore } from '../../../../port/object-store.ts'
import { decodePage, pageSeries } from '../catalog-page.ts'
import { isDamage, openForWriting } from '../connection.ts'
import { lockFolder } from '../folder-lock.ts'
import { formatOf, prepareFile, schemaVersion } from '../schema.ts'
import { verifyObject } from '../tier/cold-object.ts'
import { type Known, type TableCheck, tableChecks } from './row-check.ts'
import { salvage } from './salvage.ts'

/** One thing that is wrong. */
export type Finding = {
  file: string
  kind: string
  place: string
  problem: string
  /** What `repair` did about it. */
  repaired: boolean
}
export type CheckReport = {
  /** Rows and objects looked at. */
  checked: Record<string, number>
  findings: Finding[]
  /** More than are listed. */
  findingsLeftOut: number
}
export type CheckOptions = {
  folder: string
  repair: boolean
  nowMs: number
  /** Where old data was moved, when that can be reached. */
  objects?: ObjectStore
}

const findingsMax = 1_000
/** Rows of one read: a damaged page makes a whole read fail. */
const pageRows = 64

/**
 * Walks everything in a data folder that no process has open (CONFLICT). `repair` takes damaged rows out into the table `damaged`, where
 * they can still be looked at, and rebuilds a file whose structure is damaged from the rows that can be read, setting the old one aside.
 */
export async function checkData(options: CheckOptions): Promise<CheckReport> {
  const report: CheckReport = { checked: {}, findings: [], findingsLeftOut: 0 }
  const unlock = lockFolder(options.folder)
  try {
    for (const name of ['telemetry.db', 'records.db']) {
      const path = join(options.folder, name)
      if (existsSync(path)) await checkFile(path, name, options, report)
    }
  } finally {
    unlock()
  }
  return report
}

async function checkFile(
  path: string,
  name: string,
  options: CheckOptions,
  report: CheckReport,
): Promise<void> {
  const add = (kind: string, place: string, problem: string, repaired: boolean): void => {
    if (report.findings.length < findingsMax)
      report.findings.push({ file: name, kind, place, problem, repaired })
    else report.findingsLeftOut += 1
  }
  const structure = structureOf(path)
  const isTelemetry = name === 'telemetry.db'
  const rebuilds = structure.length > 0 && options.repair && isTelemetry
  for (const problem of structure) add('file', path, problem, rebuilds)
  if (rebuilds) salvage(path, options.nowMs)
  try {
    await checkRows(path, isTelemetry, rebuilds, structure, options, add, report)
  } catch (error) {
    // The schema itself: SQLite's own check has told of it already.
    if (!isDamage(error) || structure.length === 0) throw error
  }
}

async function checkRows(
  path: string,
  isTelemetry: boolean,
  rebuilds: boolean,
  structure: readonly string[],
  options: CheckOptions,
  add: (kind: string, place: string, problem: string, repaired: boolean) => void,
  report: CheckReport,
): Promise<void> {
  if (!isTelemetry || (structure.includes(notADatabase) && !rebuilds)) return
  const version = versionOf(path)
  if (version > schemaVersion)
    return add('file', path, `it was written by a later version (format ${version})`, false)
  // A check alone changes nothing, so that an older file stays one.
  if (options.repair) prepareFile(path)
  const db = options.repair ? openForWriting(path, 0) : new DatabaseSync(path, { readOnly: true })
  try {
    const known: Known = { series: seriesOf(db) }
    for (const table of tableChecks) {
      if (!hasTable(db, table.table)) continue
      checkTable(
        db,
        table,
        known,
        options,
        (place, problem, repaired) => add(table.kind, place, problem, repaired),
        report,
      )
    }
    if (hasTable(db, 'object')) await checkObjects(db, options, add, report)
  } finally {
    db.close()
  }
}

const notADatabase = 'it is no database'

/** What SQLite itself finds wrong with the file. */
function structureOf(path: string): string[] {
  try {
    const db = new DatabaseSync(path, { readOnly: true })
    try {
      const found = db.prepare('PRAGMA integrity_check(20)').all()
      return found.map((row) => String(Object.values(row)[0])).filter((line) => line !== 'ok')
    } finally {
      db.close()
    }
  } catch (error) {
    if (!isDamage(error)) throw error
    return [messageOf(error).includes('not a database') ? notADatabase : messageOf(error)]
  }
}

const versionOf = (path: string): number => {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    return formatOf(db)
  } finally {
    db.close()
  }
}
export const hasTable = (db: DatabaseSync, name: string): boolean =>
  db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(name) !== undefined

/** Numbers that were given out: rows of their own for the newest, whole pages for those before. */
function seriesOf(db: DatabaseSync): { has(ref: number): boolean } {
  try {
    const rows = Number(db.prepare('SELECT max(ref) AS ref FROM series').get()?.ref ?? -1)
    const newest = Math.max(rows, hasTable(db, 'catalog_page') ? newestPaged(db) : -1)
    return { has: (ref) => ref <= newest }
  } catch (error) {
    if (!isDamage(error)) throw error
    return { has: () => true }
  }
}

/** The last page may have fewer series than others; a damaged one counts as full. */
function newestPaged(db: DatabaseSync): number {
  const last = db.prepare('SELECT page, body FROM catalog_page ORDER BY page DESC LIMIT 1').get()
  if (!last) return -1
  const page = Number(last.page)
  return page * pageSeries + (decodePage(page, last.body as Uint8Array)?.entries.length ?? pageSeries) - 1
}

function checkTable(
  db: DatabaseSync,
  check: TableCheck,
  known: Known,
  { repair, nowMs }: CheckOptions,
  add: (place: string, problem: string, repaired: boolean) => void,
  report: CheckReport,
): void {
  const key = check.key.join(', ')
  const page = db.prepare(
    `SELECT * FROM ${check.table} WHERE (${key}) > (${check.key.map(() => '?').join(', ')}) ORDER BY ${key} LIMIT ${pageRows}`,
  )
  let after: number[] = check.key.map(() => Number.MIN_SAFE_INTEGER)
  for (;;) {
    let rows: Record<string, unknown>[]
    try {
      rows = page.all(...after)
    } catch (error) {
      if (!isDamage(error)) throw error
      add(`${check.table} after ${after.join(', ')}`, messageOf(error), false)
      return
    }
    const before = after
    for (const row of rows) {
      after = check.key.map((column) => Number(row[column]))
      report.checked[check.table] = (report.checked[check.table] ?? 0) + 1
      const problem = judged(check, row, known)
      if (problem === undefined) continue
      const place = check.key.map((column) => `${column} ${row[column]}`).join(', ')
      add(place, problem, repair)
      if (repair) takeOut(db, check, after, place, problem, row, nowMs)
    }
    if (rows.length < pageRows) return
    // Keys of a damaged page may lead back.
    if (!isAfter(after, before)) {
      add(`${check.table} after ${before.join(', ')}`, 'its keys are out of order', false)
      return
    }
  }
}

const isAfter = (key: readonly number[], other: readonly number[]): boolean => {
  const at = key.findIndex((part, i) => part !== other[i])
  return at >= 0 && key[at]! > other[at]!
}

/** A decoder that stumbles over damaged bytes has found them out too. */
function judged(check: TableCheck, row: Record<string, unknown>, known: Known): string | undefined {
  try {
    return check.problem(row, known)
  } catch (error) {
    return messageOf(error)
  }
}

function takeOut(
  db: DatabaseSync,
  check: TableCheck,
  key: readonly number[],
  place: string,
  reason: string,
  row: Record<string, unknown>,
  nowMs: number,
): void {
  const body = row.body instanceof Uint8Array ? row.body : Buffer.from(JSON.stringify(row))
  db.exec('BEGIN IMMEDIATE')
  db.prepare('INSERT INTO damaged VALUES (?, ?, ?, ?, ?)').run(
    check.kind,
    place,
    reason,
    Math.floor(nowMs),
    body,
  )
  const where = check.key.map((column) => `${column} = ?`).join(' AND ')
  db.prepare(`DELETE FROM ${check.table} WHERE ${where}`).run(...key)
  db.exec('COMMIT')
}

async function checkObjects(
  db: DatabaseSync,
  { objects, repair, nowMs }: CheckOptions,
  add: (kind: string, place: string, problem: string, repaired: boolean) => void,
  report: CheckReport,
): Promise<void> {
  const keys = db
    .prepare('SELECT key FROM object ORDER BY key')
    .all()
    .map((row) => String(row.key))
  if (keys.length === 0) return
  if (!objects)
    return add('object', `${keys.length} objects`, 'not looked at: store.cold.url names no place', false)
  for (const key of keys) {
    report.checked.object = (report.checked.object ?? 0) + 1
    try {
      verifyObject(await objects.get(key))
    } catch (error) {
      // What is only out of reach now is left alone.
      const gone = ['NOT_FOUND', 'INTERNAL'].includes((error as { code?: string }).code ?? '')
      add('object', key, messageOf(error), repair && gone)
      if (!repair || !gone) continue
      db.exec('BEGIN IMMEDIATE')
      db.prepare("INSERT INTO damaged VALUES ('object', ?, ?, ?, NULL)").run(
        key,
        messageOf(error),
        Math.floor(nowMs),
      )
      db.prepare('DELETE FROM moved_block WHERE object = ?').run(key)
      db.prepare('DELETE FROM object WHERE key = ?').run(key)
      db.exec('COMMIT')
    }
  }
}
