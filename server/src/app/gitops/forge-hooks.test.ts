import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import { RepositoryConfig } from '../../service/gitops/repository-config.ts'
import { createForgeHooks } from './forge-hooks.ts'

const setting = RepositoryConfig.parse({
  ...{ name: 'infra', forge: 'GITHUB', project: 'Octo/shop', token_secret: 'TOKEN', hook_secret: 'HOOK' },
})
const open = () =>
  createForgeHooks({ secrets: { read: async (name) => `value of ${name}\n` }, clock: systemClock })
const hook = (fields: object = {}, delivery = 'd1', secret = 'value of HOOK') => {
  const body = Buffer.from(
    JSON.stringify({ repository: { full_name: 'octo/shop' }, pull_request: { number: 3 }, ...fields }),
  )
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
  return {
    body,
    headers: {
      'x-hub-signature-256': signature,
      'x-github-event': 'pull_request',
      'x-github-delivery': delivery,
    },
  }
}

it('a proven hook is read once, whatever its delivery calls itself', async () => {
  const hooks = open()
  expect(await hooks.read(setting, hook())).toMatchObject({ kind: 'MERGE_REQUEST', number: 3 })
  expect(await hooks.read(setting, hook())).toBeUndefined()
  expect(await hooks.read(setting, hook({}, 'd2'))).toBeUndefined()
  expect(await hooks.read(setting, hook({ action: 'closed' }, 'd3'))).toBeDefined()
})

it('the memory of one repository is not that of another', async () => {
  const hooks = open()
  await hooks.read(setting, hook())
  expect(await hooks.read({ ...setting, tenant: 'blue' }, hook())).toBeDefined()
})

it.each([
  ['another secret', hook({}, 'd1', 'guess'), 'UNAUTHENTICATED'],
  ['no proof', { ...hook(), headers: {} }, 'UNAUTHENTICATED'],
  ['another project', hook({ repository: { full_name: 'mallory/shop' } }), 'INVALID_REQUEST'],
  ['no project', hook({ repository: {} }), 'INVALID_REQUEST'],
])('a hook with %s is refused', async (_, request, code) => {
  await expect(open().read(setting, request)).rejects.toMatchObject({ code })
})

it('a repository without a secret takes no hooks', async () => {
  await expect(open().read({ ...setting, hook_secret: undefined }, hook())).rejects.toMatchObject({
    code: 'PERMISSION_DENIED',
  })
})
