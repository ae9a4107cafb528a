import { type Event, type EventType, eventTypes } from '@aiops/contract/event'
import { describe, expect, it } from 'vitest'
import { createMemoryBus } from '../../adapter/memory/event-bus.ts'
import type { SampleBatch } from '../../port/metric-store.ts'
import { openHubOver } from './open-hub.suite.ts'

const openHub = (options: { keyed?: boolean } = {}) => openHubOver(createMemoryBus, options)

const subscribe = (subscription: object = {}) => ({ type: 'subscribe', subscription })
let number = 0
const eventOf = (type: EventType, more: Partial<Event> = {}): Event =>
  ({
    event_id: `e${++number}`,
    event_type: type,
    source: 'test',
    tenant_id: 'default',
    timestamp: '2026-01-01T00:00:00Z',
    payload: {},
    ...more,
  }) as Event
const samplesOf = (...series: number[]): SampleBatch => ({
  tenant: 'default',
  count: series.length,
  series: Uint32Array.from(series),
  timesMs: Float64Array.from(series, () => 1_000),
  values: Float64Array.from(series, (ref) => (ref === 4 ? Number.NaN : ref / 2)),
})

describe('a viewer', () => {
  it('need not say who it is where no key is asked for', async () => {
    const { connect } = await openHub()
    const viewer = connect()
    expect(await viewer.next('auth_response')).toMatchObject({ status: 'authenticated' })
    viewer.send(subscribe())
    expect((await viewer.next('subscribed')).event_types).toEqual(eventTypes)
  })

  it('authenticates by key, and what it sent right behind runs in order', async () => {
    const { connect } = await openHub({ keyed: true })
    const viewer = connect()
    await new Promise((resolve) => viewer.socket.on('open', resolve))
    viewer.send({ type: 'auth', token: 'key-a' })
    viewer.send(subscribe({ event_types: ['ALERT_FIRED'] }))
    await viewer.next('auth_response')
    expect((await viewer.next('subscribed')).event_types).toEqual(['ALERT_FIRED'])
  })

  it.each([
    ['a wrong key', { type: 'auth', token: 'wrong' }],
    ['the key of a sender', { type: 'auth', token: 'key-c' }],
    ['no key before it subscribes', subscribe()],
  ])('is sent away with %s', async (_what, message) => {
    const { connect } = await openHub({ keyed: true })
    const viewer = connect()
    viewer.socket.on('open', () => viewer.send(message))
    expect((await viewer.next('error')).code).toBe('AUTH_FAILED')
    expect(await viewer.closed).toEqual({ code: 1008, reason: 'AUTH_FAILED' })
  })

  it('is sent away when it says nothing for ten seconds', async () => {
    const { connect, clock } = await openHub({ keyed: true })
    const viewer = connect()
    await new Promise((resolve) => viewer.socket.on('open', resolve))
    await clock.advance(10_000)
    expect((await viewer.next('error')).message).toContain('10 seconds')
    expect((await viewer.closed).code).toBe(1008)
  })

  it('gets the events of the types it asked for, until it asks no more', async () => {
    const { connect, bus } = await openHub()
    const viewer = connect()
    viewer.socket.on('open', () => viewer.send(subscribe({ event_types: ['ALERT_FIRED'] })))
    await viewer.next('subscribed')
    bus.publish('events', eventOf('ALERT_RESOLVED'))
    const fired = eventOf('ALERT_FIRED', { payload: { id: 'a1' } as never })
    bus.publish('events', fired)
    expect((await viewer.next('event')).event).toEqual(fired)
    viewer.send(subscribe({ event_types: ['INCIDENT_CREATED'] }))
    expect((await viewer.next('subscribed')).event_types).toEqual(['ALERT_FIRED', 'INCIDENT_CREATED'])
    viewer.send({ type: 'unsubscribe', event_types: ['ALERT_FIRED'] })
    expect((await viewer.next('subscribed')).event_types).toEqual(['INCIDENT_CREATED'])
    bus.publish('events', eventOf('ALERT_FIRED'))
    const incident = eventOf('INCIDENT_CREATED')
    bus.publish('events', incident)
    expect((await viewer.next('event')).event.event_id).toBe(incident.event_id)
  })

  it('may leave out single types of all, and end everything at once', async () => {
    const { connect } = await openHub()
    const viewer = connect()
    viewer.socket.on('open', () => viewer.send(subscribe({})))
    await viewer.next('subscribed')
    viewer.send({ type: 'unsubscribe', event_types: ['PIPELINE_STATS'] })
    expect((await viewer.next('subscribed')).event_types).toEqual(
      eventTypes.filter((t) => t !== 'PIPELINE_STATS'),
    )
    viewer.send(subscribe({ series: [2] }))
    viewer.send({ type: 'unsubscribe' })
    await viewer.next('subscribed')
    expect(await viewer.next('subscribed')).toMatchObject({ event_types: [], series: [], cluster_filter: [] })
  })

  it('filters by cluster and by namespace', async () => {
    const { connect, bus } = await openHub()
    const viewer = connect()
    viewer.socket.on('open', () =>
      viewer.send(subscribe({ cluster_filter: ['c1'], namespace_filter: ['pay'] })),
    )
    await viewer.next('subscribed')
    const labels = (namespace: string) => ({ payload: { labels: { namespace } } as never })
    bus.publish('events', eventOf('ALERT_FIRED', { cluster_id: 'c2', ...labels('pay') }))
    bus.publish('events', eventOf('ALERT_FIRED', { cluster_id: 'c1', ...labels('web') }))
    bus.publish('events', eventOf('ALERT_FIRED', { cluster_id: 'c1' }))
    const fitting = eventOf('ALERT_FIRED', { cluster_id: 'c1', ...labels('pay') })
    bus.publish('events', fitting)
    expect((await viewer.next('event')).event.event_id).toBe(fitting.event_id)
  })

  it('never sees an event of another tenant', async () => {
    const { connect, bus } = await openHub({ keyed: true })
    const viewer = connect()
    await new Promise((resolve) => viewer.socket.on('open', resolve))
    viewer.send({ type: 'auth', token: 'key-s' })
    viewer.send(subscribe())
    await viewer.next('subscribed')
    bus.publish('events', eventOf('ALERT_FIRED', { tenant_id: 'default' }))
    const own = eventOf('ALERT_FIRED', { tenant_id: 'shop' })
    bus.publish('events', own)
    expect((await viewer.next('event')).event.event_id).toBe(own.event_id)
  })

  it('hears of conversations of its own, and of those that are shared in its tenant', async () => {
    const { connect, bus } = await openHub({ keyed: true })
    const said = (user_id: string, shared: boolean, tenant_id = 'default') =>
      eventOf('CHAT_MESSAGE', { tenant_id, payload: { user_id, shared, preview: 'secret' } as never })
    const listen = async (key: string) => {
      const viewer = connect()
      await new Promise((resolve) => viewer.socket.on('open', resolve))
      viewer.send({ type: 'auth', token: key })
      viewer.send(subscribe())
      await viewer.next('subscribed')
      return viewer
    }
    const [anna, vera] = [await listen('key-a'), await listen('key-v')]
    const events = [said('anna', false), said('vera', false), said('sam', true, 'shop'), said('vera', true)]
    for (const event of events) bus.publish('events', event)
    const last = eventOf('ALERT_FIRED')
    bus.publish('events', last)
    for (const [viewer, heard] of [
      [anna, [events[0], events[3], last]],
      [vera, [events[1], events[3], last]],
    ] as const)
      for (const event of heard) expect((await viewer.next('event')).event).toEqual(event)
  })

  it('that becomes another person keeps nothing that waited for the one before', async () => {
    const { connect, bus } = await openHub({ keyed: true })
    const viewer = connect()
    await new Promise((resolve) => viewer.socket.on('open', resolve))
    viewer.send({ type: 'auth', token: 'key-a' })
    viewer.send(subscribe({ event_types: ['CHAT_MESSAGE'] }))
    await viewer.next('subscribed')
    viewer.send({ type: 'auth', token: 'key-v' })
    await viewer.next('auth_response')
    const to = (user_id: string) => eventOf('CHAT_MESSAGE', { payload: { user_id, shared: false } as never })
    const own = to('vera')
    for (const event of [to('anna'), own]) bus.publish('events', event)
    expect((await viewer.next('event')).event).toEqual(own)
  })
})

describe('points', () => {
  it('come once a second, of the subscribed series only, and end with the subscription', async () => {
    const { connect, bus, clock } = await openHub()
    const viewer = connect()
    viewer.socket.on('open', () => viewer.send(subscribe({ series: [2, 4, 2] })))
    expect(await viewer.next('subscribed')).toMatchObject({ series: [2, 4], event_types: [] })
    bus.publish('samples', samplesOf(2, 6, 4))
    bus.publish('points', samplesOf(2))
    await clock.advance(1_000)
    const one = [1_000, 1]
    expect((await viewer.next('points')).points).toEqual({ 2: [one, one], 4: [[1_000, null]] })
    viewer.send({ type: 'unsubscribe', series: [2] })
    expect((await viewer.next('subscribed')).series).toEqual([4])
    bus.publish('samples', samplesOf(2, 4))
    await clock.advance(1_000)
    expect(Object.keys((await viewer.next('points')).points)).toEqual(['4'])
  })

  it('of another tenant are never given, nor of a series that does not exist', async () => {
    const { connect } = await openHub()
    const viewer = connect()
    viewer.socket.on('open', () => viewer.send(subscribe({ series: [1, 2, 3, 300, -1] })))
    expect((await viewer.next('subscribed')).series).toEqual([2])
  })

  it('of the tenant before are forgotten when a viewer becomes somebody else', async () => {
    const { connect, bus, clock } = await openHub({ keyed: true })
    const viewer = connect()
    await new Promise((resolve) => viewer.socket.on('open', resolve))
    viewer.send({ type: 'auth', token: 'key-a' })
    viewer.send(subscribe({ series: [2] }))
    await viewer.next('subscribed')
    bus.publish('samples', samplesOf(2))
    viewer.send({ type: 'auth', token: 'key-s' })
    viewer.send(subscribe({ series: [3] }))
    expect((await viewer.next('subscribed')).series).toEqual([3])
    bus.publish('samples', samplesOf(2, 3))
    await clock.advance(1_000)
    expect(Object.keys((await viewer.next('points')).points)).toEqual(['3'])
  })

  it('are given of 100 series at most', async () => {
    const { connect } = await openHub()
    const viewer = connect()
    const even = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + 2 * i)
    viewer.socket.on('open', () => {
      viewer.send(subscribe({ series: even(0, 101) }))
      viewer.send(subscribe({ series: even(0, 100) }))
      viewer.send(subscribe({ series: even(200, 10) }))
    })
    expect((await viewer.next('error')).code).toBe('INVALID_MESSAGE')
    expect((await viewer.next('subscribed')).series).toHaveLength(100)
    expect((await viewer.next('subscribed')).series).toEqual(even(0, 100))
  })
})

describe('a viewer that misbehaves', () => {
  it.each([
    ['malformed JSON', '{'],
    ['an unknown type', '{"type":"dance"}'],
    ['binary', Buffer.from([1, 2, 3])],
    ['a subscription to nonsense', '{"type":"subscribe","subscription":{"event_types":["NONSENSE"]}}'],
    ['a __proto__ key', '{"type":"ping","__proto__":{"timestamp":1}}'],
  ])('with %s is told and stays', async (_what, bytes) => {
    const { connect } = await openHub()
    const viewer = connect()
    viewer.socket.on('open', () => viewer.socket.send(bytes))
    expect((await viewer.next('error')).code).toBe('INVALID_MESSAGE')
    viewer.send({ type: 'ping', timestamp: 5 })
    expect((await viewer.next('pong')).timestamp).toBe(5)
  })

  it('with a message over 65,536 bytes is closed with the code for that', async () => {
    const { connect } = await openHub()
    const viewer = connect()
    viewer.socket.on('open', () => viewer.send({ type: 'auth', token: 'x'.repeat(65_536) }))
    expect((await viewer.closed).code).toBe(1009)
  })

  it('by sending too fast is told so, and heard again later', async () => {
    const { connect, clock, metrics } = await openHub()
    const viewer = connect()
    viewer.socket.on('open', () => {
      for (let i = 0; i < 101; i += 1) viewer.send({ type: 'ping', timestamp: i })
    })
    expect((await viewer.next('error')).code).toBe('RATE_LIMITED')
    expect(await metrics.render()).toContain('ws_messages_refused_total{code="RATE_LIMITED"} 1')
    await clock.advance(1_000)
    viewer.send({ type: 'ping', timestamp: 7 })
    expect((await viewer.next('pong')).timestamp).toBe(7)
  })

  it('by not reading loses its oldest events, which are counted, while others lose none', async () => {
    const { connect, bus, clock, metrics } = await openHub()
    const [slow, other] = [connect(), connect()]
    for (const viewer of [slow, other])
      viewer.socket.on('open', () => viewer.send(subscribe({ event_types: ['ALERT_FIRED'] })))
    for (const viewer of [slow, other]) await viewer.next('subscribed')
    slow.socket.pause()
    const text = 'x'.repeat(100_000)
    const sent = 300
    for (let i = 0; i < sent; i += 1) {
      bus.publish('events', eventOf('ALERT_FIRED', { event_id: `n${i}`, payload: { text } as never }))
      expect((await other.next('event')).event.event_id).toBe(`n${i}`)
    }
    const dropped = Number(/ws_events_dropped_total (\d+)/.exec(await metrics.render())?.[1])
    expect(dropped).toBeGreaterThan(50)
    expect(dropped).toBeLessThan(sent - 100)
    slow.socket.resume()
    const seen = (): string[] => slow.messages.flatMap((m) => (m.type === 'event' ? [m.event.event_id] : []))
    const seenAfterAWhile = async (): Promise<string | undefined> => {
      await clock.advance(1_000)
      return seen().at(-1)
    }
    await expect.poll(seenAfterAWhile, { timeout: 10_000 }).toBe(`n${sent - 1}`)
    expect(seen()).toHaveLength(sent - dropped)
    const order = seen().map((id) => Number(id.slice(1)))
    expect(order).toEqual(order.toSorted((a, b) => a - b))
  })

  it('by not answering a ping in ten seconds is told, and closed', async () => {
    const { connect, clock, metrics } = await openHub()
    const viewer = connect()
    await viewer.next('auth_response')
    viewer.socket.pong = () => undefined
    await clock.advance(30_000)
    await clock.advance(10_000)
    expect(await viewer.next('disconnect')).toMatchObject({ reason: 'heartbeat_timeout' })
    expect(await viewer.closed).toEqual({ code: 1001, reason: 'heartbeat_timeout' })
    await expect.poll(() => metrics.render()).toContain('ws_connections_active 0')
  })

  it('is cut off when it does not close either', async () => {
    const { connect, clock, metrics } = await openHub()
    const viewer = connect()
    await viewer.next('auth_response')
    viewer.socket.pause()
    await clock.advance(30_000)
    await clock.advance(11_000)
    await expect.poll(() => metrics.render()).toContain('ws_connections_active 0')
  })
})

describe('an upgrade', () => {
  it.each([
    ['from a page of another origin', '/ws', { origin: 'http://evil.example' }, 403, 'ORIGIN_DENIED'],
    ['for another host name', '/ws', { host: 'evil.example' }, 403, 'ORIGIN_DENIED'],
    ['on another path', '/socket', {}, 404, 'NOT_FOUND'],
  ])('%s is refused in the one error form', async (_what, path, headers, status, code) => {
    const { connect } = await openHub()
    const answer = await connect(path, headers as Record<string, string>).refused
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.body).error).toMatchObject({
      code,
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
  })

  it('of a page of this origin is accepted', async () => {
    const { connect, origin } = await openHub()
    const viewer = connect('/ws?x=1', { origin: origin.replace('ws:', 'http:') })
    expect((await viewer.next('auth_response')).status).toBe('authenticated')
  })
})

describe('the hub', () => {
  it('says goodbye when it stops, and returns when the viewers have gone', async () => {
    const { connect, hub, clock } = await openHub()
    const viewers = [connect(), connect()]
    await Promise.all(viewers.map((viewer) => viewer.next('auth_response')))
    await hub.stop()
    for (const viewer of viewers) {
      expect(await viewer.next('disconnect')).toEqual({
        type: 'disconnect',
        reason: 'server_shutdown',
        reconnect_after_ms: 5_000,
      })
      expect(await viewer.closed).toEqual({ code: 1001, reason: 'server_shutdown' })
    }
    await clock.advance(0)
  })
})
