import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { type Dialect, Kysely } from 'kysely'
import { Fault, messageOf } from '../../kernel/fault.ts'
import type { AuditRepository } from '../../port/record-store.ts'
import { auditRepository } from './audit-repository.ts'
import type { Schema } from './schema.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

export type AuditReader = Pick<AuditRepository, 'links'> & { close(): Promise<void> }

/** The audit log in a database that a server may have open, or that an earlier version wrote. Nothing is written to it. */
export function openAuditReader(path: string): AuditReader {
  return auditReaderOf(sqliteDialect(openToRead(path)))
}

/** The same of whatever database the dialect speaks to. */
export function auditReaderOf(dialect: Dialect): AuditReader {
  const db = new Kysely<Schema>({ dialect })
  return { links: auditRepository(db).links, close: () => db.destroy() }
}

function openToRead(path: string): DatabaseSync {
  if (!existsSync(path)) throw new Fault('NOT_FOUND', `There is no database ${path}.`)
  try {
    return tried(new DatabaseSync(path, { readOnly: true }))
  } catch (error) {
    // In a folder that cannot be written the index of the write-ahead log cannot be made; without such a log it is not needed.
    if (!existsSync(`${path}-wal`)) {
      try {
        const url = pathToFileURL(path)
        url.search = 'immutable=1'
        return tried(new DatabaseSync(url, { readOnly: true }))
      } catch {
        // The first reason is the better one.
      }
    }
    throw new Fault(
      'STORAGE_UNAVAILABLE',
      `${path} has no audit log that can be read: ${messageOf(error)}.`,
      {
        cause: error,
      },
    )
  }
}

function tried(database: DatabaseSync): DatabaseSync {
  database.exec('PRAGMA busy_timeout = 5000')
  database.prepare('select sequence, tenant_id, hash, body from audit limit 1').get()
  return database
}
