import { renameSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { errorCode, isDamage, openForWriting } from '../connection.ts'
import { prepareFile, schemaVersion } from '../schema.ts'

/** SQLITE_CONSTRAINT, https://www.sqlite.org/rescode.html. */
const constraint = 19
/** Rows of a read, halved down to one around what cannot be read. */
const pageRows = 256

/**
 * Builds a file anew from what can be read of a damaged one, table by table, forwards and then backwards up to the damage. The damaged
 * file is set aside, never deleted. Indexes are made anew, so that damage in one of them costs nothing.
 */
export function salvage(path: string, nowMs: number): void {
  const fresh = `${path}.rebuilt`
  for (const suffix of ['', '-wal', '-shm']) rmSync(fresh + suffix, { force: true })
  prepareFile(fresh)
  const to = openForWriting(fresh, 0)
  let from: DatabaseSync | undefined
  try {
    from = new DatabaseSync(path, { readOnly: true })
    for (const table of tablesOf(to)) copyTable(from, to, table)
    settleMeta(to)
    const version = 'PRAGMA user_version'
    if (Number(to.prepare(version).get()?.user_version) === 0)
      throw new Error('the rebuilt file has no format')
  } catch (error) {
    // Not even its schema can be read: an empty file takes its place.
    if (!isDamage(error)) throw error
  } finally {
    from?.close()
    to.close()
  }
  for (const suffix of ['', '-wal', '-shm']) moveIfThere(path + suffix, `${path}.damaged-${nowMs}${suffix}`)
  renameSync(fresh, path)
}

type Table = { name: string; columns: string[]; key: string[] }

function tablesOf(db: DatabaseSync): Table[] {
  const names = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all()
  return names.map((row) => {
    const name = String(row.name)
    // table_info leaves generated columns out.
    const columns = db.prepare(`PRAGMA table_info(${name})`).all()
    const key = columns
      .filter((column) => Number(column.pk) > 0)
      .sort((a, b) => Number(a.pk) - Number(b.pk))
      .map((column) => String(column.name))
    return {
      name,
      columns: columns.map((column) => String(column.name)),
      key: key.length > 0 ? key : ['rowid'],
    }
  })
}

function copyTable(from: DatabaseSync, to: DatabaseSync, table: Table): void {
  const { name, columns, key } = table
  const list = columns.join(', ')
  const put = to.prepare(
    `INSERT OR REPLACE INTO ${name} (${list}) VALUES (${columns.map(() => '?').join(', ')})`,
  )
  for (const [sign, order] of [
    ['>', 'ASC'],
    ['<', 'DESC'],
  ] as const) {
    const sql = (where: string): string =>
      `SELECT ${list}, ${key.map((column, i) => `${column} AS key_${i}`).join(', ')} FROM ${name} NOT INDEXED ${where} ORDER BY ${key.map((column) => `${column} ${order}`).join(', ')} LIMIT ?`
    if (copyOneWay(from, to, put, columns, key, sql, sign)) return
  }
}

function leadsOn(
  from: readonly (string | number)[],
  to: readonly (string | number)[],
  sign: '>' | '<',
): boolean {
  const at = to.findIndex((part, i) => part !== from[i])
  if (at < 0) return false
  return sign === '>' ? to[at]! > from[at]! : to[at]! < from[at]!
}

/** Sizes are counted anew, and the format is that of the fresh file. */
function settleMeta(to: DatabaseSync): void {
  const put = to.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)')
  const sum = (sql: string): number => Number(Object.values(to.prepare(`SELECT ${sql}`).get() ?? {})[0] ?? 0)
  const total = (column: string, tables: readonly string[], where = ''): number =>
    tables.reduce((all, table) => all + sum(`sum(${column}) FROM ${table} ${where}`), 0)
  const samples = ['chunk', 'chunk_block']
  const others = ['head_part', 'histogram', 'histogram_head', 'exemplar']
  put.run('format', schemaVersion)
  put.run('bytes.metric', total('length(body)', [...samples, ...others]))
  put.run('records.metric', total('count', samples))
  for (const signal of ['log', 'span']) {
    const where = `WHERE signal = '${signal}'`
    put.run(`bytes.${signal}`, total('length(body)', ['block'], where))
    put.run(`records.${signal}`, total('count', ['block'], where))
  }
}

/** What a damaged page made of a row may be none that the table takes. */
function putSound(
  put: ReturnType<DatabaseSync['prepare']>,
  columns: readonly string[],
  row: Record<string, unknown>,
): void {
  try {
    put.run(...columns.map((column) => row[column] as string))
  } catch (error) {
    if (errorCode(error) !== constraint) throw error
  }
}

/** True when the end of the table was reached. */
function copyOneWay(
  from: DatabaseSync,
  to: DatabaseSync,
  put: ReturnType<DatabaseSync['prepare']>,
  columns: readonly string[],
  key: readonly string[],
  sql: (where: string) => string,
  sign: '>' | '<',
): boolean {
  let after: (string | number)[] | undefined
  let limit = pageRows
  for (;;) {
    try {
      const where =
        after === undefined ? '' : `WHERE (${key.join(', ')}) ${sign} (${key.map(() => '?').join(', ')})`
      const rows = from.prepare(sql(where)).all(...(after ?? []), limit)
      to.exec('BEGIN')
      for (const row of rows) putSound(put, columns, row)
      to.exec('COMMIT')
      const last = rows.at(-1)
      if (!last || rows.length < limit) return true
      const next = key.map((_, i) => last[`key_${i}`] as number)
      // Keys of a damaged page may lead back.
      if (after && !leadsOn(after, next, sign)) return false
      after = next
    } catch (error) {
      if (to.isTransaction) to.exec('ROLLBACK')
      // Of a table that the damaged schema calls otherwise nothing can be read.
      if (errorCode(error) === 1) return true
      if (!isDamage(error)) throw error
      if (limit === 1) return false
      limit = Math.max(1, limit >> 1)
    }
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}
