import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { createCredentialSecrets } from '../../adapter/kubernetes/credential-secrets.ts'
import { accountFolder, SecretApi } from '../../adapter/kubernetes/secret-api.suite.ts'
import { openSqliteRecordStore } from '../../adapter/kysely/record-store.ts'
import { createLog } from '../../kernel/log.ts'
import { clusterRecord, clusterRepositoryConformance } from '../../port/cluster-repository.suite.ts'
import type { StoredCredential, StoredStatus } from '../../port/cluster-repository.ts'
import type { RecordStore } from '../../port/record-store.ts'
import { keepCredentials } from './kept-credentials.ts'

const folder = mkdtempSync(join(tmpdir(), 'aiops-kept-'))
const account = accountFolder()
afterAll(() => {
  for (const one of [folder, account]) rmSync(one, { recursive: true, force: true })
})
const logged: string[] = []
const log = createLog({ level: 'debug', destination: { write: (line) => void logged.push(line) } })
const apis = new Map<string, SecretApi>()
const apiOf = (name: string): SecretApi => {
  const api = apis.get(name) ?? new SecretApi()
  apis.set(name, api)
  return api
}
const plain = (name: string): Promise<RecordStore> => openSqliteRecordStore(join(folder, `${name}.db`))
async function open(name: string): Promise<RecordStore> {
  const records = await plain(name)
  const settings = { server: 'https://10.0.0.1:443', accountFolder: account, namespace: '' }
  const secrets = createCredentialSecrets({ http: apiOf(name), log }, settings)
  return { ...records, clusters: keepCredentials(records.clusters, secrets, log) }
}

clusterRepositoryConformance(open)

const at = '2026-01-01T00:00:00.000Z'
const status: StoredStatus = {
  ...{ state: 'UNKNOWN', health_score: 0, last_error: null, connectivity: 'DISCONNECTED' },
  ...{ api_server_healthy: false, prometheus_healthy: false, tempo_healthy: false, loki_healthy: false },
  ...{ since: at, checked_at: null, checks: [] },
}
const credentialOf = (cluster_id: string, sealed: string, stored_at = at): StoredCredential => ({
  ...{ cluster_id, tenant_id: 'default', sealed },
  summary: { auth_type: 'KUBECONFIG', stored_at, expires_at: null, tokens_for: [] },
})
async function opened(name: string): Promise<RecordStore> {
  const store = await open(name)
  onTestFinished(() => store.close())
  return store
}

describe('credentials that are kept in Secrets', () => {
  it('are nowhere in the record store', async () => {
    const { clusters } = await opened('apart')
    await clusters.insert(clusterRecord('a'), status)
    await clusters.saveCredential(credentialOf('a', 'v1.sealed'))
    const beside = await plain('apart')
    onTestFinished(() => beside.close())
    expect(JSON.stringify(await beside.clusters.credentials())).not.toContain('v1.sealed')
    expect(await clusters.credentials()).toEqual([credentialOf('a', 'v1.sealed')])
  })

  it('go with their cluster, and where they cannot go it stays', async () => {
    const { clusters } = await opened('gone')
    await clusters.insert(clusterRecord('a'), status)
    await clusters.saveCredential(credentialOf('a', 'v1.sealed'))
    apiOf('gone').status = 503
    await expect(clusters.delete('a')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    expect(await clusters.all()).toHaveLength(1)
    apiOf('gone').status = 0
    await clusters.delete('a')
    expect(apiOf('gone').secrets.size).toBe(0)
  })

  it('that an earlier start kept in the record store are moved, the newer ones where there are two', async () => {
    const before = await plain('moved')
    for (const id of ['a', 'b', 'c']) {
      await before.clusters.insert(clusterRecord(id), status)
      await before.clusters.saveCredential(credentialOf(id, `v1.before.${id}`))
    }
    await before.close()
    const { clusters } = await opened('moved')
    expect(await clusters.credentials()).toEqual(
      ['a', 'b', 'c'].map((id) => credentialOf(id, `v1.before.${id}`)),
    )
    // For a while it ran without Secrets.
    const without = await plain('moved')
    await without.clusters.saveCredential(credentialOf('a', 'v1.newer', '2026-02-01T00:00:00.000Z'))
    await without.clusters.saveCredential(credentialOf('b', 'v1.older', '2025-02-01T00:00:00.000Z'))
    await without.close()
    const all = [
      credentialOf('a', 'v1.newer', '2026-02-01T00:00:00.000Z'),
      ...['b', 'c'].map((id) => credentialOf(id, `v1.before.${id}`)),
    ]
    expect(await clusters.credentials()).toEqual(all)
    expect(await clusters.credentials()).toEqual(all)
    expect(apiOf('moved').secrets.size).toBe(3)
  })

  it('of clusters that are not registered here are told of and left alone', async () => {
    const { clusters } = await opened('strange')
    await clusters.insert(clusterRecord('a'), status)
    await clusters.saveCredential(credentialOf('a', 'v1.sealed'))
    apis.set('empty', apiOf('strange'))
    const other = await opened('empty')
    logged.length = 0
    expect(await other.clusters.credentials()).toEqual([])
    expect(logged.join('')).toContain('cluster-creds-a')
    expect(await clusters.credentials()).toHaveLength(1)
  })

  it('whose Secret is gone are named, and the cluster has none', async () => {
    const { clusters } = await opened('lost')
    await clusters.insert(clusterRecord('a'), status)
    await clusters.saveCredential(credentialOf('a', 'v1.sealed'))
    apiOf('lost').secrets.clear()
    logged.length = 0
    expect(await clusters.credentials()).toEqual([])
    expect(logged.join('')).toContain('upload them again')
  })

  it('need no permission before there are any, and a start that needs it says which one is missing', async () => {
    const { clusters } = await opened('refused')
    for (const id of ['a', 'b']) await clusters.insert(clusterRecord(id), status)
    apiOf('refused').status = 403
    const missing = { code: 'CONFIG_INVALID' }
    await expect(clusters.saveCredential(credentialOf('a', 'v1.sealed'))).rejects.toMatchObject(missing)
    logged.length = 0
    expect(await clusters.credentials()).toEqual([])
    expect(logged.join('')).toContain('aiops cluster rbac --of-platform')
    await clusters.delete('b')
    apiOf('refused').status = 0
    await clusters.saveCredential(credentialOf('a', 'v1.sealed'))
    apiOf('refused').status = 403
    await expect(clusters.credentials()).rejects.toThrow('may not list the Secrets of its namespace')
    await expect(clusters.delete('a')).rejects.toMatchObject(missing)
    expect(await clusters.all()).toHaveLength(1)
  })
})
