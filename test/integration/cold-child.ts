import { join } from 'node:path'
import { openObjectFolder } from '../../server/src/adapter/folder/object-folder.ts'
import { TelemetryStoreConfig } from '../../server/src/adapter/sqlite/index.ts'
import { openTelemetryStore } from '../../server/src/adapter/sqlite/telemetry/open-telemetry-store.ts'
import { ManualClock } from '../../server/src/kernel/clock.ts'
import { silentLog } from '../../server/src/kernel/log.ts'
import { createMetrics } from '../../server/src/kernel/metric.ts'
import { fill } from './cold-workload.ts'

// `cold-child.ts FOLDER DAYS STEP`: opens the store with the clock DAYS after its start, fills it the first time, moves what is old and
// kills itself with SIGKILL before the STEP-th step of that; prints how many steps there were when it lives to the end.
const [folder = '', days = '', step = ''] = process.argv.slice(2)
const dayMs = 86_400_000
const startMs = 19_700 * dayMs
let steps = 0
const store = await openTelemetryStore({
  folder: join(folder, 'data'),
  clock: new ManualClock(startMs + Number(days) * dayMs),
  log: silentLog,
  metrics: createMetrics(),
  config: TelemetryStoreConfig.parse({
    checkpoint_interval: '1h',
    cold: { after: '1d' },
    retention: { metrics: { age: '20d' }, logs: { age: '20d' }, traces: { age: '20d' } },
  }),
  objects: await openObjectFolder(join(folder, 'objects')),
  onMoveStep: () => {
    if (++steps === Number(step)) process.kill(process.pid, 'SIGKILL')
  },
})
await fill(store, startMs)
await store.maintain()
await store.close()
process.stdout.write(`${steps}\n`)
process.exit(0)
