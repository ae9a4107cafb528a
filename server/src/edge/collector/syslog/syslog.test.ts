import { createSocket } from 'node:dgram'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Fault } from '../../../kernel/fault.ts'
import { collectorDeps } from '../collector-deps.suite.ts'
import type { Listener } from '../index.ts'
import { SyslogConfig } from './config.ts'
import { createSyslogTcp, createSyslogTls, createSyslogUdp } from './syslog.ts'

const open: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop()
})

async function started(listener: Listener): Promise<number> {
  await listener.start()
  open.push(listener)
  return Number(listener.address?.split(':').at(-1))
}
const anyPort = { udp: { port: 0 }, tcp: { port: 0 }, tls: { port: 0 }, flush_interval: '10ms' }
const configOf = (settings: Record<string, unknown> = {}) => SyslogConfig.parse({ ...anyPort, ...settings })

async function tcp(settings: Record<string, unknown> = {}) {
  const world = collectorDeps()
  const port = await started(createSyslogTcp(world.deps, configOf(settings)))
  return { ...world, connect: () => connectTo(port) }
}
async function connectTo(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  open.push({ stop: () => socket.destroy() })
  await new Promise((resolve) => socket.once('connect', resolve))
  return socket
}
const messages = (delivered: readonly { body: Uint8Array }[]): string[] =>
  delivered.flatMap(({ body }) =>
    Buffer.from(body)
      .toString()
      .split(/(?:^UTC\n)|127\.0\.0\.1 \d+ /)
      .filter(Boolean),
  )

describe('syslog over TCP', () => {
  it('is gathered into batches, in order, with its sender', async () => {
    const { delivered, connect } = await tcp()
    const socket = await connect()
    socket.write('<13>one\n<13>two\n')
    await vi.waitFor(() => expect(messages(delivered)).toEqual(['<13>one', '<13>two']))
    expect(delivered[0]).toMatchObject({ kind: 'syslog', tenant: 'default', format: 'text' })
    const counted = await connect()
    counted.write('7 <13>a\nb')
    await vi.waitFor(() => expect(messages(delivered)).toContain('<13>a\nb'))
  })

  it('stops reading while the log is full, and loses nothing', async () => {
    const { delivered, state, connect, metric } = await tcp({
      queue_bytes_max: 20_000,
      batch_messages_max: 50,
    })
    state.fault = new Fault('QUEUE_FULL', 'Later.', { retryAfterSeconds: 0.01 })
    const socket = await connect()
    const lines = Array.from({ length: 40_000 }, (_, at) => `<13>message ${String(at).padStart(200, '0')}`)
    let drained = false
    socket.write(`${lines.join('\n')}\n`, () => {
      drained = true
    })
    await vi.waitFor(() => expect(state.attempts).toBeGreaterThan(3))
    expect(drained).toBe(false)
    state.fault = undefined
    await vi.waitFor(() => expect(messages(delivered)).toHaveLength(lines.length), { timeout: 10_000 })
    expect(messages(delivered)).toEqual(lines)
    expect(await metric('aiops_collector_dropped_total{listener="syslog_tcp",reason="refused"}')).toBe(0)
  })

  it('gives up what can never be stored, and goes on', async () => {
    const { delivered, state, connect, metric } = await tcp()
    state.fault = new Fault('INVALID_REQUEST', 'Never.')
    const socket = await connect()
    socket.write('<13>a\n<13>b\n')
    await vi.waitFor(async () =>
      expect(await metric('aiops_collector_dropped_total{listener="syslog_tcp",reason="refused"}')).toBe(2),
    )
    state.fault = undefined
    socket.write('<13>c\n')
    await vi.waitFor(() => expect(messages(delivered)).toEqual(['<13>c']))
  })

  it('takes so many connections at a time, and closes one whose count is none', async () => {
    const { connect, metric } = await tcp({ connections_max: 1 })
    const socket = await connect()
    await connect()
    await vi.waitFor(async () =>
      expect(await metric('aiops_collector_dropped_total{listener="syslog_tcp",reason="connections"}')).toBe(
        1,
      ),
    )
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.write('5x')
    await closed
    expect(await metric('aiops_collector_dropped_total{listener="syslog_tcp",reason="malformed"}')).toBe(1)
  })

  it('writes what it holds before it stops', async () => {
    const world = collectorDeps()
    const listener = createSyslogTcp(world.deps, configOf({ flush_interval: '1h' }))
    const port = await started(listener)
    const socket = await connectTo(port)
    socket.end('<13>last words')
    await new Promise((resolve) => socket.once('close', resolve))
    open.splice(open.indexOf(listener), 1)
    await listener.stop()
    expect(messages(world.delivered)).toEqual(['<13>last words'])
    expect(listener.address).toBeNull()
  })

  it('says where its address is taken', async () => {
    const world = collectorDeps()
    const port = await started(createSyslogTcp(world.deps, configOf()))
    const second = createSyslogTcp(world.deps, configOf({ tcp: { port } }))
    await expect(second.start()).rejects.toThrow(
      `127.0.0.1:${port} is taken by another program; choose another collector.syslog.tcp.port`,
    )
  })

  it('refuses a sender that is not named', async () => {
    const { connect, metric } = await tcp({ senders: ['10.0.0.0/8'] })
    await connect()
    await vi.waitFor(async () =>
      expect(await metric('aiops_collector_dropped_total{listener="syslog_tcp",reason="sender"}')).toBe(1),
    )
  })
})

describe('syslog over UDP', () => {
  it('is a message a datagram, cut and dropped with a count where it must be', async () => {
    const { deps, delivered, state, metric } = collectorDeps()
    const port = await started(
      createSyslogUdp(deps, configOf({ message_bytes_max: 10, queue_bytes_max: 60 })),
    )
    const sender = createSocket('udp4')
    open.push({ stop: () => sender.close() })
    const send = (text: string) => new Promise((resolve) => sender.send(text, port, '127.0.0.1', resolve))
    await send('<13>a\nb')
    await send('<13>0123456789')
    await vi.waitFor(() => expect(messages(delivered)).toEqual(['<13>a\nb', '<13>012345']))
    const dropped = (reason: string) =>
      metric(`aiops_collector_dropped_total{listener="syslog_udp",reason="${reason}"}`)
    expect(await dropped('truncated')).toBe(1)
    state.fault = new Fault('STORAGE_UNAVAILABLE', 'Later.', { retryAfterSeconds: 0.01 })
    for (let at = 0; at < 20; at += 1) await send('<13>x')
    await vi.waitFor(async () => expect(await dropped('queue_full')).toBeGreaterThan(0))
    expect(await metric('aiops_syslog_udp_kernel_dropped')).toBe(0)
  })
})

describe('syslog over TLS', () => {
  it('needs a certificate and a key that can be read', async () => {
    const { deps } = collectorDeps()
    for (const tls of [{}, { cert_file: '/nowhere/cert.pem', key_file: '/nowhere/key.pem' }])
      await expect(createSyslogTls(deps, configOf({ tls })).start()).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
      })
  })
})

it('a zone must be one', () => {
  expect(SyslogConfig.safeParse({ time_zone: 'Mars/Olympus' }).success).toBe(false)
  expect(SyslogConfig.parse({ time_zone: 'Europe/Madrid' }).time_zone).toBe('Europe/Madrid')
})
