import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { type Dialect, type Driver, SqliteDialect, type SqliteDialectConfig, SqliteDriver } from 'kysely'
import { Fault, messageOf } from '../../kernel/fault.ts'

const statementsMax = 256

/** A reader has rows to give. To ask the statement each time costs as much as to run it. */
type Prepared = { statement: StatementSync; reader: boolean }

/** Opens the file with settings under which a commit is on disk when it returns. */
export function openSqlite(path: string): DatabaseSync {
  const database = new DatabaseSync(path)
  database.exec(
    // 16 MB of pages at most: with SQLite's 2 MB a storm reads the same index pages again and again. As much of the write-ahead log before
    // it goes to the file: of pages that many commits touch the last state alone then does.
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000;
    PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4000`,
  )
  return database
}

/**
 * Kysely's SQLite dialect over node:sqlite: it needs only `prepare` and `close`. Statements are kept, least recently used out first. Those that
 * follow one another hold the event loop no longer than `sliceMs`, a transaction that takes longer aside.
 */
export function sqliteDialect(database: DatabaseSync, sliceMs = Number.POSITIVE_INFINITY): Dialect {
  const statements = new Map<string, Prepared>()
  function statementOf(sql: string): Prepared {
    const known = statements.get(sql)
    if (known) {
      statements.delete(sql)
      statements.set(sql, known)
      return known
    }
    const statement = database.prepare(sql)
    const made = { statement, reader: statement.columns().length > 0 }
    statements.set(sql, made)
    const oldest = statements.keys().next().value
    if (statements.size > statementsMax && oldest !== undefined) statements.delete(oldest)
    return made
  }
  return new GivingDialect(sliceMs, {
    database: {
      close: () => database.close(),
      prepare(sql) {
        const { statement, reader } = statementOf(sql)
        return {
          reader,
          all: (parameters) => guarded(() => statement.all(...bindable(parameters))),
          run: (parameters) => guarded(() => statement.run(...bindable(parameters))),
          iterate: (parameters) => statement.iterate(...bindable(parameters)) as IterableIterator<unknown>,
        }
      },
    },
  })
}

class GivingDialect extends SqliteDialect {
  readonly #sliceMs: number
  readonly #config: SqliteDialectConfig

  constructor(sliceMs: number, config: SqliteDialectConfig) {
    super(config)
    this.#sliceMs = sliceMs
    this.#config = config
  }

  override createDriver(): Driver {
    return new GivingDriver(this.#sliceMs, this.#config)
  }
}

/**
 * What node:sqlite answers it answers at once, so that work which waits for nothing but records would be one piece however long it is:
 * before the next statement or transaction others have their turn.
 */
class GivingDriver extends SqliteDriver {
  readonly #sliceMs: number
  #sliceStartMs: number | undefined

  constructor(sliceMs: number, config: SqliteDialectConfig) {
    super(config)
    this.#sliceMs = sliceMs
  }

  override async acquireConnection(): ReturnType<SqliteDriver['acquireConnection']> {
    const nowMs = performance.now()
    if (this.#sliceStartMs === undefined) {
      this.#sliceStartMs = nowMs
      setImmediate(() => {
        this.#sliceStartMs = undefined
      })
    } else if (nowMs - this.#sliceStartMs >= this.#sliceMs)
      await new Promise((resolve) => setImmediate(resolve))
    return super.acquireConnection()
  }
}

/** Copied only where one is a truth value: a statement over many rows has hundreds. */
const bindable = (values: readonly unknown[]): SQLInputValue[] =>
  (values.some((value) => typeof value === 'boolean')
    ? values.map((value) => (typeof value === 'boolean' ? Number(value) : value))
    : values) as SQLInputValue[]

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
