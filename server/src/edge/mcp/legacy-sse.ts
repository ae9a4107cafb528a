import type { JSONRPCMessage, McpServer, Server, Transport } from '@modelcontextprotocol/server'
import { Fault } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { Caller } from '../../port/operation-client.ts'
import type { WebRoute } from '../../port/web-route.ts'
import type { Guard } from './guard.ts'
import { refusal } from './refusal.ts'
import type { RouteDeps } from './route-deps.ts'

type Route = Pick<WebRoute, 'action' | 'permission' | 'bodyBytesMax' | 'refuse'>

/** Streams that are open at once. */
const streamsMax = 100
const messagePath = '/mcp/sse/message'

/**
 * The HTTP+SSE transport of revision 2024-11-05, which later ones deprecate: one stream for all answers, its first event naming where
 * to post. A stream belongs to who opened it. Off unless `mcp.legacy_sse` is set; then the paths say so.
 */
export function createLegacySse(
  deps: Pick<RouteDeps, 'product' | 'random' | 'clock' | 'log'>,
  { route, guard, enabled }: { route: Route; guard: Guard; enabled: boolean },
): { routes: WebRoute[]; close(): void } {
  const streams = new Map<string, { caller: Caller; transport: SseTransport }>()

  async function open(request: Request, caller: Caller): Promise<Response> {
    const { factory } = await deps.product()
    if (streams.size >= streamsMax)
      throw new Fault('RATE_LIMITED', `There are ${streamsMax} streams open; close one, or use POST /mcp.`)
    const id = Buffer.from(deps.random.bytes(24)).toString('base64url')
    const transport = new SseTransport(`${messagePath}?sessionId=${id}`)
    const server: Server | McpServer = factory(caller)
    const beat = deps.clock.every(keepAliveMs, () => transport.beat())
    streams.set(id, { caller, transport })
    transport.ended = () => {
      beat()
      streams.delete(id)
      server.close().catch((error: Error) => logged(deps.log, error))
    }
    await server.connect(transport)
    request.signal.addEventListener('abort', () => void transport.close(), { once: true })
    if (request.signal.aborted) void transport.close()
    return new Response(transport.body, {
      headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
    })
  }

  async function take(request: Request, caller: Caller): Promise<Response> {
    const stream = streams.get(new URL(request.url).searchParams.get('sessionId') ?? '')
    if (!stream || stream.caller.actor !== caller.actor || stream.caller.tenant !== caller.tenant)
      return refusal(404, -32_001, 'There is no such stream; open one with GET /mcp/sse.')
    try {
      const { parseJSONRPCMessage } = await import('@modelcontextprotocol/server')
      stream.transport.onmessage?.(parseJSONRPCMessage(JSON.parse(await request.text())))
    } catch {
      return refusal(400, -32_700, 'The body is no JSON-RPC message.')
    }
    return new Response('Accepted', { status: 202 })
  }

  const off = async (): Promise<Response> => {
    throw new Fault(
      'NOT_FOUND',
      'The HTTP+SSE transport is off; use POST /mcp, or set mcp.legacy_sse for hosts that know no other.',
    )
  }
  const guarded =
    (run: typeof open): WebRoute['handle'] =>
    (request, caller) =>
      enabled ? guard.pass(request, caller, () => run(request, caller)) : off()
  const limited = enabled ? { quota: guard.quota } : {}
  const summary = 'Model Context Protocol, HTTP+SSE of revision 2024-11-05; only with mcp.legacy_sse.'
  return {
    routes: [
      { ...route, ...limited, summary, methods: ['GET'], path: '/mcp/sse', handle: guarded(open) },
      { ...route, ...limited, summary, methods: ['POST'], path: messagePath, handle: guarded(take) },
    ],
    close() {
      for (const { transport } of [...streams.values()]) void transport.close()
    },
  }
}

const keepAliveMs = 15_000
/** Bytes that a reader may be behind; one that is further loses its stream. */
const behindMax = 4_194_304

const logged = (log: Log, error: Error): void =>
  log.debug({ error: error.message.slice(0, 300) }, 'an MCP stream did not close cleanly')

class SseTransport implements Transport {
  onclose?: () => void
  onerror?: (error: Error) => void
  onmessage?: (message: JSONRPCMessage) => void
  ended: () => void = () => undefined
  readonly body: ReadableStream<Uint8Array>
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined

  constructor(endpoint: string) {
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
        },
        cancel: () => this.close(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: behindMax }),
    )
    this.#write(`event: endpoint\ndata: ${endpoint}\n\n`)
  }

  async start(): Promise<void> {}

  async send(message: JSONRPCMessage): Promise<void> {
    this.#write(`event: message\ndata: ${JSON.stringify(message)}\n\n`)
  }

  beat(): void {
    this.#write(': \n\n')
  }

  async close(): Promise<void> {
    const controller = this.#controller
    if (!controller) return
    this.#controller = undefined
    try {
      controller.close()
    } catch {
      // Its reader cancelled it, which closed it.
    }
    this.ended()
    this.onclose?.()
  }

  #write(text: string): void {
    if (!this.#controller) return
    if ((this.#controller.desiredSize ?? 0) <= 0) return void this.close()
    this.#controller.enqueue(new TextEncoder().encode(text))
  }
}
