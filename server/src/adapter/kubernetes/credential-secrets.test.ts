import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { createLog } from '../../kernel/log.ts'
import type { StoredCredential } from '../../port/cluster-repository.ts'
import { createCredentialSecrets } from './credential-secrets.ts'
import { accountFolder, SecretApi } from './secret-api.suite.ts'

const account = accountFolder()
afterAll(() => rmSync(account, { recursive: true, force: true }))

function open() {
  const api = new SecretApi()
  const logged: string[] = []
  const log = createLog({ level: 'debug', destination: { write: (line) => void logged.push(line) } })
  const settings = { server: 'https://10.0.0.1:443', accountFolder: account, namespace: '' }
  const store = createCredentialSecrets({ http: api, log }, settings)
  return { api, logged, store }
}
const credentialOf = (cluster_id: string, sealed = `v1.key.wrapped.${cluster_id}`): StoredCredential => ({
  ...{ cluster_id, tenant_id: 'shop', sealed },
  summary: {
    ...{ auth_type: 'KUBECONFIG', stored_at: '2026-01-01T00:00:00.000Z', expires_at: null },
    tokens_for: ['PROMETHEUS'],
  },
})

describe('credentials in Secrets', () => {
  it('of a cluster lie in one of its own, found by its label, sealed', async () => {
    const { api, store } = open()
    await store.saveCredential(credentialOf('c1'))
    const { metadata, data } = api.secrets.get('cluster-creds-c1')!
    expect(metadata).toMatchObject({
      namespace: 'aiops-nextgen',
      labels: { 'app.kubernetes.io/component': 'cluster-registry', 'aiops.io/cluster-id': 'c1' },
    })
    expect(Buffer.from(data.envelope ?? '', 'base64').toString()).toBe('v1.key.wrapped.c1')
    expect(api.asked.at(-1)).toMatchObject({
      url: 'https://10.0.0.1:443/api/v1/namespaces/aiops-nextgen/secrets',
      ...{ headers: { authorization: 'Bearer token-1' }, tls: { ca: 'PEM' } },
    })
  })

  it('are read as they were stored, however many there are', async () => {
    const { store } = open()
    const all = Array.from({ length: 250 }, (_, n) => credentialOf(`c${String(n).padStart(3, '0')}`))
    for (const one of all) await store.saveCredential(one)
    expect(await store.credentials()).toEqual(all)
    await store.deleteCredential('c000')
    await store.deleteCredential('c000')
    expect(await store.credentials()).toEqual(all.slice(1))
  })

  it('are replaced, though another process writes them at the same moment', async () => {
    const { api, store } = open()
    await store.saveCredential(credentialOf('c1', 'one'))
    let quicker = 2
    api.beforeChange = (name) => {
      const stored = api.secrets.get(name)!
      if (quicker-- > 0) api.secrets.set(name, { ...stored, version: stored.version + 1 })
    }
    await store.saveCredential(credentialOf('c1', 'two'))
    expect(await store.credentials()).toEqual([credentialOf('c1', 'two')])
  })

  it('move to another master key only where they are still the ones that were read', async () => {
    const { api, store } = open()
    await store.saveCredential(credentialOf('c1', 'one'))
    expect(await store.replaceSealed('c1', 'other', 'three')).toBe(false)
    expect(await store.replaceSealed('c2', 'one', 'three')).toBe(false)
    api.beforeChange = (name) => {
      const stored = api.secrets.get(name)!
      api.secrets.set(name, { ...stored, version: stored.version + 1 })
    }
    expect(await store.replaceSealed('c1', 'one', 'three')).toBe(false)
    api.beforeChange = () => {}
    expect(await store.replaceSealed('c1', 'one', 'three')).toBe(true)
    expect(await store.credentials()).toEqual([credentialOf('c1', 'three')])
  })

  it('that somebody changed by hand are passed over and named, and the others are read', async () => {
    const { api, logged, store } = open()
    for (const id of ['c1', 'c2']) await store.saveCredential(credentialOf(id))
    const changed = api.secrets.get('cluster-creds-c1')!
    api.secrets.set('cluster-creds-c1', { ...changed, data: { envelope: changed.data.envelope ?? '' } })
    expect(await store.credentials()).toEqual([credentialOf('c2')])
    expect(logged.join('')).toContain('cluster-creds-c1')
  })

  it('larger than a Secret may be are refused with what to do', async () => {
    const { api, store } = open()
    await expect(store.saveCredential(credentialOf('c1', 'x'.repeat(1_048_576)))).rejects.toMatchObject({
      code: 'CREDENTIALS_INVALID',
      message: expect.stringContaining('leave the contexts of other clusters out'),
    })
    expect(api.secrets.size).toBe(0)
  })

  it('that may not be had say which permission is missing, and who prints it', async () => {
    const { api, store } = open()
    api.status = 403
    await expect(store.credentials()).rejects.toThrow(
      'may not list the Secrets of its namespace; grant it with a Role: aiops cluster rbac --of-platform',
    )
    await expect(store.saveCredential(credentialOf('c1'))).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    api.status = 503
    await expect(store.deleteCredential('c1')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  })
})
