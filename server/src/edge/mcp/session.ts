import {
  type AuthInfo,
  isInitializeRequest,
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import type { Clock } from '../../kernel/clock.ts'
import type { Random } from '../../kernel/random.ts'
import type { Caller } from '../../port/operation-client.ts'
import type { Change, McpFactory, TransportLimits } from './exchange.ts'
import { refusal } from './refusal.ts'

export type SessionsDeps = { clock: Clock; random: Random }

type Session = {
  caller: Caller
  server: Server
  transport: WebStandardStreamableHTTPServerTransport
  subscriptions: Set<string>
  /** Requests being answered and streams being read. */
  open: number
  usedMs: number
}

/** Resources that one session may watch. */
const subscriptionsMax = 100
/** Sessions of one caller are so many at most; opening another ends the one that was used longest ago. */
const perCallerMax = 20

/** Sessions of hosts of revision 2025-11-25 and older. Each belongs to who opened it: for others it does not exist. */
export class Sessions {
  readonly #deps: SessionsDeps
  readonly #factory: McpFactory
  readonly #limits: TransportLimits
  readonly #onerror: (error: Error) => void
  /** Used longest ago first. */
  readonly #sessions = new Map<string, Session>()

  constructor(
    deps: SessionsDeps,
    factory: McpFactory,
    limits: TransportLimits,
    onerror: (error: Error) => void,
  ) {
    this.#deps = deps
    this.#factory = factory
    this.#limits = limits
    this.#onerror = onerror
  }

  get size(): number {
    return this.#sessions.size
  }

  /** undefined: this request has no session and opens none. */
  async handle(
    request: Request,
    body: unknown,
    caller: Caller,
    authInfo: AuthInfo,
  ): Promise<Response | undefined> {
    this.#endIdle()
    const id = request.headers.get('mcp-session-id')
    if (id === null && !isInitializeRequest(body)) return undefined
    const session = id === null ? await this.#open(caller) : this.#of(id, caller)
    if (!session)
      return id === null ? undefined : refusal(404, -32_001, 'There is no such session; initialize another.')
    session.open += 1
    const done = (): void => {
      session.open -= 1
      session.usedMs = this.#deps.clock.monotonic()
    }
    if (request.signal.aborted) done()
    else request.signal.addEventListener('abort', done, { once: true })
    const parsed = body === undefined ? {} : { parsedBody: body }
    return session.transport.handleRequest(request, { authInfo, ...parsed })
  }

  changed(tenant: string, change: Change): void {
    for (const { caller, server, subscriptions } of this.#sessions.values()) {
      if (caller.tenant !== tenant) continue
      // A session that nobody listens to loses it: what changed can be read.
      const failed = (error: Error): void => this.#onerror(error)
      if (change.kind === 'resource') {
        if (subscriptions.has(change.uri)) server.sendResourceUpdated({ uri: change.uri }).catch(failed)
      } else if (change.kind === 'resources') server.sendResourceListChanged().catch(failed)
      else if (change.kind === 'tools') server.sendToolListChanged().catch(failed)
      else server.sendPromptListChanged().catch(failed)
    }
  }

  close(): void {
    for (const id of [...this.#sessions.keys()]) this.#end(id)
  }

  #of(id: string, caller: Caller): Session | undefined {
    const session = this.#sessions.get(id)
    if (!session || session.caller.actor !== caller.actor || session.caller.tenant !== caller.tenant)
      return undefined
    session.usedMs = this.#deps.clock.monotonic()
    this.#sessions.delete(id)
    this.#sessions.set(id, session)
    return session
  }

  async #open(caller: Caller): Promise<Session | undefined> {
    const own = [...this.#sessions].filter(
      ([, one]) => one.caller.actor === caller.actor && one.caller.tenant === caller.tenant,
    )
    const [oldest] = own
    if (own.length >= Math.min(perCallerMax, this.#limits.sessionsMax) && oldest) this.#end(oldest[0])
    if (this.#sessions.size >= this.#limits.sessionsMax) return undefined
    const made = this.#factory(caller)
    const server = serverOf(made)
    const transport: WebStandardStreamableHTTPServerTransport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => Buffer.from(this.#deps.random.bytes(24)).toString('base64url'),
      maxRequestBodySize: this.#limits.bodyBytesMax,
      onsessioninitialized: (id) => void this.#sessions.set(id, session),
      onsessionclosed: (id) => void this.#sessions.delete(id),
    })
    const subscriptions = new Set<string>()
    const session: Session = {
      ...{ caller, server, transport, subscriptions, open: 0, usedMs: this.#deps.clock.monotonic() },
    }
    if (server.getCapabilities().resources?.subscribe) watchable(server, subscriptions)
    await made.connect(transport)
    return session
  }

  #endIdle(): void {
    const before = this.#deps.clock.monotonic() - this.#limits.sessionIdleMs
    for (const [id, { open, usedMs }] of [...this.#sessions]) {
      if (open === 0 && usedMs < before) this.#end(id)
    }
  }

  #end(id: string): void {
    const session = this.#sessions.get(id)
    this.#sessions.delete(id)
    session?.transport.close().catch((error: Error) => this.#onerror(error))
  }
}

const serverOf = (made: Server | McpServer): Server => ('server' in made ? made.server : made)

function watchable(server: Server, subscriptions: Set<string>): void {
  server.setRequestHandler('resources/subscribe', ({ params }) => {
    if (subscriptions.size >= subscriptionsMax)
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `A session watches ${subscriptionsMax} resources.`,
      )
    subscriptions.add(params.uri)
    return {}
  })
  server.setRequestHandler('resources/unsubscribe', ({ params }) => {
    subscriptions.delete(params.uri)
    return {}
  })
}
