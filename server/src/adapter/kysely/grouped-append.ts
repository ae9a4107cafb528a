import { Fault } from '../../kernel/fault.ts'
import type { AuditRecord, AuditRepository } from '../../port/record-store.ts'

const waitingMax = 20_000
/** Rows of one statement: SQLite takes 32,766 values, and a batch of this size holds the thread for about 5 ms. */
const batchMax = 500

/** One commit for all appends that came while the one before was being written: a disk that takes 5 ms for each takes 500 in the same time. */
export function groupedAppend(
  write: (records: readonly AuditRecord[]) => Promise<void>,
): AuditRepository['append'] {
  const waiting: { record: AuditRecord; resolve: () => void; reject: (reason: unknown) => void }[] = []
  let writing = false

  async function writeAll(): Promise<void> {
    writing = true
    // All that is appended in this turn of the event loop goes along.
    await Promise.resolve()
    while (waiting.length > 0) {
      const batch = waiting.splice(0, batchMax)
      try {
        await write(batch.map(({ record }) => record))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    writing = false
  }
  return (record) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= waitingMax)
        throw new Fault('QUEUE_FULL', `${waitingMax} entries already wait for the audit log.`)
      // What cannot be written as JSON is refused to its sender alone, not to the whole batch.
      waiting.push({ record: JSON.parse(JSON.stringify(record)) as AuditRecord, resolve, reject })
      if (!writing) void writeAll()
    })
}
