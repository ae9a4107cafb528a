import { expect, it } from 'vitest'
import { isUnwanted } from './unwanted.ts'

it.each([
  "don't run restart-pool on billing",
  'please do not restart billing',
  'dont restart billing',
  'don’t write a report',
  'never run restart-pool on billing please',
  'you should not restart billing',
  'cancel restart-pool on billing',
  'Please abort the restart of billing',
])('takes what is not to be done for that: %s', (text) => {
  expect(isUnwanted(text)).toBe(true)
})

it.each([
  'restart billing',
  "billing doesn't work, restart it",
  "I don't know what it is, restart billing",
  "why don't you restart billing",
  'run the runbook that handles "do not restart" on billing',
  'write a report about the cancelled orders',
  'reset the connection pool of billing now',
])('takes what is to be done for that: %s', (text) => {
  expect(isUnwanted(text)).toBe(false)
})
