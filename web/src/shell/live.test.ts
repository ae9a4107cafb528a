import { describe, expect, it } from 'vitest'
import { createLive, type LiveDeps, type LiveHandlers, retryDelayMs } from './live.ts'

/** A network and a clock that the test moves by hand. */
function rig(part: Partial<LiveDeps> = {}) {
  const sockets: { handlers: LiveHandlers; sent: Record<string, unknown>[]; closed: boolean }[] = []
  const timers: { atMs: number; run: () => void }[] = []
  const seen = { events: [] as unknown[], opened: [] as boolean[] }
  let now = 0
  const live = createLive({
    connect(handlers) {
      const socket = { handlers, sent: [] as Record<string, unknown>[], closed: false }
      sockets.push(socket)
      return {
        send: (text) => void socket.sent.push(JSON.parse(text)),
        close: () => {
          socket.closed = true
        },
      }
    },
    after(ms, run) {
      const timer = { atMs: now + ms, run }
      timers.push(timer)
      return () => void timers.splice(0, timers.length, ...timers.filter((one) => one !== timer))
    },
    now: () => now,
    onEvent: (event) => void seen.events.push(event),
    onOpen: (again) => void seen.opened.push(again),
    ...part,
  })
  const pass = (ms: number): void => {
    now += ms
    for (const timer of timers.filter((one) => one.atMs <= now)) {
      timers.splice(timers.indexOf(timer), 1)
      timer.run()
    }
  }
  const last = () => sockets.at(-1)!
  return {
    live,
    sockets,
    seen,
    pass,
    last,
    say: (message: unknown) => last().handlers.message(JSON.stringify(message)),
  }
}

describe('live connection', () => {
  it('waits 1, 2, 4, 8, 16 and then 30 seconds between tries', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 99].map(retryDelayMs)).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
    ])
    const { live, sockets, pass, last } = rig()
    live.start()
    for (const ms of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      const count = sockets.length
      last().handlers.close()
      pass(ms - 1)
      expect(sockets).toHaveLength(count)
      pass(1)
      expect(sockets).toHaveLength(count + 1)
    }
    last().handlers.open()
    last().handlers.close()
    expect(live.state()).toMatchObject({ phase: 'waiting' })
    pass(1_000)
    expect(live.state()).toEqual({ phase: 'connecting' })
  })

  it('asks for all events by name and for the watched series again after each opening', () => {
    const { live, last, pass, seen } = rig()
    live.start()
    live.watchSeries([1, 2], () => {})
    last().handlers.open()
    expect(last().sent).toMatchObject([{ type: 'subscribe', subscription: { series: [1, 2] } }])
    expect(
      (last().sent[0] as { subscription: { event_types: string[] } }).subscription.event_types,
    ).toContain('INCIDENT_CREATED')
    expect(seen.opened).toEqual([false])
    last().handlers.close()
    pass(1_000)
    last().handlers.open()
    expect(last().sent).toMatchObject([{ subscription: { series: [1, 2] } }])
    expect(seen.opened).toEqual([false, true])
  })

  it('ends a series only when its last watcher leaves, and each may leave once', () => {
    const { live, last } = rig()
    live.start()
    last().handlers.open()
    const first = live.watchSeries([1, 2], () => {})
    const second = live.watchSeries([2], () => {})
    first()
    first()
    expect(last().sent.slice(1)).toEqual([
      expect.objectContaining({ type: 'subscribe' }),
      { type: 'unsubscribe', series: [1] },
    ])
    second()
    expect(last().sent.at(-1)).toEqual({ type: 'unsubscribe', series: [2] })
  })

  it('watches no more series than the server takes of one page', () => {
    const { live, last } = rig({ seriesMax: 3 })
    live.start()
    last().handlers.open()
    live.watchSeries([1, 2], () => {})
    live.watchSeries([3, 4, 1], () => {})
    expect(
      last()
        .sent.slice(1)
        .flatMap((m) => (m.subscription as { series: number[] }).series),
    ).toEqual([1, 2, 3])
  })

  it('hands points to those who watch them and nobody else', () => {
    const { live, last, say } = rig()
    const got: unknown[] = []
    live.start()
    last().handlers.open()
    live.watchSeries([1], (points) => got.push(['a', ...points]))
    live.watchSeries([2], (points) => got.push(['b', ...points]))
    say({ type: 'points', points: { 1: [[5, 0.5]] } })
    expect(got).toEqual([['a', [1, [[5, 0.5]]]]])
  })

  it('survives what it cannot read', () => {
    const { live, last, seen, say } = rig()
    live.start()
    last().handlers.open()
    last().handlers.message('{')
    last().handlers.message('null')
    say({ type: 'news' })
    say({ type: 'event', event: { event_type: 'TOPOLOGY_CHANGED' } })
    expect(seen.events).toHaveLength(1)
    expect(live.state()).toEqual({ phase: 'open' })
  })

  it('comes back when the server says it goes, at the time it names', () => {
    const { live, last, say, pass, sockets } = rig()
    live.start()
    last().handlers.open()
    say({ type: 'disconnect', reason: 'server_shutdown', reconnect_after_ms: 5_000 })
    expect(sockets[0]?.closed).toBe(true)
    pass(4_999)
    expect(sockets).toHaveLength(1)
    pass(1)
    expect(sockets).toHaveLength(2)
  })

  it('leaves a connection on which nothing is heard any more', () => {
    const { live, last, pass, sockets, say } = rig()
    live.start()
    last().handlers.open()
    pass(20_000)
    expect(last().sent.at(-1)).toMatchObject({ type: 'ping' })
    say({ type: 'pong', timestamp: 0, server_time: 0 })
    for (let i = 0; i < 4; i += 1) pass(20_000)
    expect(sockets.length).toBe(2)
  })

  it('does not listen to a socket it has given up, nor after it was stopped', () => {
    const { live, sockets, pass, seen } = rig()
    live.start()
    sockets[0]?.handlers.close()
    pass(1_000)
    sockets[0]?.handlers.close()
    sockets[0]?.handlers.message(JSON.stringify({ type: 'event', event: {} }))
    expect(sockets).toHaveLength(2)
    live.stop()
    sockets[1]?.handlers.open()
    sockets[1]?.handlers.close()
    pass(60_000)
    expect(sockets).toHaveLength(2)
    expect(seen.events).toEqual([])
  })
})
