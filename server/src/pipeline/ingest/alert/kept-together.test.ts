import { expect, it } from 'vitest'
import { KeptTogether } from './kept-together.ts'

it('writes what came meanwhile in one go, in order, and gives each request its own results', async () => {
  const writes: string[][] = []
  const kept = new KeptTogether<string, string>('letters', 10, async (items) => {
    writes.push([...items])
    await Promise.resolve()
    return items.map((item) => item.toUpperCase())
  })
  const first = kept.keep(['a'])
  await first
  const more = await Promise.all([kept.keep(['b', 'c']), kept.keep([]), kept.keep(['d'])])
  expect(more).toEqual([['B', 'C'], [], ['D']])
  expect(writes).toEqual([['a'], ['b', 'c', 'd']])
})

it('lets nobody fail for another', async () => {
  const kept = new KeptTogether<string, string>('letters', 10, async (items) => {
    if (items.includes('bad')) throw new Error('bad')
    return [...items]
  })
  const told = await Promise.allSettled([kept.keep(['a']), kept.keep(['bad']), kept.keep(['b'])])
  expect(told.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})

it('finds what is to be written only when all before it is written, and writes it alone', async () => {
  const stored: string[] = []
  const kept = new KeptTogether<string, string>('letters', 10, async (items) => {
    await Promise.resolve()
    stored.push(items.join('+'))
    return [...items]
  })
  const before = kept.keep(['a'])
  const found = kept.keepFound(async () => [`after ${stored.length}`])
  const after = kept.keep(['b'])
  expect(await Promise.all([before, found, after])).toEqual([['a'], ['after 1'], ['b']])
  expect(stored).toEqual(['a', 'after 1', 'b'])
})

it('refuses when too many wait', async () => {
  const kept = new KeptTogether<string, string>('letters', 1, async (items) => [...items])
  const first = kept.keep(['a'])
  await expect(kept.keep(['b'])).rejects.toMatchObject({ code: 'QUEUE_FULL' })
  expect(await first).toEqual(['a'])
})
