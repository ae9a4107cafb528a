import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { secretStoreConformance } from '../../port/secret-store.suite.ts'
import { accountFolder, SecretApi } from './secret-api.suite.ts'
import { createSecretKeys } from './secret-keys.ts'

const account = accountFolder()
afterAll(() => rmSync(account, { recursive: true, force: true }))

function makeApi() {
  const api = new SecretApi()
  const open = (secret = 'aiops-master-keys') =>
    createSecretKeys(api, {
      server: 'https://10.0.0.1:443',
      accountFolder: account,
      secret,
      namespace: '',
    })
  return { api, secrets: api.secrets, asked: api.asked, open }
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
    const { open, api, secrets } = makeApi()
    api.status = 403
    await expect(open().seal(secret, owner)).rejects.toThrow(/may not get the Secret .* grant it with a Role/)
    api.status = 500
    await expect(open().seal(secret, owner)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    api.status = 0
    secrets.set('aiops-master-keys', { version: 7, metadata: {}, data: { 'keys.json': 'bm9uc2Vuc2U=' } })
    await expect(open().seal(secret, owner)).rejects.toThrow('holds no master keys')
  })
})
