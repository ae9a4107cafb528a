import { CompiledQuery, type Kysely } from 'kysely'
import { rowChunks } from './row-chunks.ts'
import type { Schema } from './schema.ts'

/**
 * A statement over many rows whose text is made once for each size of chunk: to build and compile it anew costs more than to run it.
 * Each row is its values in order.
 */
export class RowStatement<Row> {
  readonly #text: (rows: string) => string
  readonly #values: (row: Row) => readonly unknown[]
  /** By rows of a chunk. */
  readonly #queries = new Map<number, CompiledQuery>()

  /** `text` gets the rows as SQL has them: `(?, ?), (?, ?)`. */
  constructor(text: (rows: string) => string, values: (row: Row) => readonly unknown[]) {
    this.#text = text
    this.#values = values
  }

  /** In order. `before` are values that stand before those of the rows. */
  async run(db: Kysely<Schema>, rows: readonly Row[], before: readonly unknown[] = []): Promise<void> {
    for (const chunk of rowChunks(rows)) await db.executeQuery(this.#query(chunk, before))
  }

  async read<Found>(
    db: Kysely<Schema>,
    rows: readonly Row[],
    before: readonly unknown[] = [],
  ): Promise<Found[]> {
    const found: Found[] = []
    for (const chunk of rowChunks(rows)) {
      const result = await db.executeQuery<Found>(this.#query(chunk, before) as CompiledQuery<Found>)
      for (const row of result.rows) found.push(row)
    }
    return found
  }

  #query(chunk: readonly Row[], before: readonly unknown[]): CompiledQuery {
    const parameters = [...before]
    let width = 0
    for (const row of chunk) {
      const values = this.#values(row)
      width = values.length
      for (const value of values) parameters.push(value)
    }
    let query = this.#queries.get(chunk.length)
    if (query === undefined) {
      const row = `(${Array.from({ length: width }, () => '?').join(', ')})`
      query = CompiledQuery.raw(this.#text(Array.from(chunk, () => row).join(', ')))
      this.#queries.set(chunk.length, query)
    }
    return { ...query, parameters }
  }
}
