import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openObjectFolder } from '../../server/src/adapter/folder/object-folder.ts'
import { checkData, TelemetryStoreConfig } from '../../server/src/adapter/sqlite/index.ts'
import { openTelemetryStore } from '../../server/src/adapter/sqlite/telemetry/open-telemetry-store.ts'
import { ManualClock } from '../../server/src/kernel/clock.ts'
import { silentLog } from '../../server/src/kernel/log.ts'
import { createMetrics } from '../../server/src/kernel/metric.ts'
import { hours, readBack } from './cold-workload.ts'

const child = fileURLToPath(new URL('./cold-child.ts', import.meta.url))
const dayMs = 86_400_000
const startMs = 19_700 * dayMs

/** Runs the child; the number of steps it took, or undefined when it was killed. */
function run(folder: string, days: number, step: number): number | undefined {
  const args = [child, folder, String(days), String(step)]
  const { signal, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (signal === 'SIGKILL') return undefined
  expect(stderr).toBe('')
  return Number(stdout)
}
async function verify(folder: string, days: number, expected: object): Promise<void> {
  const objects = await openObjectFolder(join(folder, 'objects'))
  const nowMs = startMs + days * dayMs
  const store = await openTelemetryStore({
    folder: join(folder, 'data'),
    clock: new ManualClock(nowMs),
    log: silentLog,
    metrics: createMetrics(),
    config: TelemetryStoreConfig.parse({
      retention: { metrics: { age: '20d' }, logs: { age: '20d' }, traces: { age: '20d' } },
    }),
    objects,
  })
  expect(await readBack(store)).toEqual(expected)
  expect(store.damaged()).toBe(0)
  await store.close()
  const report = await checkData({ folder: join(folder, 'data'), repair: false, nowMs, objects })
  expect(report.findings).toEqual([])
}
const objectsIn = async (folder: string): Promise<number> => {
  let count = 0
  for await (const _ of (await openObjectFolder(join(folder, 'objects'))).list('')) count += 1
  return count
}

test('killed with SIGKILL before any step of moving to objects, and again before the next, nothing is lost and no object is left over', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-cold-'))
  const whole = { samples: hours * 60, records: hours, traces: hours }
  try {
    // Each run is killed one step further, on what the run before left behind.
    let kills = 0
    for (let step = 1; ; step += 1) {
      if (run(folder, 5, step) !== undefined) break
      kills += 1
      if (step % 4 === 0) await verify(folder, 5, whole)
    }
    await verify(folder, 5, whole)
    expect(kills).toBeGreaterThan(6)
    const kept = await objectsIn(folder)
    expect(kept).toBeGreaterThan(3)
    // Later the retention takes all of it away, killed before each step likewise.
    for (let step = 1; run(folder, 60, step) === undefined; step += 1) kills += 1
    run(folder, 61, 0)
    await verify(folder, 61, { samples: 0, records: 0, traces: 0 })
    expect(await objectsIn(folder)).toBe(0)
    expect(kills).toBeGreaterThan(10)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
