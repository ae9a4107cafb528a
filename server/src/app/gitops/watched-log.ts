import { isFault } from '../../kernel/fault.ts'
import type { TelemetryLog } from '../../port/telemetry-log.ts'

/** The same log, remembering how its last write ended: null before the first. A full queue is no failure of the disk. */
export type WatchedLog = { log: TelemetryLog; writable(): boolean | null }

export function watchLog(inner: TelemetryLog): WatchedLog {
  let writable: boolean | null = null
  const log: TelemetryLog = {
    async append(entry) {
      try {
        const position = await inner.append(entry)
        writable = true
        return position
      } catch (error) {
        if (!isFault(error) || error.code === 'STORAGE_UNAVAILABLE') writable = false
        throw error
      }
    },
    read: (after) => inner.read(after),
    truncate: (upTo) => inner.truncate(upTo),
    last: () => inner.last(),
    close: () => inner.close(),
  }
  return { log, writable: () => writable }
}
