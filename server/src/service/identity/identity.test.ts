import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { ManualClock } from '../../kernel/clock.ts'
import { IdentityConfig } from './config.ts'
import { createIdentity } from './identity.ts'

const audit = { append: async () => undefined }
const sha256 = (key: string): string => createHash('sha256').update(key).digest('hex')
const open = (config: object = {}) =>
  createIdentity({ audit, clock: new ManualClock() }, IdentityConfig.parse(config))
const keyed = () =>
  open({
    tenants: ['default', 'shop'],
    api_keys: [
      { name: 'anna', sha256: sha256('secret-a'), role: 'operator' },
      { name: 'collector', sha256: sha256('secret-c'), role: 'sender', tenant: 'shop' },
    ],
  })

it('takes whoever reaches a server without keys as the local admin of the default tenant', () => {
  expect(open().authenticate({})).toMatchObject({ actor: 'local', tenant: 'default' })
})

it('refuses a tenant that does not exist, by either header', () => {
  for (const name of ['x-tenant-id', 'x-scope-orgid']) {
    expect(() => open().authenticate({ [name]: 'nobody' })).toThrowError(
      expect.objectContaining({ code: 'TENANT_UNKNOWN' }),
    )
  }
})

it('knows a caller by key, and refuses none, a wrong one, and one of another tenant', () => {
  const identity = keyed()
  expect(identity.authenticate({ authorization: 'Bearer secret-c' })).toMatchObject({
    actor: 'collector',
    tenant: 'shop',
  })
  for (const authorization of [undefined, 'Bearer wrong', 'Basic secret-a', 'Bearer ']) {
    expect(() => identity.authenticate({ authorization })).toThrowError(
      expect.objectContaining({ code: 'UNAUTHENTICATED' }),
    )
  }
  expect(() =>
    identity.authenticate({ authorization: 'Bearer secret-c', 'x-tenant-id': 'default' }),
  ).toThrowError(expect.objectContaining({ code: 'PERMISSION_DENIED' }))
})

it('lets an operator propose a runbook but not approve it, and a sender only send', () => {
  const identity = keyed()
  const operator = identity.authenticate({ authorization: 'Bearer secret-a' })
  expect(() => identity.authorize(operator, 'runbooks:execute')).not.toThrow()
  expect(() => identity.authorize(operator, 'runbooks:approve')).toThrowError(
    expect.objectContaining({ code: 'PERMISSION_DENIED' }),
  )
  const sender = identity.authenticate({ authorization: 'Bearer secret-c' })
  expect(() => identity.authorize(sender, 'incidents:read')).toThrow()
  expect(() => identity.authorize(sender, null)).not.toThrow()
})
