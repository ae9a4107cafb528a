import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditHash, noHash } from './audit-chain.ts'
import type { AuditFilter, AuditRecord, RecordStore } from './record-store.ts'

const at = (second: number): string => new Date(1_700_000_000_000 + second * 1_000).toISOString()

/** What every audit repository must do. `open` opens an empty store of the name. */
export function auditRepositoryConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('the audit log', () => {
    let store: RecordStore
    let name = 0
    beforeEach(async () => {
      name += 1
      store = await open(`audit-${name}`)
    })
    afterEach(() => store.close())

    const recordOf = (n: number, part: Partial<AuditRecord> = {}): AuditRecord => ({
      ...{ at: at(n), tenant: 'default', actor: 'anna', action: 'runbook.approve', resource: `r${n}` },
      ...{ outcome: 'SUCCESS', details: {}, ...part },
    })
    const numbersOf = async (filter: Partial<AuditFilter>, tenant = 'default') =>
      (await store.audit.list(tenant, { limit: 100, ...filter })).entries.map(({ sequence }) => sequence)

    it('chains every entry to the one before it, however many come at once, alone or in transactions', async () => {
      expect(await store.audit.head()).toBeUndefined()
      await Promise.all([
        ...Array.from({ length: 1_200 }, (_, n) => store.audit.append(recordOf(n))),
        store.transaction((r) => r.audit.append(recordOf(2_000, { tenant: 'shop' }))),
      ])
      const links = await store.audit.links(0, 2_000)
      expect(links.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 1_201 }, (_, i) => i + 1))
      let before = noHash
      for (const { hash, body, sequence } of links) {
        expect(hash).toBe(auditHash(before, body))
        expect(JSON.parse(body).sequence).toBe(sequence)
        before = hash
      }
      expect(await store.audit.head()).toEqual({ sequence: 1_201, hash: before })
      expect((await store.audit.links(1_200, 10)).map(({ sequence }) => sequence)).toEqual([1_201])
    })

    it('keeps none of a transaction that throws, and goes on without a gap', async () => {
      await store.audit.append(recordOf(1))
      const failing = store.transaction(async (r) => {
        await r.audit.append(recordOf(2))
        throw new Error('no')
      })
      await expect(failing).rejects.toThrow('no')
      await store.audit.append(recordOf(3))
      expect(await numbersOf({})).toEqual([2, 1])
    })

    it('refuses alone what cannot be written, not those that came with it', async () => {
      const odd = recordOf(1, { details: { n: 1n } })
      const [bad, good] = await Promise.allSettled([store.audit.append(odd), store.audit.append(recordOf(2))])
      expect([bad?.status, good?.status]).toEqual(['rejected', 'fulfilled'])
      expect(await numbersOf({})).toEqual([1])
    })

    it('shows each tenant its own entries, the newest first, with the hash that each stands on', async () => {
      await store.audit.append(recordOf(1))
      await store.audit.append(recordOf(2, { tenant: 'shop' }))
      await store.audit.append(recordOf(3))
      expect(await numbersOf({}, 'shop')).toEqual([2])
      const links = await store.audit.links(0, 10)
      const { entries, next } = await store.audit.list('default', { limit: 10 })
      expect(next).toBeNull()
      expect(entries.map(({ sequence, previousHash }) => [sequence, previousHash])).toEqual([
        [3, links[1]?.hash],
        [1, noHash],
      ])
      expect(entries[0]).toMatchObject(recordOf(3))
    })

    it('finds by every filter, and takes their signs for no pattern', async () => {
      await store.audit.append(recordOf(1, { resource: '/api/100%_sure' }))
      await store.audit.append(recordOf(2, { actor: 'bob', outcome: 'DENIED' }))
      await store.audit.append(recordOf(3, { action: 'createReport', details: { error: 'Disk FULL' } }))
      expect(await numbersOf({ actor: 'bob' })).toEqual([2])
      expect(await numbersOf({ action: 'createrep' })).toEqual([3])
      expect(await numbersOf({ outcome: 'SUCCESS' })).toEqual([3, 1])
      expect(await numbersOf({ resource: '100%_S' })).toEqual([1])
      expect(await numbersOf({ resource: '%' })).toEqual([1])
      expect(await numbersOf({ text: 'disk full' })).toEqual([3])
      expect(await numbersOf({ text: 'outcome' })).toEqual([])
      const [first, second] = [Date.parse(at(1)), Date.parse(at(2))]
      expect(await numbersOf({ fromMs: second })).toEqual([3, 2])
      expect(await numbersOf({ toMs: second })).toEqual([2, 1])
      expect(await numbersOf({ fromMs: first, toMs: first })).toEqual([1])
      expect(await numbersOf({ fromMs: first - 10, toMs: first - 5 })).toEqual([])
    })

    it('is read in pages that miss and repeat nothing', async () => {
      for (let n = 0; n < 25; n += 1)
        await store.audit.append(recordOf(n, { tenant: n % 3 === 0 ? 'shop' : 'default' }))
      const seen: number[] = []
      for (let before: number | null | undefined; before !== null; ) {
        const page = await store.audit.list('default', { limit: 4, before })
        seen.push(...page.entries.map(({ sequence }) => sequence))
        before = page.next
      }
      expect(seen).toEqual(await numbersOf({}))
      expect(seen).toHaveLength(16)
    })
  })
}
