import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { addressOf, bindFault } from './bind.ts'
import { plainAddress, type SenderList } from './sender-list.ts'

/** What becomes of one connection's bytes. */
export type StreamReader = {
  /** Throws where the stream cannot be read on: the connection is then closed. */
  push(chunk: Buffer): void
  /** The sender has said all. */
  end(): void
}
export type StreamOptions = {
  /** As `collector.syslog.tcp`, for messages. */
  group: string
  host: string
  port: number
  /** Certificate and key in PEM; plain TCP without. With `ca`, only senders with a certificate of it are let in. */
  tls?: Pick<TlsOptions, 'cert' | 'key' | 'ca'>
  connectionsMax: number
  senders: SenderList
  open(peer: string): StreamReader
  refused(reason: 'sender' | 'connections' | 'tls' | 'malformed'): void
}
export type StreamServer = {
  address: string
  connections(): number
  /** While paused nothing is read, so that senders feel it (TCP's own flow control). */
  pause(): void
  resume(): void
  /** Takes no more connections, reads what has arrived, closes all. */
  close(): Promise<void>
}

/** Opens a TCP or TLS server; rejects with a Fault where the address cannot be had. */
export async function openStreamServer(options: StreamOptions): Promise<StreamServer> {
  const { group, host, port, tls, connectionsMax } = options
  const sockets = new Set<Socket>()
  const state = { paused: false }
  const serve = (socket: Socket): void => attend(socket, sockets, state, options)
  const server: Server = tls
    ? createTlsServer(
        {
          ...tls,
          minVersion: 'TLSv1.2',
          handshakeTimeout: HANDSHAKE_MS,
          requestCert: tls.ca !== undefined,
          rejectUnauthorized: tls.ca !== undefined,
        },
        serve,
      )
    : createServer(serve)
  server.maxConnections = connectionsMax
  server.on('drop', () => options.refused('connections'))
  server.on('tlsClientError', () => options.refused('tls'))
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, resolve)
    })
  } catch (error) {
    throw bindFault(group, addressOf(host, port), error)
  }
  server.removeAllListeners('error')
  const bound = server.address()
  return {
    address: addressOf(host, typeof bound === 'object' && bound ? bound.port : port),
    connections: () => sockets.size,
    pause() {
      state.paused = true
      for (const socket of sockets) socket.pause()
    },
    resume() {
      state.paused = false
      for (const socket of sockets) socket.resume()
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroySoon()
      await closed
    },
  }
}

const HANDSHAKE_MS = 10_000
/** A connection that is gone without a word is noticed by the system's probes, begun after so long. */
const KEEPALIVE_MS = 60_000

function attend(
  socket: Socket,
  sockets: Set<Socket>,
  state: { paused: boolean },
  options: StreamOptions,
): void {
  const peer = plainAddress(socket.remoteAddress)
  if (!options.senders.allows(peer)) {
    options.refused('sender')
    socket.destroy()
    return
  }
  const reader = options.open(peer)
  sockets.add(socket)
  socket.setKeepAlive(true, KEEPALIVE_MS)
  socket.on('data', (chunk) => {
    try {
      reader.push(chunk)
    } catch {
      options.refused('malformed')
      socket.destroy()
    }
  })
  // A connection that breaks has said what it said.
  socket.on('error', () => undefined)
  socket.on('close', () => {
    sockets.delete(socket)
    reader.end()
  })
  socket.on('end', () => socket.end())
  if (state.paused) socket.pause()
}
