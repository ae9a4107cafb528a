import { parentPort, workerData } from 'node:worker_threads'
import type { Receiver } from './receiver.ts'
import { type Load, Senders } from './sender.ts'

/** Senders in a worker of their own, so that what they do is not in the times that others measure: all series created, then `steps` at the load's rate. */
const { receiver, load, steps } = workerData as {
  receiver: Pick<Receiver, 'url' | 'pid'>
  load: Load
  steps: number
}
const senders = new Senders(
  { ...receiver, name: '', version: '', metricsUrl: '', stop: async () => {} },
  load,
  steps + 2,
)
await senders.send(1)
parentPort?.postMessage('created')
senders.paced = true
parentPort?.postMessage(await senders.send(steps))
senders.close()
