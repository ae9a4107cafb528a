import { describe, expect, it } from 'vitest'
import type { RelayEntry, RelayLog } from './relay-log.ts'

export const relayEntry = (n: number, bytes = 20): RelayEntry => ({
  ...{ tenant: 'default', method: 'POST', path: `/api/v1/write?n=${n}`, receivedMs: 1_000 + n },
  headers: { 'content-type': 'application/x-protobuf' },
  body: Buffer.alloc(bytes, n % 256),
})

/** Entries as they come out, released as they are read. */
export async function drained(log: RelayLog, most = Number.POSITIVE_INFINITY): Promise<RelayEntry[]> {
  const all: RelayEntry[] = []
  while (all.length < most) {
    const found = await log.next()
    if (!found) break
    all.push({ ...found.entry, body: Buffer.from(found.entry.body) })
    await log.release(found.position)
  }
  return all
}

/** What every relay log keeps. `open` gives the same log again when it is called again with the same name. */
export function relayLogSuite(open: (name: string) => Promise<RelayLog>): void {
  describe('a relay log', () => {
    it('gives what was appended, in order and unchanged, and nothing twice once it is released', async () => {
      const log = await open('order')
      const entries = Array.from({ length: 50 }, (_, n) => relayEntry(n))
      await Promise.all(entries.map((entry) => log.append(entry)))
      expect(await drained(log)).toEqual(entries)
      expect(await log.next()).toBe(undefined)
      await log.append(relayEntry(99))
      expect(await drained(log)).toEqual([relayEntry(99)])
      await log.close()
    })

    it('gives the same entry again until it is released', async () => {
      const log = await open('again')
      await log.append(relayEntry(1))
      await log.append(relayEntry(2))
      const first = await log.next()
      expect(await log.next()).toEqual(first)
      await log.release(first?.position ?? 0)
      expect((await log.next())?.entry.path).toBe('/api/v1/write?n=2')
      await log.close()
    })

    it('goes on where it was when it is opened again', async () => {
      let log = await open('reopen')
      for (let n = 0; n < 10; n += 1) await log.append(relayEntry(n))
      await drained(log, 4)
      await log.close()
      log = await open('reopen')
      await log.append(relayEntry(10))
      const rest = Array.from({ length: 7 }, (_, n) => relayEntry(n + 4))
      expect(await drained(log)).toEqual(rest)
      await log.close()
    })
  })
}
