import { expect, it } from 'vitest'
import { ManualClock } from '../../kernel/clock.ts'
import { deadLocks } from './dead-locks.ts'

const key = { project: 'infra', name: 'prod' }

function open(lock: { lockedBy: string; lockedMs: number } | null) {
  const clock = new ManualClock(1_000_000)
  const released: string[] = []
  const states = {
    list: async () => [{ ...key, newest: {} as never, lock: lock && { id: 'l1', info: '', ...lock } }],
    release: async (_key: object, by: string) => {
      released.push(by)
      return {} as never
    },
  }
  const unlock = deadLocks({ states, clock, actor: 'plan-engine' })
  return { clock, released, ask: (stack = 'prod') => unlock('default', 'infra', stack, 'dana') }
}
const ours = { lockedBy: 'plan-engine', lockedMs: 999_000 }

it('a lock of ours from before the start is given back once the engine had time to end', async () => {
  const { ask, clock, released } = open(ours)
  expect(await ask()).toMatchObject({ released: false, message: expect.stringContaining('30 s') })
  clock.advance(30_000)
  expect(await ask()).toMatchObject({ released: true })
  expect(released).toEqual(['dana'])
})

it.each([
  ["somebody else's", { ...ours, lockedBy: 'dana' }, 'prod'],
  ['that of a run of this process', { ...ours, lockedMs: 1_000_000 }, 'prod'],
  ['none', null, 'prod'],
  ['that of another stack', ours, 'stage'],
])('%s stays as it is', async (_, lock, stack) => {
  const { ask, clock, released } = open(lock)
  clock.advance(3_600_000)
  expect(await ask(stack)).toMatchObject({ released: false })
  expect(released).toEqual([])
})
