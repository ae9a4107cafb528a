import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { chatSocketPath } from '@aiops/contract/api/chat'
import { WebSocketServer } from 'ws'
import { isoTime } from '../../kernel/clock.ts'
import { upgradeRefusal } from '../../kernel/upgrade-refusal.ts'
import { checkOrigin } from '../../service/identity/index.ts'
import type { ChatApi, ChatApiDeps } from './index.ts'
import { chatLimits } from './limit.ts'
import { Readers } from './readers.ts'
import { SocketClient } from './socket-client.ts'
import { streamRoutes } from './stream-route.ts'

const { messageBytesMax, heartbeatMs, closeWithinMs } = chatLimits

const socketPath = new RegExp(`^${chatSocketPath.replace('{id}', '([\\w-]{1,64})')}$`)

export function createChatApi(deps: ChatApiDeps): ChatApi {
  const readers = new Readers(deps.metrics)
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: messageBytesMax,
    perMessageDeflate: false,
  })
  const clients = new Set<SocketClient>()
  let cancel = (): void => undefined

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const sessionId = socketPath.exec(pathOf(request))?.[1]
    if (sessionId === undefined) return
    // Nobody listens for a broken connection until the handshake is done, and an unheard error ends the process.
    socket.on('error', () => socket.destroy())
    try {
      checkOrigin(request.headers, deps.identity.required, deps.allowedHosts)
      const headers = request.headers as Record<string, string | undefined>
      // Programs can say who they are in a header; a browser cannot, and sends a message.
      const principal = headers.authorization ? deps.identity.authenticate(headers) : undefined
      const leave = readers.enter()
      socket.once('close', leave)
      sockets.handleUpgrade(request, socket, head, (accepted) => {
        const client = new SocketClient(accepted, { ...deps, sessionId, headers }, principal)
        clients.add(client)
        accepted.on('close', () => {
          clients.delete(client)
          client.close()
        })
      })
    } catch (error) {
      socket.end(
        upgradeRefusal(error, request.headers.traceparent as string | undefined, isoTime(deps.clock.now())),
      )
    }
  }

  return {
    streams: streamRoutes(deps, readers),
    takes: (path) => socketPath.test(path),
    attach: (server: Server) => void server.on('upgrade', upgrade),
    async start() {
      cancel = deps.clock.every(heartbeatMs, () => {
        for (const client of clients) client.beat()
      })
    },
    /** Those who read are sent away, and go on with another process. */
    async stop() {
      cancel()
      readers.close()
      const gone = [...clients].map((client) => client.goodbye('server_shutdown', 5_000))
      await Promise.race([Promise.all(gone), deps.clock.sleep(closeWithinMs)])
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
    },
  }
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '').split('?')[0] ?? ''
