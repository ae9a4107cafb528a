import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ObjectStore } from './object-store.ts'

export type ObjectStoreSubject = {
  store: ObjectStore
  /** Another handle on the same objects; absent where they do not outlive the process. */
  restart?: () => Promise<ObjectStore>
  close(): Promise<void>
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** What every object store must do, run against the real thing. */
export function objectStoreConformance(name: string, open: () => Promise<ObjectStoreSubject>): void {
  describe(`object store: ${name}`, () => {
    let subject: ObjectStoreSubject
    let store: ObjectStore
    beforeEach(async () => {
      subject = await open()
      store = subject.store
    })
    afterEach(() => subject.close())
    const keys = async (prefix: string): Promise<string[]> => {
      const found: string[] = []
      for await (const { key } of store.list(prefix)) found.push(key)
      return found
    }

    test('gives back what was put, byte for byte', async () => {
      const body = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31) % 256)
      await store.put('a/b/c.bin', body)
      expect(Buffer.from(await store.get('a/b/c.bin')).equals(Buffer.from(body))).toBe(true)
    })
    test('keeps an empty object, and one of a name with every allowed sign', async () => {
      await store.put('Az09._-/x', new Uint8Array(0))
      expect(await store.get('Az09._-/x')).toHaveLength(0)
    })
    test('gives a part; one beyond the end is cut to it', async () => {
      await store.put('part', bytesOf('0123456789'))
      expect(textOf(await store.get('part', { start: 2, end: 5 }))).toBe('234')
      expect(textOf(await store.get('part', { start: 8, end: 100 }))).toBe('89')
      expect(textOf(await store.get('part', { start: 0, end: 1 }))).toBe('0')
    })
    test('the same key again replaces the object; the same object again changes nothing', async () => {
      await store.put('k', bytesOf('one, and longer'))
      await store.put('k', bytesOf('two'))
      await store.put('k', bytesOf('two'))
      expect(textOf(await store.get('k'))).toBe('two')
      expect(await keys('k')).toEqual(['k'])
    })
    test('lists what begins with a prefix, ascending, with sizes', async () => {
      for (const key of ['p/10', 'p/9', 'p/a/b', 'pq', 'q']) await store.put(key, bytesOf(key))
      expect(await keys('p/')).toEqual(['p/10', 'p/9', 'p/a/b'])
      expect(await keys('p')).toEqual(['p/10', 'p/9', 'p/a/b', 'pq'])
      expect(await keys('')).toHaveLength(5)
      expect(await keys('nothing/')).toEqual([])
      for await (const { key, sizeBytes } of store.list('')) expect(sizeBytes).toBe(key.length)
    })
    test('a missing object is NOT_FOUND, and deleting it is no error', async () => {
      await expect(store.get('none')).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await store.delete('none')
      await store.put('some', bytesOf('x'))
      await store.delete('some')
      await expect(store.get('some')).rejects.toMatchObject({ code: 'NOT_FOUND' })
      expect(await keys('')).toEqual([])
    })
    test.for(['', '/', 'a//b', '../x', 'a/../b', '.', 'a/.', 'a b', 'ä', '/abs', 'a/'])(
      'refuses "%s" as a key',
      async (key) => {
        await expect(store.put(key, bytesOf('x'))).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
        await expect(store.get(key)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
      },
    )
    test('a reader sees the old or the new object, never part of one', async () => {
      const bodies = [1, 2].map((fill) => new Uint8Array(200_000).fill(fill))
      await store.put('k', bodies[0]!)
      let writing = true
      const writes = (async () => {
        for (let i = 0; i < 20; i += 1) await store.put('k', bodies[i % 2]!)
        writing = false
      })()
      while (writing) {
        const seen = await store.get('k')
        expect(seen).toHaveLength(200_000)
        expect(seen.every((byte) => byte === seen[0])).toBe(true)
      }
      await writes
    })
    test('objects outlive the handle', async ({ skip }) => {
      if (!subject.restart) return skip('objects live in the process')
      await store.put('k', bytesOf('x'))
      await store.close()
      store = await subject.restart()
      expect(textOf(await store.get('k'))).toBe('x')
    })
  })
}
