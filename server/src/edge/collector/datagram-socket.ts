import { createSocket, type Socket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import type { Metrics } from '../../kernel/metric.ts'
import { addressOf, bindFault } from './bind.ts'

export type DatagramOptions = {
  /** As `collector.syslog.udp`, for messages. */
  group: string
  host: string
  port: number
  /** Asked of the system for what waits to be read; it may give less. */
  receiveBufferBytes: number
  receive(datagram: Buffer, address: string): void
}
export type DatagramSocket = {
  address: string
  port: number
  close(): Promise<void>
}

/** Opens a UDP socket; rejects with a Fault where the address cannot be had. `receive` must not throw. */
export async function openDatagramSocket(options: DatagramOptions): Promise<DatagramSocket> {
  const { group, host, port, receiveBufferBytes, receive } = options
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind(port, host, resolve)
    })
  } catch (error) {
    socket.close()
    throw bindFault(group, addressOf(host, port), error)
  }
  socket.removeAllListeners('error')
  // What an unreachable peer answers to nothing we sent: nobody to tell.
  socket.on('error', () => undefined)
  grow(socket, receiveBufferBytes)
  socket.on('message', (datagram, { address }) => receive(datagram, address))
  const bound = socket.address().port
  return {
    address: addressOf(host, bound),
    port: bound,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}

function grow(socket: Socket, bytes: number): void {
  try {
    socket.setRecvBufferSize(bytes)
  } catch {
    // The system's own size stays.
  }
}

/** Shows what the system lost before anybody could read it. `port` is undefined while nothing is open. */
export function watchKernelDrops(metrics: Metrics, listener: string, port: () => number | undefined): void {
  metrics.gauge(
    `aiops_${listener}_kernel_dropped`,
    'Datagrams that the system dropped because they were not read in time, since the socket was opened.',
    [],
    (gauge) => {
      const open = port()
      gauge.set(open === undefined ? 0 : kernelDrops(open))
    },
  )
}

/**
 * Datagrams that the system dropped because nobody read them in time: the last column of Linux' /proc/net/udp and udp6 (proc(5)) for
 * the sockets on this port. 0 where there is no such file.
 */
function kernelDrops(port: number): number {
  let drops = 0
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  for (const file of ['/proc/net/udp', '/proc/net/udp6']) {
    for (const line of linesOf(file)) {
      const columns = line.trim().split(/\s+/)
      if (columns[1]?.endsWith(wanted)) drops += Number(columns.at(-1)) || 0
    }
  }
  return drops
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(1)
  } catch {
    return []
  }
}
