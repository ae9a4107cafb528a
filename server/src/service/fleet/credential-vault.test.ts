import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKeyFile } from '../../adapter/folder/key-file.ts'
import { createHttpClient } from '../../adapter/http/http-client.ts'
import { createClusterApi } from '../../adapter/kubernetes/cluster-api.ts'
import { openSqliteRecordStore } from '../../adapter/kysely/record-store.ts'
import { openSqlite } from '../../adapter/kysely/sqlite-dialect.ts'
import { systemClock } from '../../kernel/clock.ts'
import type { Fault } from '../../kernel/fault.ts'
import { inputOf, openRigOver, type RigOptions, serveHttp, temporaryFolder } from './fleet-rig.suite.ts'
import {
  hasOpenssl,
  KubernetesApi,
  kubeconfigOf,
  makePki,
  type Pki,
  serviceAccountToken,
} from './kubernetes-api.suite.ts'

const openRig = (options: RigOptions = {}) =>
  openRigOver(
    {
      records: openSqliteRecordStore,
      secrets: createKeyFile,
      http: (clock) => createHttpClient({ clock }, { deny: [], keepAlive: false }),
      openApi: async ({ api_server_url, access }, http) =>
        createClusterApi(
          { http, streams: http, clock: systemClock },
          { server: api_server_url ?? '', access: () => access('API_SERVER') },
        ),
    },
    options,
  )

const day = 86_400_000
const seconds = (ms: number): number => Math.floor(ms / 1_000)

describe.skipIf(!hasOpenssl)('credentials of clusters (skipped where there is no openssl)', () => {
  let pki: Pki
  let api: KubernetesApi
  beforeAll(async () => {
    pki = makePki(3)
    api = await new KubernetesApi(pki).start()
    api.tokens.set('good-token', { mayList: true })
  })
  afterAll(() => api.stop())
  const kubeconfig = (change: object = {}): string =>
    kubeconfigOf({ server: api.url, ca: pki.ca, token: 'good-token', ...change })
  const upload = (text: string) => ({ auth_type: 'KUBECONFIG' as const, kubeconfig: text })
  async function withCluster(folder = temporaryFolder()) {
    const rig = await openRig({ folder })
    const { id } = await rig.fleet.create(
      'default',
      inputOf('paris', { api_server_url: api.url, tls: { ca: pki.ca } }),
    )
    return { ...rig, id }
  }
  const tokenFor = (endMs: number, startMs: number, name = 'aiops-collector'): string => {
    const token = serviceAccountToken(name, seconds(endMs), seconds(startMs))
    api.tokens.set(token, { mayList: true })
    return token
  }

  it('are there after a restart, and gone with their master key', async () => {
    const first = await withCluster()
    await first.fleet.putCredentials('default', first.id, upload(kubeconfig()))
    await first.close()
    const second = await openRig({ folder: first.folder })
    expect((await second.fleet.validateCredentials('default', first.id)).valid).toBe(true)
    await second.fleet.rotateKey()
    await second.close()
    const backup = readFileSync(join(first.folder, 'master-keys.json'), 'utf8')
    expect(Object.keys(JSON.parse(backup).keys)).toHaveLength(1)
    const { renameSync } = await import('node:fs')
    renameSync(join(first.folder, 'master-keys.json'), join(first.folder, 'elsewhere'))
    const third = await openRig({ folder: first.folder })
    await expect(third.fleet.validateCredentials('default', first.id)).rejects.toMatchObject({
      code: 'CREDENTIALS_INVALID',
      message: expect.stringMatching(/master key [0-9a-f]{16} is not in/),
    })
    expect((await third.fleet.refresh('default', first.id)).status).toMatchObject({
      state: 'OFFLINE',
      last_error: expect.stringContaining('cannot be decrypted'),
    })
  })

  it('open no more where their row was put into that of another cluster or tenant', async () => {
    const rig = await withCluster()
    const other = await rig.fleet.create('shop', inputOf('paris', { api_server_url: api.url }))
    for (const [tenant, id] of [
      ['default', rig.id],
      ['shop', other.id],
    ] as const)
      await rig.fleet.putCredentials(tenant, id, upload(kubeconfig()))
    await rig.close()
    const database = openSqlite(join(rig.folder, 'records.db'))
    database.exec(
      `update cluster_credential set sealed = (select sealed from cluster_credential where cluster_id = '${rig.id}')`,
    )
    database.close()
    const { fleet } = await openRig({ folder: rig.folder })
    expect((await fleet.validateCredentials('default', rig.id)).valid).toBe(true)
    await expect(fleet.validateCredentials('shop', other.id)).rejects.toMatchObject({
      code: 'CREDENTIALS_INVALID',
    })
  })

  it('warn seven days before a token or certificate ends, and are refused once it has', async () => {
    const { fleet, id, clock, folder, close } = await withCluster()
    const nowMs = clock.now()
    const token = tokenFor(nowMs + 8 * day, nowMs)
    const input = { auth_type: 'SERVICE_ACCOUNT' as const, service_account_token: token }
    expect(await fleet.putCredentials('default', id, input)).toMatchObject({
      ...{ warnings: [], expires_at: new Date(seconds(nowMs + 8 * day) * 1_000).toISOString() },
    })
    expect(fleet.get('default', id).warnings).toEqual([])
    await close()
    const soon = await openRig({ folder, startMs: nowMs + 2 * day })
    expect(soon.fleet.get('default', id).warnings).toEqual([expect.stringMatching(/expire at/)])
    await soon.close()
    const late = await openRig({ folder, startMs: nowMs + 9 * day })
    expect(late.fleet.get('default', id).warnings).toEqual([expect.stringMatching(/expired at/)])
    await expect(late.fleet.putCredentials('default', id, input)).rejects.toMatchObject({
      ...{ code: 'CREDENTIALS_INVALID', message: expect.stringContaining('expired') },
    })
    const fresh = await withCluster()
    const byCertificate = kubeconfig({ token: undefined, client: pki.client })
    expect(await fresh.fleet.putCredentials('default', fresh.id, upload(byCertificate))).toMatchObject({
      warnings: [expect.stringMatching(/expire at/)],
    })
  })

  it('of a service account are renewed by the cluster, when asked and when they are about to end', async () => {
    const { fleet, id, clock, folder, close } = await withCluster()
    const nowMs = clock.now()
    const hour = 3_600_000
    const tokenAt = tokenFor(nowMs + hour, nowMs)
    await fleet.putCredentials('default', id, {
      auth_type: 'SERVICE_ACCOUNT',
      service_account_token: tokenAt,
    })
    await expect(fleet.rotateCredentials('default', id, undefined)).rejects.toMatchObject({
      ...{
        code: 'CREDENTIALS_INVALID',
        message: expect.stringContaining('"create" on "serviceaccounts/token"'),
      },
    })
    expect((await fleet.validateCredentials('default', id)).valid).toBe(true)
    let given = 0
    let givenMs = nowMs
    api.nextToken = () => {
      given += 1
      return serviceAccountToken('aiops-collector', seconds(givenMs) + 3_600, seconds(givenMs) - given)
    }
    await fleet.rotateCredentials('default', id, undefined)
    expect(given).toBe(1)
    await close()
    const early = await openRig({ folder, startMs: nowMs + 30 * 60_000 })
    await early.clock.advance(60_000)
    await early.close()
    expect(given).toBe(1)
    givenMs = nowMs + 45 * 60_000
    const late = await openRig({ folder, startMs: givenMs })
    await late.clock.advance(60_000)
    await expect
      .poll(() => late.events.map(({ event_type }) => event_type))
      .toContain('CLUSTER_CREDENTIALS_UPDATED')
    expect(given).toBe(2)
    expect(late.fleet.get('default', id).credentials?.expires_at).toBe(
      new Date((seconds(givenMs) + 3_600) * 1_000).toISOString(),
    )
    api.nextToken = undefined
  })

  it('cannot be renewed where they are no token of a service account', async () => {
    const { fleet, id } = await withCluster()
    await expect(fleet.rotateCredentials('default', id, undefined)).rejects.toMatchObject({
      code: 'CREDENTIALS_NOT_FOUND',
    })
    await fleet.putCredentials('default', id, upload(kubeconfig()))
    await expect(fleet.rotateCredentials('default', id, undefined)).rejects.toMatchObject({
      code: 'CREDENTIALS_INVALID',
    })
    api.tokens.set('second-token', { mayList: true })
    await fleet.rotateCredentials('default', id, upload(kubeconfig({ token: 'second-token' })))
    await fleet.refresh('default', id)
    expect(api.asked.at(-1)?.authorization).toBe('Bearer second-token')
  })

  it('move to a new master key under load, and not one use of them fails', async () => {
    const rig = await openRig()
    const ids: string[] = []
    for (let i = 0; i < 20; i += 1) {
      const { id } = await rig.fleet.create('default', inputOf(`cluster-${i}`, { api_server_url: api.url }))
      await rig.fleet.putCredentials('default', id, upload(kubeconfig()))
      ids.push(id)
    }
    const sealedOf = async () =>
      new Map((await rig.records.clusters.credentials()).map((one) => [one.cluster_id, one.sealed]))
    const before = await sealedOf()
    let rotating = true
    let used = 0
    const use = async (id: string): Promise<void> => {
      while (rotating) {
        expect((await rig.fleet.validateCredentials('default', id)).valid).toBe(true)
        used += 1
      }
    }
    const write = async (id: string): Promise<void> => {
      while (rotating) await rig.fleet.putCredentials('default', id, upload(kubeconfig()))
    }
    const load = Promise.all([...ids.slice(0, 4).map(use), ...ids.slice(4, 6).map(write)])
    const keys: string[] = []
    for (let i = 0; i < 3; i += 1) {
      const first = rig.fleet.rotateKey()
      await expect(rig.fleet.rotateKey()).rejects.toMatchObject({ code: 'CONFLICT' })
      const { key_id, unreadable } = await first
      expect(unreadable).toBe(0)
      keys.push(key_id)
    }
    const usedBefore = used
    await expect.poll(() => used).toBeGreaterThan(usedBefore + 4)
    rotating = false
    await load
    const after = await sealedOf()
    for (const id of ids) {
      expect(after.get(id)?.split('.')[1]).toBe(keys.at(-1))
      expect(after.get(id)).not.toBe(before.get(id))
      expect((await rig.fleet.validateCredentials('default', id)).valid).toBe(true)
    }
    const kept = JSON.parse(readFileSync(join(rig.folder, 'master-keys.json'), 'utf8'))
    expect(Object.keys(kept.keys)).toEqual([keys.at(-1)])
  })

  it('show nowhere but at the cluster they are for: no answer, event, error, log line or file holds them', async () => {
    const canary = 'CANARY7f3a9c'
    const rig = await withCluster()
    const { fleet, id } = rig
    const prometheus = await serveHttp((_request, response) => response.end('ready'))
    await fleet.update('default', id, {
      endpoints: { prometheus_url: prometheus.url, loki_url: 'http://127.0.0.1:1' },
    })
    const said: unknown[] = []
    const tell = async (run: Promise<unknown>): Promise<void> => {
      said.push(
        await run.catch((error: Fault) => [error.message, error.details, String(error.cause), error.stack]),
      )
    }
    const token = `${canary}-token`
    api.tokens.set(token, { mayList: true })
    const good = {
      ...upload(kubeconfig({ token })),
      prometheus_token: `${canary}-prom`,
      loki_token: `${canary}-loki`,
    }
    const marked = serviceAccountToken(canary, seconds(rig.clock.now()) + 9_999)
    api.tokens.set(marked, { mayList: true })
    const bad = [
      upload(kubeconfig({ token: `${canary}-refused` })),
      upload(kubeconfig({ token: `${canary} spaced\n` })),
      upload(`${canary}: [`),
      upload(
        kubeconfig({
          token: undefined,
          user: { 'client-certificate-data': canary, 'client-key-data': canary },
        }),
      ),
      { ...upload(kubeconfig({ token })), context: 'none' },
      { ...good, tempo_token: `${canary}-tempo` },
      { auth_type: 'OIDC' as const, oidc_token: `${canary}\u0000` },
      { auth_type: 'SERVICE_ACCOUNT' as const, service_account_token: `${canary}.${canary}.${canary}` },
    ]
    for (const input of bad) await tell(fleet.putCredentials('default', id, input))
    await tell(fleet.putCredentials('default', id, good))
    for (const mood of ['hangs', 'lies', 'fails', 'redirects', 'breaks-off', 'endless', 'well'] as const) {
      api.mood = mood
      let settled = false
      const both = Promise.all([
        tell(fleet.refresh('default', id)),
        tell(fleet.validateCredentials('default', id)),
      ]).finally(() => {
        settled = true
      })
      while (!settled) {
        await new Promise((resolve) => setTimeout(resolve, 20))
        await rig.clock.advance(mood === 'hangs' ? 2_000 : 0)
      }
      await both
    }
    await tell(fleet.rotateCredentials('default', id, undefined))
    await tell(
      fleet.putCredentials('default', id, { auth_type: 'SERVICE_ACCOUNT', service_account_token: marked }),
    )
    api.nextToken = () => serviceAccountToken(`${canary}-next`, seconds(rig.clock.now()) + 9_999)
    await tell(fleet.rotateCredentials('default', id, undefined))
    api.nextToken = undefined
    await tell(fleet.putCredentials('default', id, good))
    await tell(fleet.rotateKey())
    said.push(
      fleet.get('default', id),
      fleet.status('default', id),
      fleet.summary('default'),
      fleet.health('default'),
    )
    said.push(
      fleet.capabilities('default'),
      fleet.list('default', {
        name: '',
        cluster_type: [],
        environment: [],
        region: '',
        state: [],
        label: [],
      }),
    )
    await tell(fleet.history('default', id, { startMs: 0, endMs: 1e15, limit: 100 }))
    said.push(rig.events, rig.logged, await rig.metrics.render())
    await rig.clock.advance(6_000)
    // It is stored, and it was shown to the cluster: the test can see it where it belongs.
    expect(api.asked.map(({ authorization }) => authorization)).toContain(`Bearer ${token}`)
    const encoded = [
      canary,
      Buffer.from(canary).toString('base64').slice(0, 15),
      Buffer.from(canary).toString('hex'),
    ]
    encoded.push(Buffer.from(canary).toString('base64url').slice(0, 15), marked.split('.')[1]!.slice(0, 60))
    const text = JSON.stringify(said)
    for (const form of encoded) expect(text).not.toContain(form)
    for (const name of readdirSync(rig.folder)) {
      const path = join(rig.folder, name)
      if (!statSync(path).isFile()) continue
      const bytes = readFileSync(path)
      for (const form of encoded) expect([name, bytes.includes(form)]).toEqual([name, false])
    }
    expect((await rig.records.clusters.credentials())[0]?.sealed).toMatch(/^v1\./)
  })
})
