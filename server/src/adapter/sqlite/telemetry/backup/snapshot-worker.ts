import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

// Copies a database as it stands at one moment. The read transaction keeps no writer waiting: the write-ahead log grows meanwhile.
const { source, target } = workerData as { source: string; target: string }
const db = new DatabaseSync(source, { readOnly: true, timeout: 30_000 })
db.prepare('VACUUM INTO ?').run(target)
db.close()
parentPort?.postMessage('done')
