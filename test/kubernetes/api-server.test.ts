import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../server/src/kernel/clock.ts'
import type { RawObject } from '../../server/src/port/cluster-api.ts'
import { ask, events, get, namesIn, pod, pods, versionIn, withPods } from './client.ts'

describe('a list', () => {
  it('is in order of name, without apiVersion and kind in its items, under one version for all kinds', async () => {
    const server = withPods(3)
    server.put('Service', { metadata: { name: 's', namespace: 'a' } })
    const { body } = await get(server, '/api/v1/pods')
    expect(namesIn(body)).toEqual(['p-0', 'p-1', 'p-2'])
    expect(body.kind).toBe('PodList')
    expect((body.items as RawObject[])[0]).not.toHaveProperty('kind')
    expect(versionIn(body)).toBe(server.resourceVersion)
  })

  it('keeps all pages at the moment of the first, and says 410 with a way on once that is forgotten', async () => {
    const server = withPods(5)
    const first = await get(server, `${pods}?limit=2`)
    const token = (first.body.metadata as { continue: string }).continue
    expect((first.body.metadata as RawObject).remainingItemCount).toBe(3)
    server.delete('Pod', 'a', 'p-3')
    server.put('Pod', pod('p-9'))
    const second = await get(server, `${pods}?limit=9&continue=${token}`)
    expect(namesIn(second.body)).toEqual(['p-2', 'p-3', 'p-4'])
    expect(versionIn(second.body)).toBe(versionIn(first.body))
    server.compact()
    const third = await get(server, `${pods}?limit=9&continue=${token}`)
    expect(third).toMatchObject({ status: 410, body: { kind: 'Status', reason: 'Expired', code: 410 } })
    const fresh = (third.body.metadata as { continue: string }).continue
    expect(namesIn((await get(server, `${pods}?limit=9&continue=${fresh}`)).body)).toEqual([
      'p-2',
      'p-4',
      'p-9',
    ])
  })

  it('is picked by labels and fields, and a field that the kind has not is refused', async () => {
    const server = withPods(0)
    server.put('Pod', pod('x', { app: 'a', tier: 'web' }, { nodeName: 'n1' }))
    server.put('Pod', pod('y', { app: 'b' }, { nodeName: 'n2' }))
    const names = async (query: string) => namesIn((await get(server, `${pods}?${query}`)).body)
    expect(await names(`labelSelector=${encodeURIComponent('app in (a, c),tier')}`)).toEqual(['x'])
    expect(await names(`labelSelector=${encodeURIComponent('!tier')}`)).toEqual(['y'])
    expect(await names(`labelSelector=${encodeURIComponent('app!=b')}`)).toEqual(['x'])
    expect(await names('fieldSelector=spec.nodeName=n2')).toEqual(['y'])
    expect(
      await names(`fieldSelector=${encodeURIComponent('spec.nodeName!=n2,status.phase!=Failed')}`),
    ).toEqual(['x'])
    expect(await get(server, `${pods}?fieldSelector=spec.color=red`)).toMatchObject({
      status: 400,
      body: { reason: 'BadRequest' },
    })
  })

  it('comes as metadata alone, or as a table, where that is accepted', async () => {
    const server = withPods(1)
    const partial = await get(server, pods, {
      accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
    })
    expect(partial.body.kind).toBe('PartialObjectMetadataList')
    expect((partial.body.items as RawObject[])[0]).not.toHaveProperty('spec')
    const table = await get(server, pods, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })
    expect(table.body).toMatchObject({
      kind: 'Table',
      rows: [{ cells: ['p-0', '0/1', 'Unknown', '0', '0s', '<none>', '<none>', '<none>', '<none>'] }],
    })
  })
})

describe('a watch', () => {
  it('tells what happened since a version, one event a line, whatever happened to other kinds', async () => {
    const server = withPods(1)
    const from = server.resourceVersion
    server.put('Service', { metadata: { name: 's', namespace: 'a' } })
    server.put('Pod', pod('p-0', { new: 'yes' }))
    server.delete('Pod', 'a', 'p-0')
    const found = await events(server, `${pods}?watch=true&resourceVersion=${from}`, 2)
    expect(found.map(({ type }) => type)).toEqual(['MODIFIED', 'DELETED'])
    expect(found[1]).toMatchObject({
      object: { kind: 'Pod', metadata: { resourceVersion: server.resourceVersion } },
    })
  })

  it('shows an object that ceases to match its selector as deleted', async () => {
    const server = withPods(0)
    const from = server.resourceVersion
    server.put('Pod', pod('x', { app: 'a' }))
    server.put('Pod', pod('x', { app: 'b' }))
    const found = await events(server, `${pods}?watch=true&labelSelector=app=a&resourceVersion=${from}`, 2)
    expect(found.map(({ type }) => type)).toEqual(['ADDED', 'DELETED'])
  })

  it('from a forgotten version is refused by 410, or ends by an ERROR event, as the switch says', async () => {
    const server = withPods(1)
    const from = server.resourceVersion
    server.put('Pod', pod('x'))
    server.compact()
    server.faults.gone = 'status'
    expect((await get(server, `${pods}?watch=true&resourceVersion=${from}`)).status).toBe(410)
    server.faults.gone = 'stream'
    expect(await events(server, `${pods}?watch=true&resourceVersion=${from}`)).toMatchObject([
      { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } },
    ])
  })

  it('streams a list first where it is asked to, up to a bookmark that says so', async () => {
    const server = withPods(2)
    const query = 'watch=true&sendInitialEvents=true&allowWatchBookmarks=true'
    const found = await events(server, `${pods}?${query}&resourceVersionMatch=NotOlderThan`, 3)
    expect(found.map(({ type }) => type)).toEqual(['ADDED', 'ADDED', 'BOOKMARK'])
    expect(found[2]).toMatchObject({
      object: {
        kind: 'Pod',
        metadata: {
          resourceVersion: server.resourceVersion,
          annotations: { 'k8s.io/initial-events-end': 'true' },
        },
      },
    })
    expect(await get(server, `${pods}?${query}`)).toMatchObject({ status: 422, body: { reason: 'Invalid' } })
  })

  it('sends bookmarks each minute and ends when its time is over', async () => {
    const clock = new ManualClock()
    const server = withPods(1, { clock })
    const from = server.resourceVersion
    const path = `${pods}?watch=true&allowWatchBookmarks=true&timeoutSeconds=90&resourceVersion=${from}`
    const all = events(server, path)
    await clock.advance(1)
    server.put('Service', { metadata: { name: 's', namespace: 'a' } })
    await clock.advance(90_000)
    const found = await all
    expect(found.map(({ type }) => type)).toEqual(['BOOKMARK', 'BOOKMARK'])
    expect(versionIn((found[0] as { object: unknown }).object)).toBe(server.resourceVersion)
    expect(server.watches.count).toBe(0)
  })

  it('cuts off who does not read', async () => {
    const server = withPods(0, { waitingBytesMax: 2_000 })
    const { body } = await server.http.stream(
      ask(`${pods}?watch=true&resourceVersion=${server.resourceVersion}`),
    )
    for (let at = 0; at < 50; at++) server.put('Pod', pod(`p-${at}`))
    await expect(Array.fromAsync(body)).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
  })

  it('comes in pieces that end within characters, and still is what was sent', async () => {
    const server = withPods(0)
    server.faults.pieceBytesMax = 3
    const from = server.resourceVersion
    server.put('Pod', pod('x', { note: 'größer – 大きい – 🚀' }))
    const [event] = await events(server, `${pods}?watch=true&resourceVersion=${from}`, 1)
    expect(event).toMatchObject({ object: { metadata: { labels: { note: 'größer – 大きい – 🚀' } } } })
  })

  it('holds one kind back while another goes on, until it is let go', async () => {
    const server = withPods(0)
    server.watches.hold('pods')
    const from = server.resourceVersion
    server.put('Pod', pod('x'))
    server.put('Service', { metadata: { name: 's', namespace: 'a' } })
    const late = events(server, `${pods}?watch=true&resourceVersion=${from}`, 1)
    const services = await events(server, `/api/v1/services?watch=true&resourceVersion=${from}`, 1)
    expect(services).toHaveLength(1)
    server.watches.release()
    expect(await late).toMatchObject([{ type: 'ADDED' }])
  })
})

describe('a fault', () => {
  it('of a lost deletion shows in a new list and in no watch', async () => {
    const server = withPods(1)
    const from = server.resourceVersion
    server.faults.lostDeleteChance = 1
    server.delete('Pod', 'a', 'p-0')
    server.put('Pod', pod('after'))
    const [event] = await events(server, `${pods}?watch=true&resourceVersion=${from}`, 1)
    expect(event).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'after' } } })
    expect(namesIn((await get(server, pods)).body)).toEqual(['after'])
  })

  it('of a stream shows as such: events twice, versions left out, a connection that breaks', async () => {
    const server = withPods(0)
    const from = Number(server.resourceVersion)
    Object.assign(server.faults, { duplicateChance: 1, gapChance: 1 })
    server.put('Pod', pod('x'))
    expect(Number(server.resourceVersion)).toBeGreaterThan(from + 1)
    const twice = await events(server, `${pods}?watch=true&resourceVersion=${from}`, 2)
    expect(twice[1]).toEqual(twice[0])
    server.faults.breakChance = 1
    const broken = await server.http.stream(ask(`${pods}?watch=true&resourceVersion=${from}`))
    await expect(Array.fromAsync(broken.body)).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
  })

  it('of slowness holds each answer back, beyond what a client waits for', async () => {
    const clock = new ManualClock()
    const server = withPods(1, { clock })
    server.faults.delayMs = 5_000
    const patient = get(server, pods)
    await clock.advance(5_000)
    expect((await patient).status).toBe(200)
    const hurried = server.http.send({ ...ask(pods), timeoutMs: 1_000 })
    const refused = expect(hurried).rejects.toMatchObject({ code: 'TIMEOUT' })
    await clock.advance(1_000)
    await refused
  })

  it('of an expired watch ends it within the stream, and of a missing WatchList refuses it', async () => {
    const server = withPods(0)
    const open = events(server, `${pods}?watch=true&resourceVersion=${server.resourceVersion}`)
    await new Promise<void>((resolve) => setImmediate(resolve))
    server.watches.expireAll()
    expect(await open).toMatchObject([{ type: 'ERROR', object: { code: 410 } }])
    server.faults.isWatchListMissing = true
    const query = 'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan'
    expect((await get(server, `${pods}?${query}`)).status).toBe(422)
  })

  it('of a restart breaks watches, and forgets what was before or goes back to it', async () => {
    const server = withPods(1)
    server.faults.gone = 'status'
    const from = server.resourceVersion
    const open = await server.http.stream(ask(`${pods}?watch=true&resourceVersion=${from}`))
    server.put('Pod', pod('x'))
    server.restart({ backTo: from })
    await expect(Array.fromAsync(open.body)).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
    expect(namesIn((await get(server, pods)).body)).toEqual(['p-0'])
    expect(server.resourceVersion).toBe(from)
    server.put('Pod', pod('y'))
    server.restart()
    expect((await get(server, `${pods}?watch=true&resourceVersion=${from}`)).status).toBe(410)
  })

  it('is sent for as often as it is set: 429 with Retry-After, 403 of a kind, a connection that drops', async () => {
    const server = withPods(1)
    server.faults.refuse = { status: 429, reason: 'TooManyRequests', retryAfterSeconds: 7, times: 1 }
    expect(await get(server, pods)).toMatchObject({ status: 429, headers: { 'retry-after': '7' } })
    expect((await get(server, pods)).status).toBe(200)
    server.faults.forbidden.add('pods')
    expect(await get(server, pods)).toMatchObject({ status: 403, body: { reason: 'Forbidden' } })
    server.faults.dropChance = 1
    await expect(get(server, pods)).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
  })
})
