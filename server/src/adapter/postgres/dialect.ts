import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import { type ClientBase, type QueryResult as PgResult, Pool, type PoolClient, types } from 'pg'
import { must } from '../../kernel/assert.ts'
import { Fault, isFault, messageOf } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { PostgresConfig } from './config.ts'
import { failureOf, startFailureOf } from './failure.ts'
import { functions } from './function.ts'
import { withFractions } from './statement.ts'
import { type BookedStatement, StatementBook } from './statement-book.ts'

export type PostgresOptions = {
  host: string
  port: number
  database: string
  config: PostgresConfig
  /** Asked at each new connection, so that a password may be changed meanwhile. */
  password?: () => Promise<string>
  log: Log
  /** Nothing is written, not even the schema. */
  readOnly?: boolean
}

/** Oldest version that has all that is used and is still cared for. */
const versionMin = 140_000
const writersMax = 20_000
/** A process that hangs within a transaction lets the others write again. */
const idleInTransactionMs = 60_000
const graceMs = 5_000

/**
 * Records in PostgreSQL, with what the repositories know from SQLite: who writes is alone. A transaction, and each statement that writes
 * outside of one, first takes an advisory lock of the schema, so that transactions of all processes follow one another and none has to be
 * done twice; reading waits for nobody. Statements are written as SQLite has them.
 */
export function postgresDialect(options: PostgresOptions): Dialect {
  return {
    createDriver: () => new PostgresDriver(options),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  }
}

/** A pool's connection only while there is something to say: whoever waits for a turn to write holds none. */
class Session implements DatabaseConnection {
  readonly #driver: PostgresDriver
  writing: { client: PoolClient; leave: () => void } | undefined

  constructor(driver: PostgresDriver) {
    this.#driver = driver
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.#driver.run<R>(this, query)
  }

  // biome-ignore lint/correctness/useYield: nothing is streamed
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('records are not streamed')
  }
}

class PostgresDriver implements Driver {
  readonly #options: PostgresOptions
  readonly #pool: Pool
  readonly #statements = new StatementBook()
  readonly #begin: string
  #lastTurn: Promise<void> = Promise.resolve()
  #writers = 0

  constructor(options: PostgresOptions) {
    const { host, port, database, password, config, log } = options
    this.#options = options
    this.#begin = `begin; select pg_advisory_xact_lock(hashtext('aiops records of ${config.schema}'))`
    this.#pool = new Pool({
      ...{ host, port, database, max: config.pool, application_name: 'aiops' },
      ...(config.user === '' ? {} : { user: config.user }),
      ...(password === undefined ? {} : { password }),
      ssl: config.ssl === 'disable' ? false : { rejectUnauthorized: config.ssl === 'verify-full' },
      ...{ connectionTimeoutMillis: config.connect_ms, keepAlive: true, types: readers },
      ...{ statement_timeout: config.timeout_ms, lock_timeout: config.timeout_ms },
      // A server that no longer answers is given up a little later than one that is slow gives up itself.
      query_timeout: config.timeout_ms + graceMs,
      idle_in_transaction_session_timeout: idleInTransactionMs,
      options: `-c search_path=${config.schema}${options.readOnly ? ' -c default_transaction_read_only=on' : ''}`,
    })
    const told = (error: Error): void =>
      log.warn({ reason: messageOf(error) }, 'A connection to PostgreSQL was lost')
    this.#pool.on('error', told)
    // A connection in use has no listener of the pool; what it was asked fails by itself.
    this.#pool.on('connect', (client) => client.on('error', () => undefined))
  }

  async init(): Promise<void> {
    const { host, port, database, config } = this.#options
    const place = { address: `${host}:${port}`, database, user: config.user || (process.env.USER ?? '') }
    try {
      const client = await this.#pool.connect()
      try {
        await client.query(`${this.#begin}; set local statement_timeout = 0`)
        await checkServer(client)
        if (!this.#options.readOnly) await prepare(client, config.schema)
        await client.query('commit')
        client.release()
      } catch (error) {
        client.release(true)
        throw error
      }
    } catch (error) {
      await this.#pool.end()
      throw startFailureOf(error, place)
    }
  }

  async acquireConnection(): Promise<Session> {
    return new Session(this)
  }

  async run<R>(session: Session, query: CompiledQuery): Promise<QueryResult<R>> {
    const statement = this.#statements.find(query.sql)
    const values = boundOf(query.parameters)
    const ask = (client: PoolClient): Promise<QueryResult<R>> =>
      client
        .query({ ...configOf(statement, values), ...(values.length > 0 ? { values } : {}) })
        .then(resultOf<R>, (error: unknown) => {
          throw failureOf(error)
        })
    if (session.writing) return ask(session.writing.client)
    if (statement.writes) return this.#alone(session, ask)
    const client = await this.#connect()
    try {
      const result = await ask(client)
      client.release()
      return result
    } catch (error) {
      // It may still be busy with what was given up.
      client.release(isFault(error))
      throw error
    }
  }

  async beginTransaction(session: Session): Promise<void> {
    const leave = await this.#turn()
    const client = await this.#connect().catch((error: unknown) => {
      leave()
      throw error
    })
    session.writing = { client, leave }
    try {
      await client.query(this.#begin)
    } catch (error) {
      this.#end(session, true)
      throw failureOf(error)
    }
  }

  async commitTransaction(session: Session): Promise<void> {
    const { client } = must(session.writing, 'a transaction was begun')
    try {
      const { command } = await client.query('commit')
      // So it answers where a statement before had failed.
      if (command !== 'COMMIT') throw new Error('the transaction was rolled back')
      this.#end(session)
    } catch (error) {
      this.#end(session, true)
      throw failureOf(error)
    }
  }

  /** Never throws: why it is rolled back is the better reason. */
  async rollbackTransaction(session: Session): Promise<void> {
    const { writing } = session
    if (!writing) return
    await writing.client.query('rollback').then(
      () => this.#end(session),
      () => this.#end(session, true),
    )
  }

  async releaseConnection(session: Session): Promise<void> {
    this.#end(session, true)
  }

  async destroy(): Promise<void> {
    await this.#pool.end()
  }

  async #alone<T>(session: Session, work: (client: PoolClient) => Promise<T>): Promise<T> {
    await this.beginTransaction(session)
    try {
      const done = await work(must(session.writing, 'a transaction was begun').client)
      await this.commitTransaction(session)
      return done
    } catch (error) {
      await this.rollbackTransaction(session)
      throw error
    }
  }

  /** Resolves when nobody of this process writes; to be left. */
  async #turn(): Promise<() => void> {
    if (this.#writers >= writersMax)
      throw new Fault('QUEUE_FULL', `${writersMax} already wait to write records.`, { retryAfterSeconds: 5 })
    this.#writers += 1
    const before = this.#lastTurn
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#lastTurn = promise
    await before
    return () => {
      this.#writers -= 1
      resolve()
    }
  }

  async #connect(): Promise<PoolClient> {
    try {
      return await this.#pool.connect()
    } catch (error) {
      throw failureOf(error)
    }
  }

  #end(session: Session, broken = false): void {
    const { writing } = session
    if (!writing) return
    session.writing = undefined
    writing.client.release(broken)
    writing.leave()
  }
}

async function checkServer(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ version: string; encoding: string }>(
    `select current_setting('server_version_num') as version, current_setting('server_encoding') as encoding`,
  )
  const { version, encoding } = must(rows[0], 'settings are told')
  if (Number(version) < versionMin || encoding !== 'UTF8')
    throw new Fault(
      'CONFIG_INVALID',
      `adapters.records needs PostgreSQL ${versionMin / 10_000} or newer and a database of encoding UTF8; this is ${Math.floor(Number(version) / 10_000)} with ${encoding}.`,
    )
}

/** Makes the schema and the functions, within the turn of whoever starts. */
async function prepare(client: ClientBase, schema: string): Promise<void> {
  const known = await client.query('select from pg_namespace where nspname = $1', [schema])
  // Even to find it there already is refused to who may not make one.
  if (known.rowCount === 0) await client.query(`create schema if not exists ${schema}`)
  for (const statement of functions) await client.query(statement)
}

const number = 20
const numeric = 1700
const boolean = 16
const bytes = 17
const numbers: readonly number[] = [number, numeric, 21, 23, 700, 701]

/** Values as SQLite gives them: numbers for all that count, 0 and 1 for truth, text as it is. */
const readers = {
  getTypeParser(oid: number): (value: string) => unknown {
    if (numbers.includes(oid)) return Number
    if (oid === boolean) return (value) => (value === 't' ? 1 : 0)
    return oid === bytes ? types.getTypeParser(bytes) : String
  },
}

/** A parameter is of the type of the column it stands beside: what is no whole number says that it is none. */
function configOf({ config }: BookedStatement, values: readonly unknown[]): BookedStatement['config'] {
  const fractions = new Set(
    values.flatMap((value, at) =>
      typeof value === 'number' && !Number.isSafeInteger(value) ? [at + 1] : [],
    ),
  )
  return fractions.size === 0 ? config : { text: withFractions(config.text, fractions) }
}

const boundOf = (values: readonly unknown[]): unknown[] => values.map(bound)

/** PostgreSQL's text holds no NUL. */
function bound(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value)
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value
}

const resultOf = <R>(result: PgResult | PgResult[]): QueryResult<R> => {
  // Of several statements in one text the last counts.
  const last = Array.isArray(result) ? must(result.at(-1), 'each statement has a result') : result
  const changed = ['INSERT', 'UPDATE', 'DELETE'].includes(last.command)
  return { rows: last.rows as R[], ...(changed ? { numAffectedRows: BigInt(last.rowCount ?? 0) } : {}) }
}
