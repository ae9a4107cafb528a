import { AsyncLocalStorage } from 'node:async_hooks'
import type { Entry } from '../../port/telemetry-log.ts'
import type { IngestRequest } from './index.ts'

/** When a relay that kept a request took it, Unix ms: then it counts as received, whenever it arrives. */
export const receivedHeader = 'x-aiops-received-ms'
/** Older ones are of a clock that is wrong. */
const keptMsMax = 400 * 86_400_000

const storage = new AsyncLocalStorage<number>()

/** Runs what handles a request; entries that come of it are of the time that the request says it was kept since. */
export function withReceipt<T>(headers: IngestRequest['headers'], nowMs: number, task: () => T): T {
  const text = headers[receivedHeader]
  const keptMs = text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
  return keptMs === undefined || keptMs > nowMs || keptMs < nowMs - keptMsMax
    ? task()
    : storage.run(keptMs, task)
}

export function asReceived(entry: Entry): Entry {
  const keptMs = storage.getStore()
  return keptMs === undefined ? entry : { ...entry, receivedMs: keptMs }
}
