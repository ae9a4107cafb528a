import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ApiServer, createApiServer, type Listening } from '../../../../test/kubernetes/index.ts'
import { systemClock } from '../../kernel/clock.ts'
import type { ClusterApi, ClusterWatchEvent, ResourceType } from '../../port/cluster-api.ts'
import { createHttpClient } from '../http/http-client.ts'
import { createClusterApi } from './cluster-api.ts'

const pods: ResourceType = { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true }
const maps: ResourceType = { ...pods, plural: 'configmaps', kind: 'ConfigMap' }
const nodes: ResourceType = { ...pods, plural: 'nodes', kind: 'Node', namespaced: false }

let server: ApiServer
let listening: Listening
let api: ClusterApi
const tokens = { good: 'reader' }
const http = createHttpClient({ clock: systemClock }, { deny: [] })
const deps = { http, streams: http, sockets: http, clock: systemClock }
let token = 'good'

beforeAll(async () => {
  server = createApiServer({ authentication: { tokens }, gzipBytesMin: 1_024 })
  listening = await server.listen({ tls: true })
  api = createClusterApi(deps, {
    server: `${listening.url}/`,
    access: async () => ({
      headers: { authorization: `Bearer ${token}` },
      tls: { ca: listening.ca, serverName: 'localhost' },
    }),
  })
  for (let i = 0; i < 25; i += 1)
    server.put('Pod', {
      metadata: {
        name: `p${i}`,
        namespace: i < 20 ? 'shop' : 'other',
        labels: { even: String(i % 2 === 0) },
      },
      spec: { containers: [{ name: 'main', image: 'größe' }] },
    })
  server.put('ConfigMap', { metadata: { name: 'm', namespace: 'shop' }, data: { secret: 'value' } })
  server.put('Node', { metadata: { name: 'n' } })
})
beforeEach(() => {
  token = 'good'
  server.faults.refuse = undefined
  server.faults.pieceBytesMax = 0
})
afterAll(async () => {
  http.close()
  await listening.close()
})

const nameOf = (object: unknown): string => (object as { metadata: { name: string } }).metadata.name
async function take(events: AsyncIterable<ClusterWatchEvent>, count: number): Promise<ClusterWatchEvent[]> {
  const taken: ClusterWatchEvent[] = []
  for await (const event of events) if (taken.push(event) === count) break
  return taken
}

describe('lists', () => {
  it('come in pages of one moment, whole and by namespace and selector', async () => {
    const names: string[] = []
    let next: string | undefined
    let pages = 0
    do {
      const page = await api.list(pods, { limit: 10, ...(next === undefined ? {} : { continue: next }) })
      names.push(...page.items.map(nameOf))
      expect(page.resourceVersion).toMatch(/^\d+$/)
      next = page.continue
      pages += 1
    } while (next !== undefined)
    expect([pages, new Set(names).size]).toEqual([3, 25])
    const some = await api.list(pods, { limit: 100, namespace: 'shop', labelSelector: 'even=true' })
    expect(some.items).toHaveLength(10)
    const one = await api.list(pods, { limit: 100, fieldSelector: 'metadata.name=p3' })
    expect(one.items.map(nameOf)).toEqual(['p3'])
  })

  it('come as metadata alone where that is asked for', async () => {
    const { items } = await api.list(maps, { limit: 10, metadataOnly: true })
    expect(items.map((item) => [nameOf(item), 'data' in item])).toEqual([['m', false]])
    expect((await api.list(maps, { limit: 10 })).items[0]).toHaveProperty('data.secret')
  })
})

describe('a watch', () => {
  it('tells what changes, however its bytes are cut', async () => {
    const { resourceVersion } = await api.list(pods, { limit: 100 })
    server.faults.pieceBytesMax = 7
    const events = await api.watch(pods, { resourceVersion, timeoutSeconds: 30 })
    const told = take(events, 3)
    const note = { note: 'ä€😀' }
    server.put('Pod', { metadata: { name: 'new', namespace: 'shop', annotations: note } })
    server.put('Pod', { metadata: { name: 'new', namespace: 'shop', labels: { a: 'b' } } })
    server.delete('Pod', 'shop', 'new')
    const [added, , deleted] = await told
    expect((await told).map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED'])
    expect(added).toMatchObject({ object: { metadata: { name: 'new', annotations: note } } })
    expect(Number(deleted?.resourceVersion)).toBeGreaterThan(Number(added?.resourceVersion))
    expect(server.watches.count).toBeLessThanOrEqual(1)
  })

  it('begins with what there is, as metadata alone, and says where that ends', async () => {
    const events = await api.watch(maps, {
      ...{ resourceVersion: '', sendInitialEvents: true, metadataOnly: true, timeoutSeconds: 30 },
    })
    const [first, end] = await take(events, 2)
    expect(first).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'm' } } })
    expect(first).not.toHaveProperty('object.data')
    expect(end).toMatchObject({ type: 'BOOKMARK', initialEventsEnd: true })
  })

  it('from a version that is not kept any more is gone, in either form', async () => {
    const { resourceVersion } = await api.list(pods, { limit: 100 })
    server.put('Pod', { metadata: { name: 'p0', namespace: 'shop' } })
    server.compact()
    for (const form of ['status', 'stream'] as const) {
      server.faults.gone = form
      const read = async () => take(await api.watch(pods, { resourceVersion, timeoutSeconds: 30 }), 1)
      await expect(read()).rejects.toMatchObject({ isGone: true, httpStatus: 410 })
    }
  })
})

describe('what the API server refuses', () => {
  it.each([
    [401, 'Unauthorized', 'CREDENTIALS_INVALID', /does not accept the credentials/],
    [403, 'Forbidden', 'PERMISSION_DENIED', /may not list pods in namespace shop.*aiops cluster rbac/],
    [404, 'NotFound', 'NOT_FOUND', /does not serve pods/],
    [410, 'Expired', 'UPSTREAM_FAILED', /listed anew/],
    [429, 'TooManyRequests', 'UPSTREAM_FAILED', /come back in 7 s/],
    [503, 'ServiceUnavailable', 'UPSTREAM_FAILED', /failed \(503 ServiceUnavailable\).*again in 7 s/],
    [422, 'Invalid', 'UPSTREAM_FAILED', /refused to list pods.*422 Invalid.*the server says Invalid/],
  ] as const)('by %i is said so that one can act on it', async (status, reason, code, sentence) => {
    server.faults.refuse = { status, reason, times: 1, retryAfterSeconds: 7 }
    const asked = api.list(pods, { limit: 1, namespace: 'shop' })
    await expect(asked).rejects.toMatchObject({
      ...{ httpStatus: status, reason, code, retryAfterMs: 7_000, isGone: status === 410 },
      message: expect.stringMatching(sentence),
    })
  })

  it('is not confused with an object that is not there', async () => {
    const asked = api.get(pods, 'shop', 'nobody')
    await expect(asked).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringMatching(/no nobody among pods in/),
    })
    token = 'expired'
    await expect(api.get(pods, 'shop', 'p1')).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' })
  })
})

it('gives objects of namespaces and of the cluster, versions and other paths', async () => {
  expect(nameOf(await api.get(pods, 'shop', 'p1'))).toBe('p1')
  expect(nameOf(await api.get(nodes, undefined, 'n'))).toBe('n')
  expect(await api.version()).toMatchObject({ gitVersion: expect.stringMatching(/^v1/), major: '1' })
  expect(await api.read('/apis', 1_000_000)).toHaveProperty('groups')
})

it.each(['..', '.', '', '%2e%2e', '../../../../version', 'a/b', 'a?b#c', '\ud800'])(
  'the name “%s” does not leave its place',
  async (name) => {
    server.asked.length = 0
    await api.get(pods, 'shop', name).catch(() => undefined)
    for (const { path, query } of server.asked)
      expect([path, query]).toEqual([`/api/v1/namespaces/shop/pods/${encodeURIComponent(name)}`, ''])
  },
)

it.each(['apis', '/../version', '/api/%2E%2e/x', '/a b', '/a\\..\\b', '/a#b'])(
  'the path %s is refused',
  async (path) => {
    await expect(api.read(path, 1_000)).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
  },
)

it('finds what is served, aggregated or group by group, and names what does not answer', async () => {
  const found = await api.resources()
  expect(found.resources).toContainEqual({ ...pods, verbs: expect.arrayContaining(['list', 'watch']) })
  expect(found.resources).toContainEqual(
    expect.objectContaining({
      group: 'apps',
      version: 'v1',
      plural: 'deployments',
      kind: 'Deployment',
      namespaced: true,
    }),
  )
  expect(found.resources.some(({ plural }) => plural.includes('/'))).toBe(false)
  const old = createClusterApi(
    {
      ...deps,
      http: {
        send: (request) =>
          http.send({ ...request, headers: { ...request.headers, accept: 'application/json' } }),
      },
    },
    {
      server: listening.url,
      access: async () => ({ headers: { authorization: 'Bearer good' }, tls: { ca: listening.ca } }),
    },
  )
  const places = (all: typeof found) =>
    all.resources.map(({ group, version, plural }) => [group, version, plural])
  expect(places(await old.resources())).toEqual(places(found))
  server.metrics.state = 'down'
  expect((await api.resources()).missing).toEqual(['metrics.k8s.io/v1beta1'])
  expect((await old.resources()).missing).toEqual(['metrics.k8s.io/v1beta1'])
  server.metrics.state = 'present'
})

it('says what is allowed, and null where the API server does not say', async () => {
  server.faults.forbidden.add('nodes')
  const asks = [
    { verb: 'list', group: '', resource: 'pods' },
    { verb: 'list', group: '', resource: 'nodes' },
  ]
  expect(await api.allowed(asks)).toEqual([true, false])
  server.faults.forbidden.clear()
  server.faults.refuse = { status: 403, reason: 'Forbidden', times: 2 }
  expect(await api.allowed(asks)).toEqual([null, null])
})

it('reads logs, whole and as they are written', async () => {
  const at = Date.now() - 60_000
  server.logs.append('shop', 'p1', 'main', 'first ä', at)
  server.logs.append('shop', 'p1', 'main', 'second', at + 5_000)
  const textOf = async (ask: Partial<Parameters<ClusterApi['logs']>[0]>, until?: string): Promise<string> => {
    let text = ''
    for await (const part of await api.logs({ namespace: 'shop', pod: 'p1', ...ask })) {
      text += Buffer.from(part).toString()
      if (until !== undefined && text.includes(until)) break
    }
    return text
  }
  expect(await textOf({})).toBe('first ä\nsecond\n')
  expect(await textOf({ tailLines: 1, timestamps: true })).toMatch(/^\d{4}-.*Z second\n$/)
  expect(await textOf({ sinceTime: new Date(at + 2_000).toISOString() })).toBe('second\n')
  const followed = textOf({ follow: true, tailLines: 1 }, 'third')
  setTimeout(() => server.logs.append('shop', 'p1', 'main', 'third', Date.now()), 50)
  expect(await followed).toBe('second\nthird\n')
  await expect(textOf({ previous: true })).rejects.toMatchObject({ httpStatus: 400, reason: 'BadRequest' })
})

describe('a command in a container', () => {
  const ask = { namespace: 'shop', pod: 'p1', container: 'main', timeoutMs: 5_000, bytesMax: 10_000 }
  it('answers with what it said and its exit code', async () => {
    server.setExec(({ command, container }) => ({
      ...{ stdout: `${container}:${command.join('|')}`, stderr: 'ö', exitCode: 3 },
    }))
    expect(await api.exec({ ...ask, command: ['sh', '-c', 'a b&c'] })).toEqual({
      ...{ stdout: 'main:sh|-c|a b&c', stderr: 'ö', exitCode: 3 },
    })
    server.setExec(() => ({ stdout: 'x' }))
    expect(await api.exec({ ...ask, command: ['true'] })).toMatchObject({ stdout: 'x', exitCode: 0 })
  })
  it('that says too much is given up, and one in a pod that is not there is refused', async () => {
    server.setExec(() => ({ stdout: 'x'.repeat(10_001) }))
    await expect(api.exec({ ...ask, command: ['yes'] })).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
    const asked = api.exec({ ...ask, pod: 'nobody', command: ['true'] })
    await expect(asked).rejects.toMatchObject({ httpStatus: 404, reason: 'NotFound' })
  })
  it('is not run where connections for it may not be opened', async () => {
    const plain = createClusterApi(
      { http, streams: http, clock: systemClock },
      {
        ...{ server: listening.url, access: async () => ({ headers: {} }) },
      },
    )
    await expect(plain.exec({ ...ask, command: ['true'] })).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
  })
})
