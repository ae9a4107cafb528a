import { beforeEach, describe, expect, test } from 'vitest'
import { ManualClock } from './clock.ts'
import { createLog } from './log.ts'
import { seededRandom } from './random.ts'
import { WriteBehind } from './write-behind.ts'

let clock: ManualClock
let sent: number[][]
let dropped: number[]
/** What the next sends throw. */
let errors: (string | undefined)[]
let queue: WriteBehind<number>

beforeEach(() => {
  clock = new ManualClock()
  sent = []
  dropped = []
  errors = []
  queue = new WriteBehind<number>({
    name: 'it',
    async send(items) {
      const error = errors.shift()
      if (error) throw new Error(error)
      sent.push([...items])
    },
    final: (error) => error instanceof Error && error.message === 'never',
    dropped: (items) => dropped.push(...items),
    ...{ clock, random: seededRandom(1), log: createLog({ level: 'silent' }) },
    ...{ batchBytesMax: 30, queueBytesMax: 100, visibleMs: 1_000 },
  })
})

describe('write-behind', () => {
  test('writes in order, in batches, and tells when it is done', async () => {
    for (let i = 0; i < 7; i += 1) queue.push(i, 10)
    await queue.flush()
    expect(sent).toEqual([[0, 1, 2], [3, 4, 5], [6]])
    expect(queue.waitingBytes).toBe(0)
  })
  test('sends one that is larger than a batch alone', async () => {
    queue.push(1, 10)
    queue.push(2, 500)
    queue.push(3, 10)
    await queue.flush()
    expect(sent).toEqual([[1], [2], [3]])
  })
  test('shows what is not written, and what was written lately', async () => {
    queue.push(1, 10)
    expect(queue.items()).toEqual([1])
    await queue.flush()
    expect(queue.items()).toEqual([1])
    await clock.advance(1_000)
    expect(queue.items()).toEqual([])
    expect(queue.heldBytes).toBe(0)
  })
  test('holds no more of what is written than may wait', async () => {
    for (let i = 0; i < 30; i += 1) queue.push(i, 10)
    await queue.flush()
    expect(queue.items().length).toBeLessThanOrEqual(10)
    expect(queue.items().at(-1)).toBe(29)
  })
  test('tries again until it works, and says meanwhile that it does not', async () => {
    errors = ['away', 'away']
    for (let i = 0; i < 10; i += 1) queue.push(i, 10)
    await expect(queue.flush()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    expect(queue.problem).toBe('away')
    expect(queue.full).toBe(true)
    await clock.advance(60_000)
    expect(sent.flat()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(queue.problem).toBeNull()
    expect(queue.full).toBe(false)
  })
  test('passes over what will never be taken', async () => {
    errors = ['never']
    queue.push(1, 20)
    queue.push(2, 20)
    await queue.flush()
    expect(dropped).toEqual([1])
    expect(sent).toEqual([[2]])
    expect(queue.items()).toEqual([2])
  })
  test('a flush wakes it from its wait', async () => {
    errors = ['away']
    queue.push(1, 10)
    await expect(queue.flush()).rejects.toThrow()
    await queue.flush()
    expect(sent).toEqual([[1]])
  })
  test('ends what waits when it is closed', async () => {
    errors = Array(100).fill('away')
    queue.push(1, 10)
    await expect(queue.flush()).rejects.toThrow()
    const waiting = queue.flush()
    queue.close()
    await expect(waiting).rejects.toMatchObject({ code: 'NOT_READY' })
    expect(sent).toEqual([])
  })
})
