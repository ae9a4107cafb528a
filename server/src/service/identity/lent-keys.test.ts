import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { ManualClock } from '../../kernel/clock.ts'
import { IdentityConfig } from './config.ts'
import { createIdentity } from './identity.ts'
import { createLentKeys } from './lent-keys.ts'

const engine = { actor: 'engine', tenant: 'shop', permissions: ['deployments:write'] as const }
const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

it('knows a program by the key that was lent to it, until it is taken back or its time is over', async () => {
  const clock = new ManualClock()
  const lent = createLentKeys(clock)
  const sha256 = createHash('sha256').update('k').digest('hex')
  const identity = createIdentity(
    { audit: { append: async () => undefined }, clock, lent },
    IdentityConfig.parse({
      tenants: ['default', 'shop'],
      api_keys: [{ name: 'dana', role: 'admin', tenant: 'default', sha256 }],
    }),
  )
  const one = lent.lend(engine, 60_000)
  const two = lent.lend(engine, 60_000)
  expect(identity.authenticate(bearer(one.key))).toEqual(engine)
  expect(identity.authenticate(bearer('k')).actor).toBe('dana')
  expect(() => identity.authenticate({ ...bearer(one.key), 'x-tenant-id': 'default' })).toThrow(/tenant/)
  one.revoke()
  expect(() => identity.authenticate(bearer(one.key))).toThrow(/API key/)
  await clock.advance(60_000)
  expect(() => identity.authenticate(bearer(two.key))).toThrow(/API key/)
})

it('lends no more keys than it keeps, and again once some are over', async () => {
  const clock = new ManualClock()
  const lent = createLentKeys(clock)
  for (let i = 0; i < 1_000; i += 1) lent.lend(engine, 1_000)
  expect(() => lent.lend(engine, 1_000)).toThrow(/1000 programs/)
  await clock.advance(1_000)
  expect(lent.principalOf(lent.lend(engine, 1_000).key)).toEqual(engine)
})
