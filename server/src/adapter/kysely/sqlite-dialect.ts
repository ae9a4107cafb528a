import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { type Dialect, SqliteDialect } from 'kysely'
import { Fault, messageOf } from '../../kernel/fault.ts'

const statementsMax = 256

/** Opens the file with settings under which a commit is on disk when it returns. */
export function openSqlite(path: string): DatabaseSync {
  const database = new DatabaseSync(path)
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000',
  )
  return database
}

/** Kysely's SQLite dialect over node:sqlite: it needs only `prepare` and `close`. Statements are kept, least recently used out first. */
export function sqliteDialect(database: DatabaseSync): Dialect {
  const statements = new Map<string, StatementSync>()
  function statementOf(sql: string): StatementSync {
    const known = statements.get(sql)
    if (known) {
      statements.delete(sql)
      statements.set(sql, known)
      return known
    }
    const made = database.prepare(sql)
    statements.set(sql, made)
    const oldest = statements.keys().next().value
    if (statements.size > statementsMax && oldest !== undefined) statements.delete(oldest)
    return made
  }
  return new SqliteDialect({
    database: {
      close: () => database.close(),
      prepare(sql) {
        const statement = statementOf(sql)
        return {
          reader: statement.columns().length > 0,
          all: (parameters) => guarded(() => statement.all(...parameters.map(bindable))),
          run: (parameters) => guarded(() => statement.run(...parameters.map(bindable))),
          iterate: (parameters) =>
            statement.iterate(...parameters.map(bindable)) as IterableIterator<unknown>,
        }
      },
    },
  })
}

const bindable = (value: unknown): SQLInputValue =>
  typeof value === 'boolean' ? Number(value) : (value as SQLInputValue)

/** A full or failing disk is an operating error that its sender may try again; everything else passes. */
function guarded<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (!/disk is full|disk I\/O error|readonly database|unable to open/i.test(messageOf(error))) throw error
    throw new Fault('STORAGE_UNAVAILABLE', `Records cannot be written: ${messageOf(error)}.`, {
      cause: error,
      retryAfterSeconds: 5,
    })
  }
}
