import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../server/src/kernel/clock.ts'
import type { RawObject } from '../../server/src/port/cluster-api.ts'
import { ask, get, namesIn, pod, pods, withPods, write } from './client.ts'
import { clusterExample, fillServer } from './cluster-example.ts'
import { createApiServer } from './index.ts'

describe('a write', () => {
  it('is checked as the API checks it: name, existence, version, deletion that finalizers hold', () => {
    const server = withPods(0)
    const made = write(server, 'POST', pods, { ...pod(''), metadata: { generateName: 'job-' } })
    expect(made).toMatchObject({
      status: 201,
      body: { kind: 'Pod', metadata: { name: expect.stringMatching(/^job-.{5}$/) } },
    })
    expect(write(server, 'POST', pods, pod('UPPER')).status).toBe(422)
    expect(write(server, 'POST', pods, pod('x')).status).toBe(201)
    expect(write(server, 'POST', pods, pod('x'))).toMatchObject({
      status: 409,
      body: { reason: 'AlreadyExists' },
    })
    const read = server.get('Pod', 'a', 'x') as { metadata: RawObject }
    expect(
      write(server, 'PUT', `${pods}/x`, { ...read, metadata: { ...read.metadata, finalizers: ['f.test/x'] } })
        .status,
    ).toBe(200)
    expect(write(server, 'PUT', `${pods}/x`, read)).toMatchObject({
      status: 409,
      body: { reason: 'Conflict' },
    })
    expect(write(server, 'DELETE', `${pods}/x`, {}).body.metadata.deletionTimestamp).toBeDefined()
    expect(server.get('Pod', 'a', 'x')).toBeDefined()
    const patch = { metadata: { finalizers: null } }
    expect(write(server, 'PATCH', `${pods}/x`, patch, 'application/merge-patch+json').status).toBe(200)
    expect(server.get('Pod', 'a', 'x')).toBeUndefined()
    expect(write(server, 'DELETE', `${pods}/x`, {}).status).toBe(404)
  })

  it('takes away with an owner what it owned', () => {
    const server = withPods(1)
    const owner = server.put('ReplicaSet', { metadata: { name: 'rs', namespace: 'a' } }) as {
      metadata: { uid: string }
    }
    server.put('Pod', {
      ...pod('owned'),
      metadata: {
        name: 'owned',
        namespace: 'a',
        ownerReferences: [{ kind: 'ReplicaSet', name: 'rs', uid: owner.metadata.uid }],
      },
    })
    expect(write(server, 'DELETE', '/apis/apps/v1/namespaces/a/replicasets/rs', {}).status).toBe(200)
    expect(server.list('Pod').map((one) => (one.metadata as { name: string }).name)).toEqual(['p-0'])
  })
})

describe('the rest of the API', () => {
  it('serves kinds that are registered, and none that are left out', async () => {
    const server = createApiServer({ without: ['Gateway'] })
    const widget = {
      group: 'example.test',
      version: 'v1',
      plural: 'widgets',
      kind: 'Widget',
      namespaced: true,
    }
    expect((await server.http.send(ask('/apis/example.test/v1/widgets'))).status).toBe(404)
    server.register(widget)
    server.put('Widget', { metadata: { name: 'w', namespace: 'a' } })
    const { body } = await get(server, '/apis/example.test/v1/widgets')
    expect(body.items).toMatchObject([{ kind: 'Widget', apiVersion: 'example.test/v1' }])
    expect((await server.http.send(ask('/apis/gateway.networking.k8s.io/v1/gateways'))).status).toBe(404)
    const { body: groups } = await get(server, '/apis')
    expect(JSON.stringify(groups)).toContain('"example.test/v1"')
  })

  it('lets in who it knows, and says of a review what it then does', async () => {
    const server = createApiServer({
      authentication: { tokens: { secret: 'reader' } },
      access: (user, { verb, resource }) => user === 'reader' && verb === 'list' && resource !== 'secrets',
    })
    expect((await get(server, '/api/v1/pods')).status).toBe(401)
    const authorization = 'Bearer secret'
    expect((await get(server, '/api/v1/pods', { authorization })).status).toBe(200)
    expect((await get(server, '/api/v1/secrets', { authorization })).status).toBe(403)
    const review = (resource: string) =>
      server.http.send({
        ...ask('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { authorization }),
        method: 'POST',
        body: Buffer.from(JSON.stringify({ spec: { resourceAttributes: { verb: 'list', resource } } })),
      })
    expect(JSON.parse((await review('pods')).body.toString())).toMatchObject({ status: { allowed: true } })
    expect(JSON.parse((await review('secrets')).body.toString())).toMatchObject({
      status: { allowed: false },
    })
  })

  it('reads logs by tail, time, bytes and run, and follows them to the end of the run', async () => {
    const server = withPods(1)
    const log = async (query: string) =>
      (await server.http.send(ask(`${pods}/p-0/log?${query}`))).body.toString()
    for (let at = 0; at < 5; at++)
      server.logs.append('a', 'p-0', 'main', `line ${at}`, 1_700_000_000_000 + at * 1_000)
    expect(await log('tailLines=2')).toBe('line 3\nline 4\n')
    expect(await log('sinceTime=2023-11-14T22:13:23Z&timestamps=true')).toBe(
      '2023-11-14T22:13:23.000000000Z line 3\n2023-11-14T22:13:24.000000000Z line 4\n',
    )
    expect(await log('limitBytes=8')).toBe('line 0\nl')
    expect(JSON.parse(await log('previous=true')).code).toBe(400)
    const { body } = await server.http.stream(ask(`${pods}/p-0/log?follow=true&tailLines=1`))
    server.logs.append('a', 'p-0', 'main', 'last', 1_700_000_010_000)
    server.logs.restart('a', 'p-0', 'main')
    expect(Buffer.concat(await Array.fromAsync(body)).toString()).toBe('line 4\nlast\n')
    expect(await log('previous=true&tailLines=1')).toBe('last\n')
    expect(await log('')).toBe('')
  })

  it('answers metrics, or 503 while their server is down', async () => {
    const server = createApiServer({ clock: new ManualClock() })
    fillServer(server, { nodes: 2, podsPerNode: 5 })
    server.metrics.usage.set('team-001/service-0/main', { cpuNanocores: 5, memoryKibibytes: 7 })
    const nodes = await get(server, '/apis/metrics.k8s.io/v1beta1/nodes')
    expect(nodes.body.items).toHaveLength(2)
    server.metrics.state = 'down'
    expect((await get(server, '/apis/metrics.k8s.io/v1beta1/pods')).status).toBe(503)
  })

  it('compresses large answers over a wire', async () => {
    const server = withPods(20, { gzipBytesMin: 1_000 })
    const headers = { 'accept-encoding': 'gzip' }
    const answer = server.handle({ method: 'GET', url: pods, headers })
    expect(answer?.headers['content-encoding']).toBe('gzip')
    expect(namesIn(JSON.parse(gunzipSync(answer?.body as Uint8Array).toString()))).toHaveLength(20)
  })

  it('shows one event through both of its groups', async () => {
    const server = withPods(0)
    server.put('Event', {
      metadata: { name: 'e', namespace: 'a' },
      message: 'hello',
      involvedObject: { kind: 'Pod' },
    })
    const { body } = await get(server, '/apis/events.k8s.io/v1/namespaces/a/events/e')
    expect(body).toMatchObject({ apiVersion: 'events.k8s.io/v1', note: 'hello', regarding: { kind: 'Pod' } })
  })
})

describe('the example cluster', () => {
  it('is the same for the same seed, of the size asked for, and every object in it can be served', () => {
    const example = { nodes: 5, podsPerNode: 20, seed: 7 }
    expect(clusterExample(example)).toEqual(clusterExample(example))
    const server = createApiServer()
    fillServer(server, example)
    expect([server.count('Node'), server.count('Pod')]).toEqual([5, 100])
    expect(
      new Set(clusterExample(example).map(({ kind, metadata }) => `${kind} ${JSON.stringify(metadata)}`))
        .size,
    ).toBe(clusterExample(example).length)
  })
})
