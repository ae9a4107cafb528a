import { describe, expect, it } from 'vitest'
import type { SnapshotStore } from './snapshot-store.ts'

const bytes = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + seed) % 251)

/** What every SnapshotStore does. `open` called again opens what the first left; `spoil` changes one byte of what is stored. */
export function snapshotStoreConformance(
  open: () => Promise<SnapshotStore>,
  spoil: (at: 'START' | 'MIDDLE' | 'END') => Promise<void>,
): void {
  describe('a snapshot store', () => {
    it('has none at first, and then what was last written, byte by byte', async () => {
      const store = await open()
      expect(await store.read()).toEqual({ kind: 'NONE' })
      await store.write([bytes(10, 1), bytes(0, 0), bytes(3_000_000, 2)])
      await store.write([bytes(11, 3), bytes(2_500_000, 4)])
      const found = await (await open()).read()
      expect(found.kind).toBe('FOUND')
      if (found.kind !== 'FOUND') return
      expect(found.parts.map((part) => part.length)).toEqual([11, 2_500_000])
      expect(Buffer.compare(found.parts[0] as Uint8Array, bytes(11, 3))).toBe(0)
      expect(Buffer.compare(found.parts[1] as Uint8Array, bytes(2_500_000, 4))).toBe(0)
    })

    it.each(['START', 'MIDDLE', 'END'] as const)('refuses what was damaged at the %s', async (at) => {
      const store = await open()
      await store.write([bytes(1_000, 1), bytes(1_000, 2)])
      await spoil(at)
      expect((await store.read()).kind).toBe('REFUSED')
      await store.write([bytes(5, 1)])
      expect((await store.read()).kind).toBe('FOUND')
    })
  })
}
