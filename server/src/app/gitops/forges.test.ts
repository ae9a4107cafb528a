import { expect, it } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import type { Forge } from '../../port/forge.ts'
import type { HttpRequest } from '../../port/http-client.ts'
import { RepositoryConfig } from '../../service/gitops/repository-config.ts'
import { type ForgeParts, hookReaderOf, openForge } from './forges.ts'

const asked: HttpRequest[] = []
const parts: ForgeParts = {
  http: {
    async send(request) {
      asked.push(request)
      return { status: 200, headers: {}, body: Buffer.from('{"username":"bot","login":"bot"}') }
    },
  },
  secrets: { read: async (name) => `value of ${name}` },
  clock: systemClock,
  local: undefined,
}
const entry = (values: object) =>
  RepositoryConfig.parse({ name: 'infra', project: 'a/b', token_secret: 'TOKEN', ...values })

it.each([
  ['GITLAB', '', 'https://gitlab.com/api/v4/user', 'private-token', 'value of TOKEN'],
  [
    'GITLAB',
    'https://git.example/lab/',
    'https://git.example/lab/api/v4/user',
    'private-token',
    'value of TOKEN',
  ],
  ['GITHUB', '', 'https://api.github.com/user', 'authorization', 'Bearer value of TOKEN'],
  [
    'GITHUB',
    'https://ghe.example',
    'https://ghe.example/api/v3/user',
    'authorization',
    'Bearer value of TOKEN',
  ],
  [
    'GITEA',
    'https://tea.example/x',
    'https://tea.example/x/api/v1/user',
    'authorization',
    'token value of TOKEN',
  ],
])('%s at "%s" is asked at %s with its own header', async (forge, url, address, header, value) => {
  const opened = await openForge(entry({ forge, url }), parts)
  expect(opened.kind).toBe(forge)
  expect(await opened.self()).toBe('bot')
  expect(asked.at(-1)).toMatchObject({ url: address, headers: { [header]: value } })
})

it('the local forge is handed in, and is missed where it is off', async () => {
  const local = entry({ forge: 'LOCAL', project: 'infra', tenant: 'blue', token_secret: undefined })
  await expect(openForge(local, parts)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  const opened: string[][] = []
  const forge = { kind: 'LOCAL' } as Forge
  const open = (...names: string[]) => {
    opened.push(names)
    return forge
  }
  expect(await openForge(local, { ...parts, local: open })).toBe(forge)
  expect(opened).toEqual([['blue', 'infra']])
})

it('an app of GitHub is called as it is set, since it may not ask', async () => {
  const forge = await openForge(entry({ forge: 'GITHUB', login: 'aiops[bot]' }), parts)
  expect(await forge.self()).toBe('aiops[bot]')
})

it('each forge has its own proof of a webhook', async () => {
  const readers = await Promise.all((['GITLAB', 'GITHUB', 'GITEA'] as const).map(hookReaderOf))
  expect(new Set(readers).size).toBe(3)
  expect(await hookReaderOf('LOCAL')).toBe(readers[0])
})
