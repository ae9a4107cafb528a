import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../../../kernel/clock.ts'
import { silentLog } from '../../../../kernel/log.ts'
import { createMetrics } from '../../../../kernel/metric.ts'
import type { Entry } from '../../../../port/telemetry-log.ts'
import { TelemetryStoreConfig } from '../config.ts'
import { forever } from '../forever.ts'
import { openTelemetryStore, type TelemetryStore } from '../open-telemetry-store.ts'

const child = fileURLToPath(new URL('./append-child.ts', import.meta.url))

export const open = (folder: string, config: object = {}): Promise<TelemetryStore> =>
  openTelemetryStore({
    folder,
    clock: systemClock,
    log: silentLog,
    metrics: createMetrics(),
    config: TelemetryStoreConfig.parse({ retention: forever, checkpoint_interval: '1h', ...config }),
  })

export const entryOf = (n: number, bytes: number): Entry => {
  const body = new Uint8Array(Math.max(8, bytes)).fill(n & 0xff)
  new DataView(body.buffer).setFloat64(0, n)
  return {
    kind: 'remote-write',
    tenant: 'default',
    body,
    encoding: 'identity',
    format: 'protobuf',
    receivedMs: 1,
  }
}
/** Numbers of the entries that can be read; throws at one that is not what was written. */
export async function entriesOf(store: TelemetryStore): Promise<number[]> {
  const found: number[] = []
  for await (const { entry } of store.telemetryLog.read(0)) {
    const n = new DataView(entry.body.buffer, entry.body.byteOffset).getFloat64(0)
    if (!entry.body.subarray(8).every((byte) => byte === (n & 0xff)))
      throw new Error(`entry ${n} reads wrong`)
    found.push(n)
  }
  return found
}

/** Runs the child under a wrapper, and sorts what it printed. */
export function runChild(wrapper: readonly string[], folder: string, count: number) {
  const [program = '', ...args] = [...wrapper, process.execPath, child, folder, String(count)]
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8', timeout: 60_000 })
  const numbers = (word: string): number[] =>
    [...stdout.matchAll(new RegExp(`^${word} (\\d+)`, 'gm'))].map(([, n]) => Number(n))
  const readable = /^readable (.*)$/m.exec(stdout)?.[1] ?? ''
  return {
    ...{ stdout, stderr, status },
    taken: numbers('taken'),
    refused: numbers('refused'),
    readable: readable === '' ? [] : readable.split(',').map(Number),
  }
}
