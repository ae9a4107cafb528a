import { systemClock } from '../../../../kernel/clock.ts'
import { messageOf } from '../../../../kernel/fault.ts'
import { silentLog } from '../../../../kernel/log.ts'
import { createMetrics } from '../../../../kernel/metric.ts'
import { TelemetryStoreConfig } from '../config.ts'
import { apply, entryOf } from '../crash-workload.ts'
import { forever } from '../forever.ts'
import { openTelemetryStore } from '../open-telemetry-store.ts'

// `append-child.ts FOLDER COUNT`: appends entries 1 to COUNT one after the other and prints of each what became of it; then exits
// without closing the store, as a crash would.
const [folder = '', count = ''] = process.argv.slice(2)
const store = await openTelemetryStore({
  folder,
  clock: systemClock,
  log: silentLog,
  metrics: createMetrics(),
  config: TelemetryStoreConfig.parse({ retention: forever, checkpoint_interval: '1h', commit_window: '0ms' }),
})
process.stdout.write('ready\n')
for (let n = 1; n <= Number(count); n += 1) {
  try {
    apply(store, n, await store.telemetryLog.append(entryOf(n)))
    process.stdout.write(`taken ${n}\n`)
  } catch (error) {
    process.stdout.write(`refused ${n} ${messageOf(error).replaceAll('\n', ' ')}\n`)
  }
}
const found: number[] = []
for await (const { entry } of store.telemetryLog.read(0))
  found.push(Number(Buffer.from(entry.body).toString()))
process.stdout.write(`readable ${found.join(',')}\n`)
process.exit(0)
