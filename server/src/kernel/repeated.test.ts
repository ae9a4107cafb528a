import { expect, it } from 'vitest'
import { ManualClock } from './clock.ts'
import { createRepeated } from './repeated.ts'

function make(fails = false) {
  const clock = new ManualClock()
  const state = { runs: 0, atOnce: 0, most: 0, failures: 0 }
  let end = (): void => {}
  const task = async (): Promise<void> => {
    state.runs += 1
    state.atOnce += 1
    state.most = Math.max(state.most, state.atOnce)
    await new Promise<void>((resolve) => {
      end = resolve
    })
    state.atOnce -= 1
    if (fails) throw new Error('no')
  }
  const repeated = createRepeated(clock, 1_000, task, () => {
    state.failures += 1
  })
  const settle = async (): Promise<void> => {
    end()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { clock, state, repeated, settle }
}

it('runs as often as said, and never twice at once', async () => {
  const { clock, state, repeated, settle } = make()
  await repeated.start()
  await clock.advance(5_000)
  expect(state).toMatchObject({ runs: 1, most: 1 })
  await settle()
  await clock.advance(1_000)
  expect(state).toMatchObject({ runs: 2, most: 1 })
})

it('runs once more where it was asked for meanwhile, however often', async () => {
  const { state, repeated, settle } = make()
  repeated.now()
  repeated.now()
  repeated.now()
  expect(state.runs).toBe(1)
  await settle()
  expect(state.runs).toBe(2)
  await settle()
  expect(state.runs).toBe(2)
})

it('goes on after a failure, and tells of it', async () => {
  const { clock, state, repeated, settle } = make(true)
  await repeated.start()
  await clock.advance(1_000)
  await settle()
  await clock.advance(1_000)
  expect(state).toMatchObject({ runs: 2, failures: 1 })
})

it('waits when it is stopped for a run that goes on, and runs no more', async () => {
  const { clock, state, repeated, settle } = make()
  await repeated.start()
  repeated.now()
  repeated.now()
  let stopped = false
  const stop = repeated.stop().then(() => {
    stopped = true
  })
  await Promise.resolve()
  expect(stopped).toBe(false)
  await settle()
  await stop
  await clock.advance(5_000)
  repeated.now()
  expect(state.runs).toBe(1)
})
