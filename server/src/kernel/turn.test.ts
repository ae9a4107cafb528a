import { expect, test } from 'vitest'
import { Turn } from './turn.ts'

test('a turn is due once its slice has passed, and anew after it was given', async () => {
  let now = 0
  const turn = new Turn({ monotonic: () => now }, 5)
  expect(turn.due()).toBe(false)
  now = 5
  expect(turn.due()).toBe(true)
  await turn.give()
  expect(turn.due()).toBe(false)
  now = 10
  expect(turn.due()).toBe(true)
})

test('what waits in the event loop runs while a turn is given', async () => {
  const turn = new Turn({ monotonic: () => 0 })
  let ran = false
  setImmediate(() => {
    ran = true
  })
  await turn.give()
  expect(ran).toBe(true)
})

test('of many pieces of work one slice runs in a round of the event loop, and all come to their end', async () => {
  const inRound: number[] = []
  let round = 0
  let isOver = false
  const count = (): void => {
    round += 1
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  const work = async (): Promise<void> => {
    const turn = new Turn({ monotonic: () => 0 })
    for (let slice = 0; slice < 5; slice += 1) {
      await turn.give()
      inRound[round] = (inRound[round] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: 20 }, work))
  isOver = true
  expect(inRound.reduce((sum, one) => sum + one, 0)).toBe(100)
  expect(Math.max(...Object.values(inRound))).toBe(1)
})
