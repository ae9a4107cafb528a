import { readFileSync } from 'node:fs'
import type { TlsOptions } from 'node:tls'
import { durationMs } from '@aiops/contract/model/time'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import { droppedMessages } from '../dropped-message.ts'
import { FrameDecoder } from '../frame-decoder.ts'
import type { CollectorDeps, Listener } from '../index.ts'
import { datagramListener, type StreamListenerOptions, streamListener } from '../socket-listener.ts'
import { SyslogBatcher } from './batcher.ts'
import type { SyslogConfig } from './config.ts'

const GROUP = 'collector.syslog'

/** Syslog over UDP (RFC 5426): a datagram is a message. */
export function createSyslogUdp(deps: CollectorDeps, config: SyslogConfig): Listener {
  const name = 'syslog_udp'
  const dropped = droppedMessages(deps.metrics)
  const batcher = new SyslogBatcher(deps, { ...batching(name, config), full: () => undefined })
  return datagramListener(deps, {
    ...{ name, group: GROUP, config, port: config.udp.port },
    receive(datagram, peer) {
      if (batcher.full) dropped.inc({ listener: name, reason: 'queue_full' })
      else
        batcher.add(
          peer,
          cut(datagram, config.message_bytes_max, () => dropped.inc({ listener: name, reason: 'truncated' })),
        )
    },
    closed: () => batcher.stop(),
  })
}

/** Syslog over TCP (RFC 6587): while the log is behind, nothing is read, so that senders queue. */
export const createSyslogTcp = (deps: CollectorDeps, config: SyslogConfig): Listener =>
  syslogStream(deps, config, { name: 'syslog_tcp', port: config.tcp.port })

/** Syslog over TLS (RFC 5425), with the framings of TCP. */
export const createSyslogTls = (deps: CollectorDeps, config: SyslogConfig): Listener =>
  syslogStream(deps, config, {
    ...{ name: 'syslog_tls', port: config.tls.port, tls: () => tlsOf(config) },
    certified: config.tls.client_ca_file !== '',
  })

function syslogStream(
  deps: CollectorDeps,
  config: SyslogConfig,
  transport: Pick<StreamListenerOptions, 'name' | 'port' | 'tls' | 'certified'>,
): Listener {
  const { name } = transport
  const dropped = droppedMessages(deps.metrics)
  const batcher = new SyslogBatcher(deps, {
    ...batching(name, config),
    full: (isFull) => (isFull ? listener.pause() : listener.resume()),
  })
  const listener = streamListener(deps, {
    ...{ ...transport, group: GROUP, config },
    open: (peer) =>
      new FrameDecoder({
        ...{ bytesMax: config.message_bytes_max, framing: 'AUTO' },
        message: (bytes) => batcher.add(peer, bytes),
        truncated: () => dropped.inc({ listener: name, reason: 'truncated' }),
      }),
    closed: () => batcher.stop(),
  })
  return listener
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
