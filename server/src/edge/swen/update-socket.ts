import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { isoTime } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { upgradeRefusal } from '../../kernel/upgrade-refusal.ts'
import type { Caller } from '../../port/operation-client.ts'
import { checkOrigin } from '../../service/identity/index.ts'
import { update } from './answer.ts'
import type { SwenApi, SwenDeps } from './index.ts'

const paths = new Set(['/cost/ws', '/cost/api/ws'])
const connectionsMax = 200
const updateMs = 5_000
/** One that takes nothing any more is let go. */
const unreadBytesMax = 4 * 1024 * 1024
const closeWithinMs = 2_000

type Viewer = { socket: WebSocket; caller: Caller }

/** `{type: "update", telemetry, metrics, timestamp}` every five seconds, and `{type: "deployment", data}` as deployments go on. */
export function createUpdateSocket(deps: SwenDeps): Pick<SwenApi, 'takes' | 'attach' | 'start' | 'stop'> {
  const { clock, clientOf, identity } = deps
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1_024, perMessageDeflate: false })
  const viewers = new Set<Viewer>()
  const stops: (() => void)[] = []
  let isSending = false

  function send({ socket }: Viewer, text: string): void {
    if (socket.bufferedAmount > unreadBytesMax) socket.terminate()
    else if (socket.readyState === socket.OPEN) socket.send(text)
  }

  /** Written out once for those who may see the same. */
  async function sendUpdates(to: Iterable<Viewer>): Promise<void> {
    const texts = new Map<string, Promise<string>>()
    for (const viewer of to) {
      const { caller } = viewer
      const key = `${caller.tenant} ${caller.permissions.join()}`
      const text = texts.get(key) ?? updateFor(caller)
      texts.set(key, text)
      send(viewer, await text)
    }
  }

  async function updateFor(caller: Caller): Promise<string> {
    const asked = { client: clientOf(caller), query: new URLSearchParams(), body: undefined }
    return JSON.stringify(await update({ ...asked, at: isoTime(clock.now()) }))
  }

  /** One round at a time: a slow one takes the place of the next. */
  function round(): void {
    if (isSending) return
    isSending = true
    void sendUpdates([...viewers])
      .catch(() => {})
      .finally(() => {
        isSending = false
      })
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!paths.has(pathOf(request))) return
    // Nobody listens for a broken connection until the handshake is done, and an unheard error ends the process.
    socket.on('error', () => socket.destroy())
    try {
      checkOrigin(request.headers, identity.required, deps.allowedHosts)
      const caller = identity.authenticate(request.headers as Record<string, string | undefined>)
      identity.authorize(caller, 'cost:read')
      if (viewers.size >= connectionsMax)
        throw new Fault('NOT_READY', `${connectionsMax} viewers are connected; try again later.`)
      sockets.handleUpgrade(request, socket, head, (accepted) => {
        const viewer = { socket: accepted, caller }
        viewers.add(viewer)
        accepted.on('close', () => viewers.delete(viewer))
        void sendUpdates([viewer]).catch(() => accepted.close(1011))
      })
    } catch (error) {
      const traceparent = request.headers.traceparent as string | undefined
      socket.end(upgradeRefusal(error, traceparent, isoTime(clock.now())))
    }
  }

  return {
    takes: (path) => paths.has(path),
    attach: (server: Server) => void server.on('upgrade', upgrade),
    async start() {
      stops.push(
        clock.every(updateMs, round),
        deps.bus.subscribe('events', 'swen', (event) => {
          if (event.event_type !== 'DEPLOYMENT_UPDATED') return
          const text = JSON.stringify({ type: 'deployment', data: event.payload })
          for (const viewer of viewers)
            if (
              viewer.caller.tenant === event.tenant_id &&
              viewer.caller.permissions.includes('deployments:read')
            )
              send(viewer, text)
        }),
      )
    },
    async stop() {
      for (const stop of stops) stop()
      const gone = [...viewers].map(
        ({ socket }) => new Promise<void>((resolve) => socket.once('close', () => resolve()).close(1001)),
      )
      await Promise.race([Promise.all(gone), clock.sleep(closeWithinMs)])
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
    },
  }
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '').split('?')[0] ?? ''
