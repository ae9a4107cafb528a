import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SecretStore } from './secret-store.ts'

const owner = { tenant: 'default', id: 'c1' }
const secret = Buffer.from('token-of-the-cluster')

/** What every SecretStore keeps. `open` called again with the same name opens what the first left. */
export function secretStoreConformance(open: (name: string) => Promise<SecretStore>): void {
  describe('a secret store', () => {
    it('opens what it sealed, whatever the bytes, and shows none of them', async () => {
      const store = await open('bytes')
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ minLength: 8, maxLength: 5_000 }), async (bytes) => {
          const sealed = await store.seal(bytes, owner)
          expect(sealed).not.toContain(Buffer.from(bytes).toString('base64url'))
          expect(Buffer.compare(await store.open(sealed, owner), bytes)).toBe(0)
        }),
        { numRuns: 50 },
      )
    })

    it('seals the same secret differently each time', async () => {
      const store = await open('twice')
      expect(await store.seal(secret, owner)).not.toBe(await store.seal(secret, owner))
    })

    it('opens for its owner alone', async () => {
      const store = await open('owner')
      const sealed = await store.seal(secret, owner)
      for (const other of [
        { tenant: 'shop', id: 'c1' },
        { tenant: 'default', id: 'c2' },
        { tenant: 'defaultc', id: '1' },
      ]) {
        await expect(store.open(sealed, other)).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' })
        await store.renew()
        await expect(store.rewrap(sealed, other)).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' })
      }
    })

    it('refuses a text with any character changed, without saying what it holds', async () => {
      const store = await open('changed')
      const sealed = await store.seal(secret, owner)
      await fc.assert(
        fc.asyncProperty(fc.nat(sealed.length - 1), async (at) => {
          const other = sealed[at] === 'A' ? 'B' : 'A'
          const changed = sealed.slice(0, at) + other + sealed.slice(at + 1)
          const fault = await store.open(changed, owner).then(
            (bytes) => bytes.toString(),
            (error: { code?: string; message: string }) => error,
          )
          expect(fault).toMatchObject({ code: 'CREDENTIALS_INVALID' })
          expect(JSON.stringify(fault)).not.toContain('token-of')
        }),
        { numRuns: 200 },
      )
      for (const text of ['', 'x', 'v1', 'v1....', `${sealed}.x`, 'v1.__proto__.AAAA.AAAA'])
        await expect(store.open(text, owner)).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' })
    })

    it('opens after it was opened anew', async () => {
      const sealed = await (await open('again')).seal(secret, owner)
      expect((await (await open('again')).open(sealed, owner)).toString()).toBe(secret.toString())
    })

    it('moves secrets to a new master key and forgets the old one', async () => {
      const store = await open('renewed')
      const before = await store.seal(secret, owner)
      await store.renew()
      expect((await store.open(before, owner)).toString()).toBe(secret.toString())
      const after = await store.rewrap(before, owner)
      expect(after).not.toBe(before)
      expect(await store.rewrap(after, owner)).toBe(after)
      await store.retire()
      const again = await open('renewed')
      expect((await again.open(after, owner)).toString()).toBe(secret.toString())
      await expect(again.open(before, owner)).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' })
    })
  })
}
