import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { entriesOf, entryOf, open } from './fault-rig.suite.ts'

test('on a full disk entries are refused with 503 and a time to try again, reads go on, and once there is room so do writes', {
  timeout: 60_000,
}, async ({ skip }) => {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-full-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', folder]).status === 0
  if (!mounted) {
    rmSync(folder, { recursive: true })
    skip('a small file system can be mounted by root only')
  }
  const data = join(folder, 'data')
  const ballast = join(folder, 'ballast')
  const store = await open(data)
  try {
    writeFileSync(ballast, new Uint8Array(4 * 1_048_576))
    let taken = 0
    const fill = async (): Promise<void> => {
      for (; taken < 500; taken += 1) await store.telemetryLog.append(entryOf(taken + 1, 100_000))
    }
    await expect(fill()).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      status: 503,
      retryAfterSeconds: 5,
    })
    expect(taken).toBeGreaterThan(10)
    for (let i = 0; i < 3; i += 1)
      await expect(store.telemetryLog.append(entryOf(1, 200_000))).rejects.toMatchObject({ retry: true })
    const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1)
    expect(await entriesOf(store)).toEqual(numbers(taken))
    rmSync(ballast)
    expect(await store.telemetryLog.append(entryOf(taken + 1, 100_000))).toBe(taken + 1)
    taken += 1
    expect(await entriesOf(store)).toEqual(numbers(taken))
    await store.close()
    const again = await open(data)
    expect(await entriesOf(again)).toEqual(numbers(taken))
    await again.close()
  } finally {
    await store.close()
    spawnSync('umount', [folder])
    rmSync(folder, { recursive: true, force: true })
  }
})
