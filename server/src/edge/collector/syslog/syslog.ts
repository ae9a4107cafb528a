import { readFileSync } from 'node:fs'
import type { TlsOptions } from 'node:tls'
import { durationMs } from '@aiops/contract/model/time'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import { type DatagramSocket, openDatagramSocket, watchKernelDrops } from '../datagram-socket.ts'
import { droppedMessages } from '../dropped-message.ts'
import { FrameDecoder } from '../frame-decoder.ts'
import type { CollectorDeps, Listener } from '../index.ts'
import { plainAddress, senderList } from '../sender-list.ts'
import { openStreamServer, type StreamServer } from '../stream-server.ts'
import { SyslogBatcher } from './batcher.ts'
import type { SyslogConfig } from './config.ts'

const GROUP = 'collector.syslog'

/** Syslog over UDP (RFC 5426): a datagram is a message. What cannot be taken in time is lost, and counted. */
export function createSyslogUdp(deps: CollectorDeps, config: SyslogConfig): Listener {
  const listener = 'syslog_udp'
  const dropped = droppedMessages(deps.metrics)
  const batcher = new SyslogBatcher(deps, { ...batching(listener, config), full: () => undefined })
  let socket: DatagramSocket | undefined
  return {
    name: listener,
    get address() {
      return socket?.address ?? null
    },
    async start() {
      const senders = senderList(GROUP, config)
      socket = await openDatagramSocket({
        group: `${GROUP}.udp`,
        host: config.host,
        port: config.udp.port,
        receiveBufferBytes: config.receive_buffer_bytes,
        receive(datagram, address) {
          const peer = plainAddress(address)
          if (!senders.allows(peer)) dropped.inc({ listener, reason: 'sender' })
          else if (batcher.full) dropped.inc({ listener, reason: 'queue_full' })
          else
            batcher.add(
              peer,
              cut(datagram, config.message_bytes_max, () => dropped.inc({ listener, reason: 'truncated' })),
            )
        },
      })
      watchKernelDrops(deps.metrics, listener, () => socket?.port)
    },
    async stop() {
      await socket?.close()
      socket = undefined
      await batcher.stop()
    },
  }
}

/** Syslog over TCP (RFC 6587): while the log is behind, nothing is read, so that senders queue. */
export const createSyslogTcp = (deps: CollectorDeps, config: SyslogConfig): Listener =>
  streamListener(deps, config, {
    name: 'syslog_tcp',
    port: config.tcp.port,
    tls: () => undefined,
    certified: false,
  })

/** Syslog over TLS (RFC 5425), with the framings of TCP. */
export const createSyslogTls = (deps: CollectorDeps, config: SyslogConfig): Listener =>
  streamListener(deps, config, {
    name: 'syslog_tls',
    port: config.tls.port,
    tls: () => tlsOf(config),
    certified: config.tls.client_ca_file !== '',
  })

type Transport = {
  name: 'syslog_tcp' | 'syslog_tls'
  port: number
  tls: () => Pick<TlsOptions, 'cert' | 'key' | 'ca'> | undefined
  certified: boolean
}

function streamListener(deps: CollectorDeps, config: SyslogConfig, transport: Transport): Listener {
  const { name: listener, port, certified } = transport
  const dropped = droppedMessages(deps.metrics)
  let server: StreamServer | undefined
  const batcher = new SyslogBatcher(deps, {
    ...batching(listener, config),
    full: (isFull) => (isFull ? server?.pause() : server?.resume()),
  })
  return {
    name: listener,
    get address() {
      return server?.address ?? null
    },
    async start() {
      const tls = transport.tls()
      server = await openStreamServer({
        group: `${GROUP}.${listener === 'syslog_tls' ? 'tls' : 'tcp'}`,
        host: config.host,
        port,
        ...(tls ? { tls } : {}),
        connectionsMax: config.connections_max,
        senders: senderList(GROUP, { ...config, certified }),
        open: (peer) =>
          new FrameDecoder({
            bytesMax: config.message_bytes_max,
            framing: 'AUTO',
            message: (bytes) => batcher.add(peer, bytes),
            truncated: () => dropped.inc({ listener, reason: 'truncated' }),
          }),
        refused: (reason) => dropped.inc({ listener, reason }),
      })
      deps.metrics.gauge(`aiops_${listener}_connections`, 'Connections open.', [], (gauge) =>
        gauge.set(server?.connections() ?? 0),
      )
    },
    async stop() {
      await server?.close()
      server = undefined
      await batcher.stop()
    },
  }
}

const batching = (listener: string, config: SyslogConfig) => ({
  listener,
  tenant: config.tenant,
  zone: config.time_zone,
  flushMs: durationMs(config.flush_interval),
  messagesMax: config.batch_messages_max,
  queueBytesMax: config.queue_bytes_max,
})

function tlsOf({ tls }: SyslogConfig): Pick<TlsOptions, 'cert' | 'key' | 'ca'> {
  if (tls.cert_file === '' || tls.key_file === '')
    throw new Fault('CONFIG_INVALID', `${GROUP}.tls needs cert_file and key_file.`)
  return {
    cert: pem('cert_file', tls.cert_file),
    key: pem('key_file', tls.key_file),
    ...(tls.client_ca_file === '' ? {} : { ca: pem('client_ca_file', tls.client_ca_file) }),
  }
}

function pem(setting: string, file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new Fault('CONFIG_INVALID', `${GROUP}.tls.${setting} cannot be read: ${messageOf(error)}.`)
  }
}

function cut(datagram: Buffer, bytesMax: number, truncated: () => void): Buffer {
  if (datagram.length <= bytesMax) return datagram
  truncated()
  return datagram.subarray(0, bytesMax)
}
