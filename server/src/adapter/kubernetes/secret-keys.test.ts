import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { HttpClient, HttpRequest } from '../../port/http-client.ts'
import { secretStoreConformance } from '../../port/secret-store.suite.ts'
import { createSecretKeys } from './secret-keys.ts'

const accountFolder = mkdtempSync(join(tmpdir(), 'aiops-account-'))
afterAll(() => rmSync(accountFolder, { recursive: true, force: true }))
for (const [name, text] of [
  ...[
    ['token', 'token-1\n'],
    ['ca.crt', 'PEM'],
    ['namespace', 'aiops-nextgen'],
  ],
] as const)
  writeFileSync(join(accountFolder, name as string), text as string)

type Stored = { version: number; data: Record<string, string> }
/** The Secrets of an API server, with its rule that a change names the version that it is of. */
function makeApi() {
  const secrets = new Map<string, Stored>()
  const asked: HttpRequest[] = []
  const state = { status: 0 }
  const http: HttpClient = {
    async send(request) {
      asked.push(request)
      const answer = (status: number, body: object = {}) => ({
        ...{ status, headers: {}, body: Buffer.from(JSON.stringify(body)) },
      })
      if (state.status !== 0) return answer(state.status)
      const name = /\/secrets\/([^/]+)$/.exec(request.url)?.[1]
      const given = request.body ? JSON.parse(Buffer.from(request.body).toString()) : undefined
      const key = name ?? given.metadata.name
      const known = secrets.get(key)
      if (request.method === 'GET' && !known) return answer(404)
      if (request.method === 'POST' && known) return answer(409)
      if (request.method === 'PUT' && given.metadata.resourceVersion !== String(known?.version))
        return answer(409)
      const next =
        request.method === 'GET' ? known! : { version: (known?.version ?? 0) + 1, data: given.data }
      secrets.set(key, next)
      const metadata = { resourceVersion: String(next.version) }
      return answer(request.method === 'POST' ? 201 : 200, { metadata, data: next.data })
    },
  }
  const open = (secret = 'aiops-master-keys') =>
    createSecretKeys(http, { server: 'https://10.0.0.1:443', accountFolder, secret, namespace: '' })
  return { secrets, asked, state, open }
}

const shared = makeApi()
secretStoreConformance(async (name) => shared.open(name))

describe('master keys in a Secret', () => {
  const owner = { tenant: 'default', id: 'c1' }
  const secret = Buffer.from('token-of-the-cluster')

  it('are asked for as the service account of the pod, in its namespace', async () => {
    const { open, asked } = makeApi()
    await open().seal(secret, owner)
    expect(asked[0]).toMatchObject({
      ...{
        method: 'GET',
        url: 'https://10.0.0.1:443/api/v1/namespaces/aiops-nextgen/secrets/aiops-master-keys',
      },
      ...{ headers: { authorization: 'Bearer token-1' }, tls: { ca: 'PEM' } },
    })
    expect(JSON.stringify(asked)).not.toContain('token-of-the-cluster')
  })

  it('are the same for all processes, though they begin at once', async () => {
    const { open, secrets } = makeApi()
    const processes = Array.from({ length: 8 }, () => open())
    const sealed = await Promise.all(processes.map((one) => one.seal(secret, owner)))
    for (const one of processes)
      for (const text of sealed) expect((await one.open(text, owner)).toString()).toBe('token-of-the-cluster')
    expect(secrets.get('aiops-master-keys')?.version).toBe(1)
  })

  it('that one process renewed are met by the others', async () => {
    const { open } = makeApi()
    const [one, other] = [open(), open()]
    const before = await one.seal(secret, owner)
    await other.open(before, owner)
    await one.renew()
    const after = await one.rewrap(before, owner)
    await one.retire()
    expect((await other.open(after, owner)).toString()).toBe('token-of-the-cluster')
  })

  it('that are not to be had say why, and what to do', async () => {
    const { open, state, secrets } = makeApi()
    state.status = 403
    await expect(open().seal(secret, owner)).rejects.toThrow(/may not get the Secret .* grant it with a Role/)
    state.status = 500
    await expect(open().seal(secret, owner)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    state.status = 0
    secrets.set('aiops-master-keys', { version: 7, data: { 'keys.json': 'bm9uc2Vuc2U=' } })
    await expect(open().seal(secret, owner)).rejects.toThrow('holds no master keys')
  })
})
