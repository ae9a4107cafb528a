import { expect, it } from 'vitest'
import { eachOf, Semaphore } from './semaphore.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

it('lets at most so many in, in the order in which they came', async () => {
  const semaphore = new Semaphore(2)
  const [order, open]: [number[], (() => void)[]] = [[], []]
  const runs = [0, 1, 2, 3].map((at) =>
    semaphore.run(() => {
      order.push(at)
      return new Promise<void>((resolve) => open.push(resolve))
    }),
  )
  await turn()
  expect(order).toEqual([0, 1])
  expect(semaphore.waiting).toBe(2)
  open[1]?.()
  await turn()
  expect(order).toEqual([0, 1, 2])
  open[0]?.()
  await turn()
  for (const done of open) done()
  await Promise.all(runs)
  expect(order).toEqual([0, 1, 2, 3])
  expect(semaphore.free).toBe(true)
})

it('gives its place back when a task fails', async () => {
  const semaphore = new Semaphore(1)
  await expect(semaphore.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(await semaphore.run(async () => 'next')).toBe('next')
})

it('lets nobody wait who gave up, and begins nothing for who came too late', async () => {
  const semaphore = new Semaphore(1)
  await semaphore.acquire()
  const gone = new AbortController()
  const waits = semaphore.acquire(gone.signal)
  gone.abort(new Error('gone'))
  await expect(waits).rejects.toThrow('gone')
  await expect(semaphore.acquire(gone.signal)).rejects.toThrow('gone')
  expect(semaphore.waiting).toBe(0)
  semaphore.release()
  expect(semaphore.free).toBe(true)
})

it('does each item once, at most so many at a time', async () => {
  let [under, most] = [0, 0]
  const done: number[] = []
  await eachOf([1, 2, 3, 4, 5], 2, async (item) => {
    under += 1
    most = Math.max(most, under)
    await turn()
    done.push(item)
    under -= 1
  })
  expect(done).toEqual([1, 2, 3, 4, 5])
  expect(most).toBe(2)
})

it('says the first failure', async () => {
  await expect(eachOf([1, 2], 1, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
})
