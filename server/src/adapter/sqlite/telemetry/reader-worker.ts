import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { must } from '../../../kernel/assert.ts'
import { systemClock } from '../../../kernel/clock.ts'
import { ChunkReader, type DiskAnswer, type DiskQuery } from './chunk-reader.ts'
import { isDamage } from './connection.ts'
import type { DamagedKind } from './damage.ts'

export type FromReader = {
  id: number
  damaged: { kind: DamagedKind; fields: Record<string, number> }[]
} & (({ type: 'found' } & DiskAnswer) | { type: 'too-many' } | { type: 'failed'; reason: string })
export type ToReader = { id: number; query: DiskQuery }

/** Without a question for so long, nothing is kept for the next. */
const forgetAfterMs = 60_000

// The worker that decodes chunks for reads, so that a large one does not hold up the thread that serves. Questions are answered in
// order; each is small: see ReaderThread.
const port = must(parentPort, 'the reader runs as a worker')
const db = new DatabaseSync((workerData as { path: string }).path, { readOnly: true, timeout: 5_000 })
let damaged: FromReader['damaged'] = []
const chunks = new ChunkReader(db, (kind, fields) => damaged.push({ kind, fields }))
let idle = true
systemClock.every(forgetAfterMs, () => {
  if (idle) chunks.forget()
  idle = true
})

port.on('message', ({ id, query }: ToReader) => {
  damaged = []
  idle = false
  try {
    const found = inOneView(() => chunks.read(query))
    if (found) answer(id, found)
    else tell({ type: 'too-many', id, damaged })
  } catch (error) {
    tell({ type: 'failed', id, damaged, reason: error instanceof Error ? error.message : String(error) })
  }
})

/** What is merged meanwhile must be seen either before or after, not neither. */
function inOneView<T>(read: () => T): T {
  db.exec('BEGIN')
  try {
    return read()
  } finally {
    leaveView()
  }
}

/** A transaction that met a damaged page cannot be committed, nor need it be: what was read around the page is told. */
function leaveView(): void {
  try {
    db.exec('COMMIT')
  } catch (error) {
    if (!isDamage(error)) throw error
    if (db.isTransaction) db.exec('ROLLBACK')
  }
}

function answer(id: number, found: DiskAnswer): void {
  const { runs, timesMs, values } = found
  tell({ type: 'found', id, damaged, ...found }, [runs.buffer, timesMs.buffer, values.buffer])
}

function tell(message: FromReader, transfer: readonly ArrayBufferLike[] = []): void {
  port.postMessage(message, transfer as ArrayBuffer[])
}
