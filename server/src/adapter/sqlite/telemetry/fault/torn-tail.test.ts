import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { seededRandom } from '../../../../kernel/random.ts'
import { entriesOf, entryOf, open } from './fault-rig.suite.ts'

/** Frames of a write-ahead log: a header of 32 bytes, then frames of 24 bytes and a page, https://www.sqlite.org/fileformat2.html#walformat */
const headerBytes = 32
const frameBytes = 24 + 4_096
/** `AIOPS_TEARS=2000` for the long run. */
const tears = Number(process.env.AIOPS_TEARS ?? 40)
const seed = Number(process.env.AIOPS_SEED ?? 3)

/** Where a tear can fall: every part of the log's header and of a frame, and its edges. */
function placesOf(size: number): number[] {
  const frames = Math.floor((size - headerBytes) / frameBytes)
  const inFrame = [0, 1, 4, 8, 12, 16, 20, 23, 24, 25, 24 + 2_048, frameBytes - 1]
  const random = seededRandom(seed)
  const places = [0, 1, 4, 8, 12, 16, 24, 31, size - 1]
  for (let i = places.length; i < tears; i += 1) {
    const frame = Math.floor(random.next() * frames)
    places.push(headerBytes + frame * frameBytes + inFrame[i % inFrame.length]!)
  }
  return places
}

test.for(['cut', 'flipped'] as const)(
  `a write-ahead log %s at any class of offset opens with a prefix of the entries, each as it was written (${tears} places, seed ${seed})`,
  { timeout: 60_000 + tears * 400 },
  async (how) => {
    const folder = mkdtempSync(join(tmpdir(), 'aiops-torn-'))
    const torn = mkdtempSync(join(tmpdir(), 'aiops-torn-'))
    const store = await open(folder, { commit_window: '0ms' })
    try {
      for (let n = 1; n <= 12; n += 1) await store.telemetryLog.append(entryOf(n, 3_000 + n * 500))
      const [file, wal] = ['telemetry.db', 'telemetry.db-wal']
      const bytes = readFileSync(join(folder, wal))
      let shortened = 0
      for (const place of placesOf(bytes.length)) {
        copyFileSync(join(folder, file), join(torn, file))
        const copy = Buffer.from(bytes)
        if (how === 'flipped') copy[place]! ^= 1 << (place % 8)
        writeFileSync(join(torn, wal), copy)
        if (how === 'cut') truncateSync(join(torn, wal), place)
        rmSync(join(torn, `${file}-shm`), { force: true })
        const again = await open(torn)
        const found = await entriesOf(again)
        expect(found, `${how} at ${place}`).toEqual(Array.from({ length: found.length }, (_, i) => i + 1))
        if (found.length < 12) shortened += 1
        // It goes on from there.
        const next = await again.telemetryLog.append(entryOf(99, 100))
        expect(next).toBe(found.length + 1)
        await again.close()
      }
      expect(shortened).toBeGreaterThan(tears / 2)
    } finally {
      await store.close()
      for (const path of [folder, torn]) rmSync(path, { recursive: true })
    }
  },
)
