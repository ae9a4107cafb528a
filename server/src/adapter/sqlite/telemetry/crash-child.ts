import { systemClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { TelemetryStoreConfig } from './config.ts'
import { apply, entryOf, replay } from './crash-workload.ts'
import { forever } from './forever.ts'
import { openTelemetryStore } from './open-telemetry-store.ts'

// The process the kill test kills: `crash-child.ts FOLDER FIRST` replays, then appends entries FIRST, FIRST + 1, … and prints each number
// once it is acknowledged, while checkpoints go on without a pause.
const [folder, first] = process.argv.slice(2)
const config = TelemetryStoreConfig.parse({ retention: forever, checkpoint_interval: '1h' })
const store = await openTelemetryStore({
  folder: folder!,
  clock: systemClock,
  log: silentLog,
  metrics: createMetrics(),
  config,
})
await replay(store)
process.stdout.write('ready\n')

async function append(n: number): Promise<void> {
  apply(store, n, await store.telemetryLog.append(entryOf(n)))
  process.stdout.write(`${n}\n`)
}
async function checkpoints(): Promise<never> {
  for (;;) await store.checkpoint()
}
void checkpoints()
for (let n = Number(first); ; n += 8) await Promise.all(Array.from({ length: 8 }, (_, i) => append(n + i)))
