import { open } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { Fault, messageOf } from '../../../../kernel/fault.ts'

/** A consistent copy of a database that others are writing, with everything that was committed before the call; on disk when this resolves. */
export async function snapshotDatabase(source: string, target: string): Promise<void> {
  const worker = new Worker(new URL('./snapshot-worker.ts', import.meta.url), {
    workerData: { source, target },
    name: 'snapshot',
  })
  await new Promise<void>((resolve, reject) => {
    const fail = (reason: string): void =>
      reject(new Fault('STORAGE_UNAVAILABLE', `The copy of ${source} could not be written (${reason}).`))
    worker.once('message', () => resolve())
    worker.once('error', (error) => fail(messageOf(error)))
    worker.once('exit', (code) => fail(`the copying thread ended with code ${code}`))
  })
  await worker.terminate()
  const file = await open(target, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
