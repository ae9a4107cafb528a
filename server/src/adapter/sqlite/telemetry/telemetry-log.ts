import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import type { Entry, Position, TelemetryLog } from '../../../port/telemetry-log.ts'
import { isDamage } from './connection.ts'
import { bytesOf, type Damage } from './damage.ts'
import type { Writer } from './writer.ts'

/** The log's entries are rows: written by the worker, read one at a time from here. */
export class SqliteTelemetryLog implements TelemetryLog {
  readonly #writer: Writer
  readonly #reader: DatabaseSync
  readonly #damage: Damage
  #last: Position
  constructor(writer: Writer, reader: DatabaseSync, last: Position, damage: Damage) {
    this.#writer = writer
    this.#reader = reader
    this.#damage = damage
    this.#last = last
  }
  async append(entry: Entry): Promise<Position> {
    const position = await this.#writer.append(entry)
    this.#last = Math.max(this.#last, position)
    return position
  }
  async *read(after: Position): AsyncIterable<{ position: Position; entry: Entry }> {
    const next = this.#reader.prepare('SELECT * FROM entry WHERE position > ? ORDER BY position LIMIT 1')
    for (let position = after; ; ) {
      const row = this.#guard(position, () => next.get(position))
      if (row === 'damaged') {
        // What lies behind may still be readable.
        position += 1
        if (position > this.#last) return
        continue
      }
      if (!row) return
      const at = Number(row.position)
      const entry = entryOf(row)
      if (crc32(entry.body, at) === Number(row.crc) && at > position) yield { position: at, entry }
      else this.#damage.report('log-entry', { position: at })
      // A damaged row's own number may lead back, or past all that follow.
      position = at > position && at <= this.#last ? at : position + 1
      if (position > this.#last) return
    }
  }
  async truncate(upTo: Position): Promise<void> {
    await this.#writer.run({ kind: 'truncate', upTo })
  }
  async last(): Promise<Position> {
    return this.#last
  }
  /** The file is closed by the store that opened it. */
  async close(): Promise<void> {}

  #guard<R>(position: Position, read: () => R): R | 'damaged' {
    try {
      return read()
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#damage.report('log-entry', { after: position })
      return 'damaged'
    }
  }
}

function entryOf(row: Record<string, unknown>): Entry {
  return {
    kind: row.kind as Entry['kind'],
    tenant: String(row.tenant),
    body: bytesOf(row.body),
    encoding: row.encoding as Entry['encoding'],
    format: row.format as Entry['format'],
    receivedMs: Number(row.received_ms),
  }
}
