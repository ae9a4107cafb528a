import type { TlsOptions } from 'node:tls'
import { type DatagramSocket, openDatagramSocket, watchKernelDrops } from './datagram-socket.ts'
import { droppedMessages } from './dropped-message.ts'
import type { CollectorDeps, Listener } from './index.ts'
import { plainAddress, senderList } from './sender-list.ts'
import { openStreamServer, type StreamReader, type StreamServer } from './stream-server.ts'

/** What listeners of protocols without a credential have in common. `opened` and `closed` belong to whoever takes what is read. */
type Options = {
  /** As `syslog_udp`, in metrics. */
  name: string
  /** As `collector.syslog`, in messages. */
  group: string
  config: { host: string; senders: readonly string[] }
  port: number
  opened?(): void
  /** Called once nothing more is read. */
  closed(): Promise<void>
}
export type DatagramListenerOptions = Options & {
  config: { receive_buffer_bytes: number }
  /** Of senders that may send. */
  receive(datagram: Buffer, peer: string): void
}
export type StreamListenerOptions = Options & {
  config: { connections_max: number }
  /** Read when it starts. */
  tls?(): Pick<TlsOptions, 'cert' | 'key' | 'ca'>
  /** Whether senders show a certificate, so that none need be named. */
  certified?: boolean
  open(peer: string): StreamReader
}

/** UDP: what cannot be taken in time is lost, and counted. */
export function datagramListener(deps: CollectorDeps, options: DatagramListenerOptions): Listener {
  const { name, group, config, port, receive } = options
  const dropped = droppedMessages(deps.metrics)
  let socket: DatagramSocket | undefined
  return {
    name,
    get address() {
      return socket?.address ?? null
    },
    async start() {
      const senders = senderList(group, config)
      socket = await openDatagramSocket({
        ...{ group: `${group}.udp`, host: config.host, port },
        receiveBufferBytes: config.receive_buffer_bytes,
        receive(datagram, address) {
          const peer = plainAddress(address)
          if (senders.allows(peer)) receive(datagram, peer)
          else dropped.inc({ listener: name, reason: 'sender' })
        },
      })
      watchKernelDrops(deps.metrics, name, () => socket?.port)
      options.opened?.()
    },
    async stop() {
      await socket?.close()
      socket = undefined
      await options.closed()
    },
  }
}

/** TCP or TLS. While paused nothing is read, so that senders queue. */
export function streamListener(
  deps: CollectorDeps,
  options: StreamListenerOptions,
): Listener & Pick<StreamServer, 'pause' | 'resume'> {
  const { name, group, config, port, certified = false, open } = options
  const dropped = droppedMessages(deps.metrics)
  let server: StreamServer | undefined
  return {
    name,
    get address() {
      return server?.address ?? null
    },
    pause: () => server?.pause(),
    resume: () => server?.resume(),
    async start() {
      const tls = options.tls?.()
      server = await openStreamServer({
        ...{ group: `${group}.${tls ? 'tls' : 'tcp'}`, host: config.host, port },
        ...(tls ? { tls } : {}),
        connectionsMax: config.connections_max,
        senders: senderList(group, { ...config, certified }),
        open,
        refused: (reason) => dropped.inc({ listener: name, reason }),
      })
      deps.metrics.gauge(`aiops_${name}_connections`, 'Connections open.', [], (gauge) =>
        gauge.set(server?.connections() ?? 0),
      )
      options.opened?.()
    },
    async stop() {
      await server?.close()
      server = undefined
      await options.closed()
    },
  }
}
