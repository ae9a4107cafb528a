import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { must } from '../../../kernel/assert.ts'
import { ChunkReader, type DiskQuery, type DiskRun } from './chunk-reader.ts'
import type { DamagedKind } from './damage.ts'

/** `run` of each series is its number, then how many samples of the two columns are its own. */
export type FromReader = {
  id: number
  damaged: { kind: DamagedKind; fields: Record<string, number> }[]
} & (
  | { type: 'found'; runs: Uint32Array; timesMs: Float64Array; values: Float64Array }
  | { type: 'too-many' }
  | { type: 'failed'; reason: string }
)
export type ToReader = { id: number; query: DiskQuery }

// The worker that decodes chunks for reads, so that a large one does not hold up the thread that serves. Questions are answered in
// order; each is small: see ReaderThread.
const port = must(parentPort, 'the reader runs as a worker')
const db = new DatabaseSync((workerData as { path: string }).path, { readOnly: true, timeout: 5_000 })
let damaged: FromReader['damaged'] = []
const chunks = new ChunkReader(db, (kind, fields) => damaged.push({ kind, fields }))

port.on('message', ({ id, query }: ToReader) => {
  damaged = []
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
    db.exec('COMMIT')
  }
}

function answer(id: number, found: readonly DiskRun[]): void {
  const samples = found.reduce((sum, run) => sum + run.timesMs.length, 0)
  const runs = new Uint32Array(found.length * 2)
  const timesMs = new Float64Array(samples)
  const values = new Float64Array(samples)
  const words = new Uint32Array(values.buffer)
  let at = 0
  found.forEach((run, i) => {
    runs.set([run.ref, run.timesMs.length], i * 2)
    timesMs.set(run.timesMs, at)
    words.set(new Uint32Array(run.values.buffer, run.values.byteOffset, run.values.length * 2), at * 2)
    at += run.timesMs.length
  })
  tell({ type: 'found', id, damaged, runs, timesMs, values }, [runs.buffer, timesMs.buffer, values.buffer])
}

function tell(message: FromReader, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer)
}
