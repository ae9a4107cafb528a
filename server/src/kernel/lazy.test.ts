import { describe, expect, it } from 'vitest'
import { lazy } from './lazy.ts'

describe('what is made lazily', () => {
  it('is not made before somebody asks, and then once for all who ask', async () => {
    let made = 0
    const get = lazy(async () => {
      made += 1
      return {}
    })
    expect(made).toBe(0)
    const [one, other] = await Promise.all([get(), get()])
    expect(one).toBe(other)
    expect(await get()).toBe(one)
    expect(made).toBe(1)
  })

  it('tells everybody who waits that it failed, and is tried again by the next who asks', async () => {
    let tries = 0
    const get = lazy(async () => {
      tries += 1
      if (tries === 1) throw new Error('the disk is gone')
      return tries
    })
    const waiting = await Promise.allSettled([get(), get()])
    expect(waiting.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(tries).toBe(1)
    expect(await get()).toBe(2)
    expect(await get()).toBe(2)
    expect(tries).toBe(2)
  })

  it('a maker that throws at once is a failure as any other', async () => {
    let tries = 0
    const get = lazy<number>(() => {
      tries += 1
      if (tries === 1) throw new Error('at once')
      return Promise.resolve(tries)
    })
    await expect(get()).rejects.toThrow('at once')
    expect(await get()).toBe(2)
  })
})
