import { expect, it } from 'vitest'
import { PlanEngineConfig } from '../../adapter/tofu/index.ts'
import { ManualClock } from '../../kernel/clock.ts'
import { createLentKeys } from '../../service/identity/index.ts'
import { editScalars, planReader, stackMaker } from './gitops-plan.ts'

it('gives the engine a key of its tenant, anew before it ends', async () => {
  const clock = new ManualClock()
  const lent = createLentKeys(clock)
  const stackOf = stackMaker(
    { lent, clock, url: () => 'http://127.0.0.1:8080' },
    PlanEngineConfig.parse({ timeout: '10m' }),
  )
  const stack = () => stackOf('shop', 'infra', { name: 'prod eu', folder: 'envs/prod' }, [])
  const first = stack().state
  expect(first.url).toBe('http://127.0.0.1:8080/api/v4/projects/infra/terraform/state/prod%20eu')
  expect(lent.principalOf(first.password)).toMatchObject({
    tenant: 'shop',
    permissions: ['deployments:write'],
  })
  expect(stack().state.password).toBe(first.password)
  await clock.advance(11 * 60_000)
  expect(stack().state.password).not.toBe(first.password)
  expect(lent.principalOf(first.password)).toBeDefined()
  await clock.advance(20 * 60_000)
  expect(lent.principalOf(first.password)).toBeUndefined()
})

it('sets values that are there, and tells what they were', () => {
  const file = 'envs/prod/terraform.tfvars'
  const set = (variable: string) => [{ variable, after: 'alibaba' }]
  expect(editScalars(file, 'p = "aws" # x\n', set('p'))).toEqual({
    text: 'p = "alibaba" # x\n',
    before: new Map([['p', 'aws']]),
  })
  // Back to what was nothing: the file said null.
  const unset = editScalars(file, 'p = null # default\n', set('p'))
  expect([...unset.before]).toEqual([['p', null]])
  expect(editScalars(file, unset.text, [{ variable: 'p', after: null }]).text).toBe('p = null # default\n')
  expect(() => editScalars(file, 'p = ["aws"]\n', set('p'))).toThrow('a list or an object')
  expect(() => editScalars(file, 'p = "aws"\n', set('q'))).toThrow('no variable q')
})

it('reads a plan without prices where there are none', async () => {
  const read = planReader({ pricing: async () => undefined, services: () => undefined })
  const json = { format_version: '1.2' }
  expect(await read('default', { json, sha256: 'ab', engine: 'OpenTofu', version: '1.12.6' })).toMatchObject({
    ...{ engine: 'OPENTOFU', changes: [] },
    cost: { hourly_delta_usd: 0, source: null },
  })
})
