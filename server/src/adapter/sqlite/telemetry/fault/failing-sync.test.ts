import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { replay } from '../crash-workload.ts'
import { open, runChild } from './fault-rig.suite.ts'

/** `AIOPS_SYNC_FAULTS=100` for the long run: each seed fails another stretch of syncs. */
const runs = Number(process.env.AIOPS_SYNC_FAULTS ?? 4)
const entries = 60

const canTrace = (): boolean =>
  spawnSync('strace', ['-f', '-e', 'inject=fsync:error=EIO:when=1', 'true']).status === 0

test(`an entry whose sync failed is refused, one that was taken is there, and the store goes on by itself (${runs} stretches)`, {
  timeout: 30_000 + runs * 15_000,
}, async ({ skip }) => {
  if (!canTrace()) skip('strace is not here, or may not trace')
  let refusals = 0
  for (let run = 0; run < runs; run += 1) {
    const folder = mkdtempSync(join(tmpdir(), 'aiops-sync-'))
    try {
      // The first syncs make the file; from one of the later ones on, some fail, then they work again.
      const from = 20 + ((run * 7) % 30)
      const when = `${from}..${from + (run % 5) + 1}`
      const calls = ['fsync', 'fdatasync'].flatMap((call) => ['-e', `inject=${call}:error=EIO:when=${when}`])
      const wrapper = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync', ...calls]
      const { taken, refused, readable, status, stderr } = runChild(wrapper, folder, entries)
      expect(status, stderr).toBe(0)
      expect([...taken, ...refused].sort((a, b) => a - b)).toEqual(
        Array.from({ length: entries }, (_, i) => i + 1),
      )
      refusals += refused.length
      // While it runs: exactly what was taken. Nothing that was refused is shown.
      expect(readable).toEqual(taken)
      if (refused.length > 0)
        expect(Math.max(...taken), 'taken again afterwards').toBeGreaterThan(Math.max(...refused))
      const store = await open(folder)
      await replay(store)
      const found: number[] = []
      for await (const { entry } of store.telemetryLog.read(0))
        found.push(Number(Buffer.from(entry.body).toString()))
      expect(found.filter((n) => taken.includes(n))).toEqual(taken)
      expect(store.damaged()).toBe(0)
      await store.close()
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
  expect(refusals).toBeGreaterThan(0)
})
