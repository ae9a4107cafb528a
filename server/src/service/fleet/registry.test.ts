import type { ClusterCheck } from '@aiops/contract/model/cluster'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKeyFile } from '../../adapter/folder/key-file.ts'
import { createHttpClient } from '../../adapter/http/http-client.ts'
import { createClusterApi } from '../../adapter/kubernetes/cluster-api.ts'
import { openSqliteRecordStore } from '../../adapter/kysely/record-store.ts'
import { systemClock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { FileCluster } from './file-cluster.ts'
import {
  inputOf,
  openRigOver,
  type Rig,
  type RigOptions,
  serveHttp,
  temporaryFolder,
  until,
} from './fleet-rig.suite.ts'
import { hasOpenssl, KubernetesApi, kubeconfigOf, makePki, type Pki } from './kubernetes-api.suite.ts'

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

const everything = { name: '', cluster_type: [], environment: [], region: '', state: [], label: [] }
const typesOf = ({ events }: Rig): string[] => events.map(({ event_type }) => event_type)
const checkOf = (checks: ClusterCheck[], target: string): ClusterCheck | undefined =>
  checks.find((check) => check.target === target)

describe('the cluster registry', () => {
  it('registers a cluster that nothing is known of, and says so', async () => {
    const { fleet, events } = await openRig()
    const made = await fleet.create('default', inputOf('paris'))
    expect(made).toMatchObject({
      ...{ name: 'paris', cluster_type: 'SPOKE', environment: 'DEVELOPMENT', source: 'API' },
      ...{ capabilities: null, platform_version: null, last_seen_at: null, credentials: null, warnings: [] },
      status: {
        state: 'UNKNOWN',
        health_score: 0,
        connectivity: 'DISCONNECTED',
        checked_at: null,
        stale: false,
      },
    })
    expect(events).toMatchObject([
      { event_type: 'CLUSTER_REGISTERED', cluster_id: made.id, payload: { name: 'paris' } },
    ])
    expect(fleet.getByName('default', 'paris').id).toBe(made.id)
    expect(() => fleet.get('shop', made.id)).toThrow(expect.objectContaining({ code: 'CLUSTER_NOT_FOUND' }))
  })

  it('refuses names that are none, or taken, by create and by change', async () => {
    const { fleet } = await openRig()
    await fleet.create('default', inputOf('paris'))
    const lima = await fleet.create('default', inputOf('lima'))
    const code = (promise: Promise<unknown>) =>
      promise.then(
        () => 'done',
        (error: Fault) => error.code,
      )
    for (const name of ['ab', 'Paris', 'a_b', '-ab', 'ab-', 'x'.repeat(64), 'été'])
      expect(await code(fleet.create('default', inputOf(name)))).toBe('INVALID_CLUSTER_NAME')
    expect(await code(fleet.create('default', inputOf('a'.repeat(63))))).toBe('done')
    expect(await code(fleet.create('default', inputOf('paris')))).toBe('CLUSTER_ALREADY_EXISTS')
    expect(await code(fleet.create('default', inputOf('local')))).toBe('CLUSTER_ALREADY_EXISTS')
    expect(await code(fleet.update('default', lima.id, { name: 'paris' }))).toBe('CLUSTER_ALREADY_EXISTS')
    expect(await code(fleet.update('default', lima.id, { name: 'lima', region: 'pe' }))).toBe('done')
    expect(await code(fleet.create('shop', inputOf('paris')))).toBe('done')
    const twice = await Promise.all([1, 2].map(() => code(fleet.create('default', inputOf('rome')))))
    expect(twice.sort()).toEqual(['CLUSTER_ALREADY_EXISTS', 'done'])
  })

  it('changes what is given, leaves the rest, and is there again after a restart', async () => {
    const folder = temporaryFolder()
    const first = await openRig({ folder })
    const made = await first.fleet.create('default', inputOf('paris', { labels: { a: '1' }, region: 'eu' }))
    await first.clock.advance(5)
    const changed = await first.fleet.update('default', made.id, {
      environment: 'PRODUCTION',
      labels: { b: '2' },
    })
    expect(changed).toMatchObject({ environment: 'PRODUCTION', labels: { b: '2' }, region: 'eu' })
    expect(changed.updated_at > made.updated_at).toBe(true)
    const gone = await first.fleet.create('default', inputOf('gone'))
    await first.fleet.remove('default', gone.id)
    expect(typesOf(first).filter((type) => type !== 'CLUSTER_STATUS_CHANGED')).toEqual([
      ...['CLUSTER_REGISTERED', 'CLUSTER_UPDATED', 'CLUSTER_REGISTERED', 'CLUSTER_DELETED'],
    ])
    await first.close()
    const { fleet } = await openRig({ folder })
    expect(fleet.list('default', everything).map(({ name, labels }) => [name, labels])).toEqual([
      ['paris', { b: '2' }],
    ])
  })

  it('filters by every field, and by all conditions at once', async () => {
    const { fleet } = await openRig()
    const make = (name: string, change: object) => fleet.create('default', inputOf(name, change))
    await make('edge-paris', { cluster_type: 'EDGE', region: 'eu', labels: { team: 'a', x: 'b=c' } })
    await make('edge-lima', {
      cluster_type: 'EDGE',
      environment: 'PRODUCTION',
      region: 'sa',
      labels: { team: 'a' },
    })
    await make('hub', { cluster_type: 'HUB', display_name: 'Hub of Paris' })
    const names = (filter: object) =>
      fleet.list('default', { ...everything, ...filter }).map(({ name }) => name)
    expect(names({})).toEqual(['edge-lima', 'edge-paris', 'hub'])
    expect(names({ name: 'PARIS' })).toEqual(['edge-paris', 'hub'])
    expect(names({ cluster_type: ['EDGE'], environment: ['PRODUCTION'] })).toEqual(['edge-lima'])
    expect(names({ region: 'eu' })).toEqual(['edge-paris'])
    expect(names({ label: ['team=a', 'x=b=c'] })).toEqual(['edge-paris'])
    expect(names({ label: ['constructor=x'] })).toEqual([])
    expect(names({ state: ['ONLINE'] })).toEqual([])
    expect(names({ has_gpu: true })).toEqual([])
    expect(names({ has_cnf: false })).toHaveLength(3)
  })

  it('asks the backends of a cluster without credentials, and leaves its API server alone', async () => {
    const paths: string[] = []
    let ready = 200
    const prometheus = await serveHttp((request, response) => {
      paths.push(request.url ?? '')
      response.writeHead(ready).end()
    })
    const loki = await serveHttp((request, response) =>
      response.writeHead(request.url === '/loki/api/v1/labels' ? 200 : 404).end(),
    )
    const rig = await openRig()
    const endpoints = { prometheus_url: `${prometheus.url}/prom/`, loki_url: loki.url }
    const { id } = await rig.fleet.create('default', inputOf('edge', { endpoints }))
    const online = await rig.fleet.refresh('default', id)
    expect(paths).toEqual(['/prom/-/ready'])
    expect(online).toMatchObject({
      status: { state: 'ONLINE', health_score: 100, connectivity: 'CONNECTED', loki_healthy: true },
      last_seen_at: expect.any(String),
    })
    expect(checkOf(online.status.checks, 'API_SERVER')).toMatchObject({
      result: 'NOT_CHECKED',
      message: expect.stringContaining('No credentials are stored'),
    })
    await rig.clock.advance(1)
    ready = 503
    const degraded = await rig.fleet.refresh('default', id)
    expect(degraded.status).toMatchObject({
      ...{
        state: 'DEGRADED',
        health_score: 80,
        last_error: 'Prometheus: It says that it is not ready (503).',
      },
    })
    const changes = rig.events.filter(({ event_type }) => event_type === 'CLUSTER_STATUS_CHANGED')
    expect(changes.map(({ payload }) => payload)).toEqual([
      {
        ...{ cluster_id: id, old_state: 'UNKNOWN', new_state: 'ONLINE', health_score: 100 },
        reason: 'Everything that is checked answers.',
      },
      {
        ...{ cluster_id: id, old_state: 'ONLINE', new_state: 'DEGRADED', health_score: 80 },
        reason: expect.stringContaining('not ready'),
      },
    ])
    expect(rig.fleet.resting('default', id, 'metrics')).toMatch(/DEGRADED.*PROMETHEUS fails/)
    expect(rig.fleet.resting('default', id, 'logs')).toBeUndefined()
    await rig.clock.advance(1)
    await prometheus.stop()
    await loki.stop()
    await rig.fleet.refresh('default', id)
    expect(rig.fleet.resting('default', id, 'logs')).toMatch(/OFFLINE since .*nothing listens there/)
    const history = await rig.fleet.history('default', id, { startMs: 0, endMs: 1e15, limit: 10 })
    expect(history.map(({ state }) => state)).toEqual(['OFFLINE', 'DEGRADED', 'ONLINE'])
    expect(rig.fleet.health('default').clusters).toMatchObject([{ cluster_id: id, state: 'OFFLINE' }])
    expect(rig.fleet.summary('default')).toMatchObject({ total_clusters: 1, by_state: { OFFLINE: 1 } })
  })

  it('says that a status is stale once checks stay away, and then leaves nobody out for it', async () => {
    const folder = temporaryFolder()
    const first = await openRig({ folder })
    const endpoints = { prometheus_url: 'http://127.0.0.1:1' }
    const { id } = await first.fleet.create('default', inputOf('lost', { endpoints }))
    await first.fleet.refresh('default', id)
    expect(first.fleet.resting('default', id, 'metrics')).toMatch(/OFFLINE/)
    await first.close()
    const later = await openRig({ folder, startMs: Date.now() + 600_000 })
    expect(later.fleet.status('default', id)).toMatchObject({ state: 'OFFLINE', stale: true })
    expect(later.fleet.resting('default', id, 'metrics')).toBeUndefined()
  })

  it('shows and checks clusters of documents, and lets only the document change them', async () => {
    const prometheus = await serveHttp((_request, response) => response.end('ready'))
    const document: FileCluster = {
      ...{ id: 'edge-1', tenant: undefined, name: 'edge-1', display_name: null, api_server_url: null },
      ...{ cluster_type: 'EDGE', platform: 'KUBERNETES', region: null, environment: 'LAB', labels: {} },
      endpoints: { prometheus_url: prometheus.url },
      access: async () => ({ headers: { authorization: 'Bearer of-the-document' } }),
    }
    let documents = [document]
    const rig = await openRig({ deps: { documented: () => documents, tenants: ['default', 'shop'] } })
    expect(await rig.fleet.refresh('shop', 'edge-1')).toMatchObject({
      source: 'FILE',
      status: { state: 'ONLINE' },
    })
    const conflict = { code: 'CONFLICT' }
    await expect(rig.fleet.update('shop', 'edge-1', { region: 'eu' })).rejects.toMatchObject(conflict)
    await expect(rig.fleet.remove('shop', 'edge-1')).rejects.toMatchObject(conflict)
    await expect(
      rig.fleet.putCredentials('shop', 'edge-1', { auth_type: 'OIDC', oidc_token: 'x' }),
    ).rejects.toMatchObject(conflict)
    await expect(rig.fleet.create('shop', inputOf('edge-1'))).rejects.toMatchObject({
      code: 'CLUSTER_ALREADY_EXISTS',
    })
    expect(rig.fleet.backends('shop')).toEqual([])
    documents = [{ ...document, region: 'eu' }]
    await rig.clock.advance(15_000)
    expect(rig.fleet.get('shop', 'edge-1')).toMatchObject({ region: 'eu', status: { state: 'ONLINE' } })
    documents = []
    await rig.clock.advance(15_000)
    expect(() => rig.fleet.get('shop', 'edge-1')).toThrow(Fault)
  })
})

describe.skipIf(!hasOpenssl)('a cluster with an API server (skipped where there is no openssl)', () => {
  let pki: Pki
  let api: KubernetesApi
  beforeAll(async () => {
    pki = makePki()
    api = await new KubernetesApi(pki).start()
    api.tokens.set('good-token', { mayList: true })
    api.tokens.set('poor-token', { mayList: false })
  })
  afterAll(() => api.stop())

  async function withCluster(change: object = {}) {
    const rig = await openRig()
    const { id } = await rig.fleet.create('default', inputOf('paris', { api_server_url: api.url, ...change }))
    const put = (kubeconfig: string) =>
      rig.fleet.putCredentials('default', id, { auth_type: 'KUBECONFIG', kubeconfig })
    const state = async () => (await rig.fleet.refresh('default', id)).status
    return { ...rig, rig, id, put, state }
  }

  it('is online with a kubeconfig by token or by certificate, and its version is found out', async () => {
    for (const identity of [{ token: 'good-token' }, { client: pki.client }]) {
      const { fleet, rig, id, put, state } = await withCluster()
      const stored = await put(kubeconfigOf({ server: api.url, ca: pki.ca, ...identity }))
      expect(stored).toMatchObject({ status: 'stored', validation: { api_server: true, prometheus: null } })
      expect(stored.expires_at === null).toBe('token' in identity)
      expect(await state()).toMatchObject({ state: 'ONLINE', health_score: 100, api_server_healthy: true })
      await until(() => typesOf(rig).includes('CLUSTER_CAPABILITIES_CHANGED'))
      expect(fleet.get('default', id)).toMatchObject({
        ...{ platform_version: '1.31.2+k3s1', capabilities: { has_prometheus: false, has_gpu_nodes: false } },
        credentials: { auth_type: 'KUBECONFIG' },
      })
      expect(typesOf(rig)).toContain('CLUSTER_CREDENTIALS_UPDATED')
      expect(fleet.capabilities('default').known_clusters).toBe(1)
    }
  })

  it('explains each way in which credentials or addresses are wrong, and stores nothing', async () => {
    const { fleet, id, put } = await withCluster()
    const said = (run: Promise<unknown>) =>
      run.then(
        () => 'stored',
        (error: Fault) => `${error.code}: ${error.message}`,
      )
    const config = (change: object) =>
      kubeconfigOf({ server: api.url, ca: pki.ca, token: 'good-token', ...change })
    expect(await said(put(config({ token: 'wrong-token' })))).toMatch(
      /^CREDENTIALS_INVALID.*401.*expired or revoked/,
    )
    expect(await said(put(config({ token: 'poor-token' })))).toMatch(
      /^CREDENTIALS_INVALID.*403.*"list" on "namespaces"/,
    )
    expect(await said(put(config({ ca: undefined })))).toMatch(
      /^CLUSTER_UNREACHABLE.*authority that is trusted/,
    )
    expect(await said(put(config({ ca: makePki().ca })))).toMatch(/^CLUSTER_UNREACHABLE.*(authority|TLS)/)
    expect(await said(put(config({ server: 'https://127.0.0.1:2' })))).toMatch(
      /^CREDENTIALS_INVALID.*is for https:\/\/127.0.0.1:2/,
    )
    expect(await said(put(config({ user: { exec: {} } })))).toMatch(/^CREDENTIALS_INVALID.*exec/)
    api.mood = 'lies'
    expect(await said(put(config({})))).toMatch(/^CLUSTER_UNREACHABLE.*no list of namespaces/)
    for (const mood of ['fails', 'redirects', 'breaks-off', 'endless'] as const) {
      api.mood = mood
      expect(await said(put(config({})))).toMatch(/^CLUSTER_UNREACHABLE/)
    }
    api.mood = 'well'
    expect(fleet.get('default', id).credentials).toBeNull()
    await expect(fleet.validateCredentials('default', id)).rejects.toMatchObject({
      code: 'CREDENTIALS_NOT_FOUND',
    })
    expect(await said(put(config({})))).toBe('stored')
    expect(await fleet.validateCredentials('default', id)).toMatchObject({ valid: true })
  })

  it('refuses metadata addresses, whoever names them', async () => {
    const rig = await openRig()
    const { id } = await rig.fleet.create(
      'default',
      inputOf('evil', {
        api_server_url: 'https://169.254.169.254',
        endpoints: { prometheus_url: 'http://[::ffff:169.254.169.254]' },
      }),
    )
    const { status } = await rig.fleet.refresh('default', id)
    expect(status).toMatchObject({ state: 'OFFLINE', last_error: expect.stringContaining('are refused') })
  })

  it('sends credentials nowhere but to the address and under the TLS settings they were tried with', async () => {
    const { fleet, id, put, state } = await withCluster()
    await put(kubeconfigOf({ server: api.url, ca: pki.ca, token: 'good-token' }))
    const thief = await new KubernetesApi(pki).start()
    try {
      await fleet.update('default', id, { api_server_url: thief.url })
      expect(await state()).toMatchObject({
        state: 'OFFLINE',
        last_error: expect.stringContaining('upload the credentials again'),
      })
      await fleet.update('default', id, { api_server_url: api.url, tls: { insecure_skip_verify: true } })
      expect((await state()).state).toBe('OFFLINE')
      expect(fleet.get('default', id).warnings).toEqual([expect.stringContaining('insecure_skip_verify')])
      await fleet.update('default', id, { tls: null })
      expect((await state()).state).toBe('ONLINE')
      expect(thief.asked).toEqual([])
    } finally {
      await thief.stop()
    }
  })

  it('gives queries the tokens of the moment', async () => {
    const prometheus = await serveHttp((request, response) =>
      response.writeHead(request.headers.authorization === 'Bearer prom-token' ? 200 : 403).end('ready'),
    )
    const { fleet, id, reached, rig } = await withCluster({ endpoints: { prometheus_url: prometheus.url } })
    expect(fleet.backends('default')).toMatchObject([{ id, name: 'paris' }])
    const input = {
      auth_type: 'KUBECONFIG' as const,
      kubeconfig: kubeconfigOf({ server: api.url, ca: pki.ca, token: 'good-token' }),
    }
    const put = (prometheus_token: string) =>
      fleet.putCredentials('default', id, { ...input, prometheus_token })
    await expect(put('other')).rejects.toMatchObject({
      code: 'CREDENTIALS_INVALID',
      message: /^Prometheus: /,
    })
    expect(await put('prom-token')).toMatchObject({ validation: { api_server: true, prometheus: true } })
    const headers = async (target: 'PROMETHEUS' | 'LOKI' | 'ALERTMANAGER') =>
      (await reached[0]!.access(target)).headers
    expect(await headers('PROMETHEUS')).toEqual({ authorization: 'Bearer prom-token' })
    expect(await headers('LOKI')).toEqual({})
    expect(await headers('ALERTMANAGER')).toEqual({})
    await fleet.deleteCredentials('default', id)
    expect(await headers('PROMETHEUS')).toEqual({})
    await expect(fleet.deleteCredentials('default', id)).rejects.toMatchObject({
      code: 'CREDENTIALS_NOT_FOUND',
    })
    expect(typesOf(rig).filter((type) => type === 'CLUSTER_CREDENTIALS_UPDATED')).toHaveLength(2)
  })
})
