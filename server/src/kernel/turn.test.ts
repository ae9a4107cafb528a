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
