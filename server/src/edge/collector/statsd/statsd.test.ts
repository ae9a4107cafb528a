import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { afterEach, expect, it, vi } from 'vitest'
import { Fault } from '../../../kernel/fault.ts'
import { collectorDeps } from '../collector-deps.suite.ts'
import type { Listener } from '../index.ts'
import { StatsdConfig } from './config.ts'
import { createStatsdTcp, createStatsdUdp } from './statsd.ts'

const open: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop()
})

async function started(listener: Listener): Promise<number> {
  await listener.start()
  open.push(listener)
  return Number(listener.address?.split(':').at(-1))
}
const configOf = (settings: Record<string, unknown> = {}) =>
  StatsdConfig.parse({ udp: { port: 0 }, tcp: { port: 0 }, flush_interval: '20ms', ...settings })

/** Sums of all windows by name, and how many windows there were. */
const sums = (delivered: readonly { body: Uint8Array }[]): Record<string, number> => {
  const all: Record<string, number> = {}
  for (const { body } of delivered)
    for (const [, name, , value] of JSON.parse(Buffer.from(body).toString()).rows)
      all[name] = (all[name] ?? 0) + value
  return all
}

it('datagrams become windows', async () => {
  const { deps, delivered, metric } = collectorDeps()
  const port = await started(createStatsdUdp(deps, configOf()))
  const sender = createSocket('udp4')
  open.push({ stop: () => sender.close() })
  for (let at = 0; at < 10; at += 1)
    await new Promise((resolve) => sender.send('hits:1|c\nhits:1|c|#a:b\nbad', port, '127.0.0.1', resolve))
  await vi.waitFor(() => expect(sums(delivered)).toMatchObject({ hits: 20 }))
  expect(delivered[0]).toMatchObject({ kind: 'statsd', format: 'json' })
  expect(await metric('aiops_collector_dropped_total{listener="statsd_udp",reason="malformed"}')).toBe(10)
})

it('lines over TCP become windows, also the last one without a newline', async () => {
  const { deps, delivered } = collectorDeps()
  const port = await started(createStatsdTcp(deps, configOf()))
  const socket = connect(port, '127.0.0.1')
  socket.end('7:2|c\nhits:3|c\r\nhits:4|c')
  await vi.waitFor(() => expect(sums(delivered)).toEqual({ '7': 2, hits: 7 }))
})

it('a window that cannot be stored now is stored later, and the last one when it stops', async () => {
  const { deps, delivered, state } = collectorDeps()
  state.fault = new Fault('STORAGE_UNAVAILABLE', 'Later.')
  const listener = createStatsdTcp(deps, configOf({ flush_interval: '30ms' }))
  const port = await started(listener)
  const socket = connect(port, '127.0.0.1')
  open.push({ stop: () => socket.destroy() })
  socket.write('hits:1|c\n')
  await vi.waitFor(() => expect(state.attempts).toBeGreaterThan(1))
  state.fault = undefined
  socket.end('hits:2|c\n')
  await new Promise((resolve) => socket.once('close', resolve))
  open.splice(open.indexOf(listener), 1)
  await listener.stop()
  expect(sums(delivered)).toEqual({ hits: 3 })
})

it('windows that wait for too long are given up and counted', async () => {
  const { deps, state, metric } = collectorDeps()
  state.fault = new Fault('STORAGE_UNAVAILABLE', 'Later.')
  const port = await started(createStatsdTcp(deps, configOf({ flush_interval: '5ms' })))
  const socket = connect(port, '127.0.0.1')
  open.push({ stop: () => socket.destroy() })
  socket.write('hits:1|c\n')
  await vi.waitFor(async () =>
    expect(
      await metric('aiops_collector_dropped_total{listener="statsd_tcp",reason="window_refused"}'),
    ).toBeGreaterThan(0),
  )
})

it('others may only send where they are named', async () => {
  const { deps } = collectorDeps()
  await expect(createStatsdUdp(deps, configOf({ host: '0.0.0.0' })).start()).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  })
})

it('bounds of buckets ascend', () => {
  expect(StatsdConfig.safeParse({ timer_bounds: [2, 1] }).success).toBe(false)
  expect(StatsdConfig.parse({}).histogram_bounds).toHaveLength(36)
})
