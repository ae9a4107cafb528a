/** A hub on a free port over a clock that stands still, and viewers of it. */
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ServerMessage } from '@aiops/contract/live'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { ManualClock } from '../../kernel/clock.ts'
import { type Log, silentLog } from '../../kernel/log.ts'
import { createMetrics, type Metrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { SeriesCatalog } from '../../port/metric-store.ts'
import { createIdentity, IdentityConfig } from '../../service/identity/index.ts'
import { createLiveHub } from './index.ts'

const sha256 = (key: string): string => createHash('sha256').update(key).digest('hex')
const keys = [
  { name: 'anna', role: 'viewer', tenant: 'default', sha256: sha256('key-a') },
  { name: 'vera', role: 'viewer', tenant: 'default', sha256: sha256('key-v') },
  { name: 'sam', role: 'viewer', tenant: 'shop', sha256: sha256('key-s') },
  { name: 'collector', role: 'sender', tenant: 'default', sha256: sha256('key-c') },
]

/** Even series belong to `default`, odd ones to `shop`. */
const catalog = {
  count: () => 300,
  describe: (ref: number) => ({
    ref,
    tenant: ref % 2 === 0 ? 'default' : 'shop',
    labels: {},
    meta: { kind: 'GAUGE' },
  }),
} as unknown as SeriesCatalog

type BusOptions = { log: Log; metrics: Metrics }

export async function openHubOver(
  createBus: (options: BusOptions) => EventBus,
  options: { keyed?: boolean } = {},
) {
  const clock = new ManualClock()
  const metrics = createMetrics()
  const bus = createBus({ log: silentLog, metrics })
  const audit = { append: async () => undefined, list: async () => [], verify: async () => null }
  const identity = createIdentity(
    { audit, clock },
    IdentityConfig.parse({ tenants: ['default', 'shop'], api_keys: options.keyed ? keys : [] }),
  )
  const hub = createLiveHub({
    ...{ bus, identity, catalog, clock, metrics },
    allowedHosts: [],
    random: seededRandom(1),
    log: silentLog,
  })
  const server = createServer((_request, response) => response.end())
  hub.attach(server)
  await hub.start()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    await Promise.all([hub.stop(), clock.advance(2_000)])
    server.close()
    server.closeAllConnections()
  })
  const origin = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    clock,
    metrics,
    bus,
    hub,
    origin,
    connect: (path = '/ws', headers = {}) => connectTo(origin + path, headers),
  }
}

/** A viewer: every message it is sent, checked against the contract, read one after another. */
function connectTo(url: string, headers: Record<string, string>) {
  const socket = new WebSocket(url, { headers })
  const messages: ServerMessage[] = []
  const wakes: (() => void)[] = []
  const wake = (): void => {
    for (const one of wakes.splice(0)) one()
  }
  socket.on('message', (data) => {
    messages.push(ServerMessage.parse(JSON.parse(String(data))))
    wake()
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      resolve({ code, reason: String(reason) })
      wake()
    })
  })
  const refused = new Promise<{ status: number; body: string }>((resolve) => {
    socket.on('unexpected-response', (_request, response) => {
      let body = ''
      response.on('data', (part) => {
        body += part
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
  })
  socket.on('error', () => undefined)
  onTestFinished(() => socket.terminate())
  /** The next message of this type; those before it are passed over. */
  async function next<T extends ServerMessage['type']>(
    type: T,
  ): Promise<Extract<ServerMessage, { type: T }>> {
    for (;;) {
      const found = messages.findIndex((message) => message.type === type)
      if (found >= 0) return messages.splice(0, found + 1).at(-1) as Extract<ServerMessage, { type: T }>
      if (socket.readyState >= socket.CLOSING) throw new Error(`closed without ${type}`)
      await new Promise<void>((resolve) => wakes.push(resolve))
    }
  }
  const send = (message: object | string): void =>
    socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  return { socket, messages, next, send, closed, refused }
}
