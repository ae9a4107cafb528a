import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { Fault, isFault } from '../../kernel/fault.ts'
import type { TerraformStates } from '../../port/terraform-states.ts'
import { basicPassword, terraformStateRoutes } from './index.ts'

const caller = { actor: 'ci', tenant: 'default', permissions: ['deployments:write'] as const }
const prod = '/api/v4/projects/shop%2Finfra/terraform/state/prod'
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })

/** Routes over states that answer what the test says. */
function open(states: Partial<TerraformStates>) {
  const routes = terraformStateRoutes({ states: states as TerraformStates, sizeBytesMax: 1_000 })
  return async (method: string, path: string, body?: string, headers: Record<string, string> = {}) => {
    const pattern = (route: string) => new RegExp(`^${route.replaceAll(/\{\w+\}/g, '[^/]+')}$`)
    const route = routes.find(
      (one) =>
        one.methods.some((known) => known === method) && pattern(one.path).test(path.split('?')[0] ?? ''),
    )
    const request = new Request(`http://localhost${path}`, { method, headers, ...(body ? { body } : {}) })
    return route!.handle(request, caller)
  }
}

it('takes the key as the password of basic authentication, whatever the user', () => {
  expect(basicPassword(basic('anybody:key:with:colons'))).toBe('key:with:colons')
  expect(basicPassword(basic('no-colon'))).toBeUndefined()
  expect(basicPassword({ authorization: 'Bearer x' })).toBeUndefined()
  expect(basicPassword({})).toBeUndefined()
  for (const route of terraformStateRoutes({ states: {} as TerraformStates, sizeBytesMax: 1 })) {
    expect(route.permission).toBe('deployments:write')
    expect(route.credential?.(basic('x:y'))).toBe('y')
  }
})

it('answers a state with its checksum, and 404 where there is none', async () => {
  const body = Buffer.from('{"serial":1}')
  const seen: unknown[] = []
  const ask = open({
    read: async (key) => {
      seen.push(key)
      return key.name === 'prod' ? ({ body } as Awaited<ReturnType<TerraformStates['read']>>) : undefined
    },
  })
  const answer = await ask('GET', prod)
  expect([answer.status, await answer.text()]).toEqual([200, '{"serial":1}'])
  expect(answer.headers.get('content-md5')).toBe(createHash('md5').update(body).digest('base64'))
  expect((await ask('GET', prod.replace('/prod', '/none'))).status).toBe(404)
  expect(seen[0]).toEqual({ tenant: 'default', project: 'shop/infra', name: 'prod' })
})

it('refuses a body that is not what its checksum says, before anything is stored', async () => {
  const ask = open({ write: async () => expect.fail('it was stored') })
  const fault = await ask('POST', prod, '{"serial":1}', { 'content-md5': 'AAAA' }).catch((error) => error)
  expect(isFault(fault) && fault.code).toBe('INVALID_REQUEST')
})

it('answers 423 with the information of whose lock it is', async () => {
  const held = { held: { id: 'a', info: '{"ID":"a","Who":"dana"}', lockedMs: 1, lockedBy: 'dana' } }
  const ask = open({ lock: async () => held, write: async () => held, unlock: async () => held })
  for (const [method, path] of [
    ['POST', `${prod}/lock`],
    ['DELETE', `${prod}/lock`],
    ['POST', `${prod}?ID=b`],
  ] as const) {
    const answer = await ask(method, path, '{"ID":"b"}')
    expect([answer.status, await answer.json()]).toEqual([423, { ID: 'a', Who: 'dana' }])
  }
})

it('refuses names that are none', async () => {
  const ask = open({ read: async () => undefined })
  for (const path of ['%00', '%E0%A4%A', 'x'.repeat(201), 'a%3Bb']) {
    const fault = await ask('GET', prod.replace('/prod', `/${path}`)).catch((error) => error)
    expect(fault).toBeInstanceOf(Fault)
    expect(fault.code).toBe('INVALID_REQUEST')
  }
})
