import { expect, it } from 'vitest'
import { ManualClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { createNudges } from './nudges.ts'

it('a storm of events is one look at once, and one more for all that came within the second after it', () => {
  const clock = new ManualClock()
  const looks: string[] = []
  const { tell } = createNudges({ clock, log: silentLog }, async (tenant, name) => {
    looks.push(`${tenant} ${name}`)
  })
  for (let index = 0; index < 1_000; index += 1) tell('default', 'infra')
  tell('blue', 'infra')
  expect(looks).toEqual(['default infra', 'blue infra'])
  clock.advance(1_000)
  expect(looks).toEqual(['default infra', 'blue infra', 'default infra'])
  clock.advance(10_000)
  expect(looks).toHaveLength(3)
})
