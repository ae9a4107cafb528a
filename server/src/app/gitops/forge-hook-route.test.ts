import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { openGateway } from '../../edge/gateway/open-gateway.suite.ts'
import { systemClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { RepositoryConfig } from '../../service/gitops/repository-config.ts'
import { forgeHookRoute } from './forge-hook-route.ts'

const setting = { name: 'infra', forge: 'GITHUB', project: 'octo/shop', token_secret: 'TOKEN' }
const repositories = [
  RepositoryConfig.parse({ ...setting, hook_secret: 'HOOK' }),
  RepositoryConfig.parse({ ...setting, tenant: 'shop', hook_secret: 'HOOK' }),
  RepositoryConfig.parse({ ...setting, name: 'polled' }),
]

/** The route in a gateway that asks everybody for a key. */
async function open() {
  const told: string[] = []
  const route = forgeHookRoute({
    ...{ clock: systemClock, log: silentLog, repositories, secrets: { read: async () => 'hush' } },
    nudges: { tell: (tenant, name) => void told.push(`${tenant} ${name}`) },
  })
  const { url } = await openGateway({ keyed: true, deps: { web: [route] } })
  const send = async (path: string, body: string, { secret = 'hush', event = 'pull_request' } = {}) => {
    const answer = await fetch(`${url}/api/v1/deployments/hooks/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
        ...{ 'x-github-event': event, 'x-github-delivery': 'd1' },
      },
      body,
    })
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> }
  }
  return { told, send }
}
const body = JSON.stringify({ repository: { full_name: 'octo/shop' }, pull_request: { number: 3 } })

it('a proven hook makes its repository be looked at, without a key, and once', async () => {
  const { told, send } = await open()
  expect(await send('infra', body)).toMatchObject({ status: 202, json: { taken: true } })
  expect(await send('infra', body)).toMatchObject({ status: 202, json: { taken: false } })
  expect(await send('infra?tenant=shop', body)).toMatchObject({ status: 202, json: { taken: true } })
  expect(told).toEqual(['default infra', 'shop infra'])
})

it('a ping is taken and looks at nothing', async () => {
  const { told, send } = await open()
  expect(await send('infra', body, { event: 'ping' })).toMatchObject({ status: 202 })
  expect(told).toEqual([])
})

it('a wrong proof, a repository without a secret and one that is not there are refused alike', async () => {
  const { told, send } = await open()
  const answers = [
    await send('infra', body, { secret: 'guess' }),
    await send('polled', body),
    await send('none', body),
    await send('infra?tenant=none', body),
    await send('__proto__', body),
  ]
  for (const { status, json } of answers) {
    expect(status).toBe(401)
    expect(json).toMatchObject({ error: { code: 'UNAUTHENTICATED', message: expect.any(String) } })
  }
  expect(told).toEqual([])
})

it('a body beyond 4 MiB is refused before it is held', async () => {
  const { told, send } = await open()
  expect(await send('infra', 'x'.repeat(4 * 1_048_576 + 1))).toMatchObject({
    status: 413,
    json: { error: { code: 'BODY_TOO_LARGE' } },
  })
  expect(told).toEqual([])
})
