import { isWrite, postgresStatement } from './statement.ts'

const textsMax = 1_000
/** Each connection keeps those it was told by name, for good. */
const namesMax = 256
const usesBeforeName = 3
/** The longest that a timer of Node takes: 24 days. */
const timerMaxMs = 2_147_483_647

export type BookedStatement = {
  writes: boolean
  config: { text: string; name?: string; query_timeout?: number }
}
type Entry = BookedStatement & { uses: number }

/** Statements by their text for SQLite, least recently used out first. Those that come again are prepared once a connection. */
export class StatementBook {
  readonly #entries = new Map<string, Entry>()
  #names = 0

  find(sql: string): BookedStatement {
    const known = this.#entries.get(sql)
    if (known) this.#entries.delete(sql)
    const entry = known ?? { writes: isWrite(sql), config: configOf(sql), uses: 0 }
    this.#entries.set(sql, entry)
    const oldest = this.#entries.keys().next().value
    if (this.#entries.size > textsMax && oldest !== undefined) this.#entries.delete(oldest)
    entry.uses += 1
    if (entry.uses === usesBeforeName && this.#names < namesMax && isPreparable(sql)) {
      this.#names += 1
      entry.config = { ...entry.config, name: `aiops_${this.#names}` }
    }
    return entry
  }
}

/** An index over many rows takes as long as it takes. */
const configOf = (sql: string): BookedStatement['config'] =>
  /^\s*(create|alter|drop)\b/i.test(sql)
    ? { text: `set local statement_timeout = 0; ${postgresStatement(sql)}`, query_timeout: timerMaxMs }
    : { text: postgresStatement(sql) }

const isPreparable = (sql: string): boolean => /^\s*(select|insert|update|delete)\b/i.test(sql)
