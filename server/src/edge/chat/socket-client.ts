import { ChatClientMessage, type ChatServerMessage } from '@aiops/contract/model/chat'
import type { WebSocket } from 'ws'
import { isFault, messageOf } from '../../kernel/fault.ts'
import { SerialExecutor } from '../../kernel/queue.ts'
import { TokenBuckets } from '../../kernel/token-bucket.ts'
import type { Principal } from '../../service/identity/index.ts'
import type { ChatApiDeps } from './index.ts'
import { chatLimits } from './limit.ts'

const { authWithinMs, closeWithinMs, messagesBurst, messagesPerMinute, messagesWaitingMax, followsMax } =
  chatLimits

type Deps = ChatApiDeps & {
  sessionId: string
  headers: Readonly<Record<string, string | undefined>>
}

/** One who speaks and reads in a conversation over a WebSocket. What is sent runs in order; answers come side by side. */
export class SocketClient {
  readonly #socket: WebSocket
  readonly #deps: Deps
  readonly #gone = new AbortController()
  readonly #work = new SerialExecutor('this conversation', messagesWaitingMax)
  readonly #pace: TokenBuckets
  readonly #cancelAuth: () => void
  #principal: Principal | undefined
  #follows = 0
  #alive = true

  constructor(socket: WebSocket, deps: Deps, principal: Principal | undefined) {
    this.#socket = socket
    this.#deps = deps
    const limits = { perMinute: messagesPerMinute, burst: messagesBurst, keysMax: 1 }
    this.#pace = new TokenBuckets(deps.clock, limits)
    this.#cancelAuth = deps.clock.after(authWithinMs, () => {
      if (!this.#principal)
        this.#refuse('AUTH_FAILED', `No auth message came within ${authWithinMs / 1_000} seconds.`)
    })
    socket.on('message', (data, binary) => this.#receive(binary ? '' : String(data)))
    socket.on('pong', () => {
      this.#alive = true
    })
    // What breaks the protocol, such as a message over the limit: `ws` has already sent why.
    socket.on('error', () => this.#cutOff())
    // Where no key is asked for, a client need not say who it is.
    if (principal || !deps.identity.required) this.#enqueue(() => this.#admit(principal ?? this.#local()))
  }

  /** Ends a connection whose other side has gone. */
  beat(): void {
    if (this.#alive) this.#socket.ping()
    else this.#socket.terminate()
    this.#alive = false
  }

  /** Resolves when the client has gone. */
  goodbye(reason: string, reconnectAfterMs: number): Promise<void> {
    const gone = new Promise<void>((resolve) => this.#socket.once('close', () => resolve()))
    this.#say({ type: 'disconnect', reason, reconnect_after_ms: reconnectAfterMs })
    this.#socket.close(1001, reason)
    this.#cutOff()
    return this.#socket.readyState === this.#socket.CLOSED ? Promise.resolve() : gone
  }

  close(): void {
    this.#cancelAuth()
    this.#gone.abort()
  }

  #receive(text: string): void {
    const message = messageIn(text)
    if (this.#pace.take('') > 0) this.#complain('RATE_LIMITED', 'Send fewer messages a second.')
    else if (!message) this.#complain('INVALID_MESSAGE', 'That is not a message of the chat protocol.')
    else if (message.type === 'ping')
      this.#say({ type: 'pong', timestamp: message.timestamp, server_time: this.#deps.clock.now() })
    else this.#enqueue(() => this.#take(message))
  }

  #enqueue(task: () => Promise<void>): void {
    this.#work
      .run(task)
      .catch((error: unknown) => this.#complain(codeOf(error), isFault(error) ? error.message : defect))
  }

  async #take(message: Exclude<ChatClientMessage, { type: 'ping' }>): Promise<void> {
    if (message.type === 'auth') return this.#authenticate(message.token)
    const caller = this.#principal
    if (!caller) return this.#refuse('AUTH_FAILED', 'Send an auth message first.')
    const { chat, identity, sessionId } = this.#deps
    if (message.type === 'follow') return this.#follow(caller, message.message_id, message.after)
    identity.authorize(caller, 'chat:write')
    if (message.type === 'stop') return void (await chat.stopAnswer(caller, sessionId, message.message_id))
    const audit = (outcome: 'SUCCESS' | 'FAILURE', details = {}) =>
      identity.audit(caller, 'sendChatMessage', `/api/v1/chat/sessions/${sessionId}/socket`, outcome, details)
    try {
      const begun = await chat.send(caller, sessionId, message)
      await this.#follow(caller, begun.message.id, 0)
      await audit('SUCCESS')
    } catch (error) {
      await audit('FAILURE', { error: messageOf(error) })
      throw error
    }
  }

  async #authenticate(token: string): Promise<void> {
    try {
      const { authorization: _, ...headers } = this.#deps.headers
      const principal = this.#deps.identity.authenticate(
        token === '' ? headers : { ...headers, authorization: `Bearer ${token}` },
      )
      await this.#admit(principal)
    } catch (error) {
      this.#refuse('AUTH_FAILED', messageOf(error))
    }
  }

  #local(): Principal {
    const { authorization: _, ...headers } = this.#deps.headers
    return this.#deps.identity.authenticate(headers)
  }

  /** To a conversation that the caller may read. */
  async #admit(principal: Principal): Promise<void> {
    const { chat, identity, sessionId } = this.#deps
    try {
      identity.authorize(principal, 'chat:read')
      await chat.get(principal, sessionId)
    } catch (error) {
      return this.#refuse(codeOf(error), isFault(error) ? error.message : defect)
    }
    this.#principal = principal
    this.#cancelAuth()
    this.#say({ type: 'auth_response', status: 'authenticated' })
  }

  /** Begins to send the frames; they come beside whatever is said meanwhile. */
  async #follow(caller: Principal, messageId: string, after: number): Promise<void> {
    if (this.#follows >= followsMax)
      return this.#complain('RATE_LIMITED', `You read ${followsMax} answers already.`)
    const { chat, sessionId } = this.#deps
    const { frames } = await chat.follow(caller, sessionId, messageId, after, this.#gone.signal)
    this.#follows += 1
    this.#pass(frames)
      .catch(() => this.#complain('INTERNAL', defect))
      .finally(() => (this.#follows -= 1))
  }

  /** The next frame is taken when the one before it is on its way, so that a slow client costs nothing here. */
  async #pass(frames: AsyncIterable<ChatServerMessage>): Promise<void> {
    for await (const frame of frames) {
      if (this.#socket.readyState !== this.#socket.OPEN) return
      await new Promise<void>((resolve) => this.#socket.send(JSON.stringify(frame), () => resolve()))
    }
  }

  /** The client made a mistake and stays. */
  #complain(code: string, message: string): void {
    this.#say({ type: 'error', code, message })
  }

  #refuse(code: string, message: string): void {
    this.#complain(code, message)
    this.#principal = undefined
    this.#gone.abort()
    this.#socket.close(1008, code)
    this.#cutOff()
  }

  #cutOff(): void {
    this.#deps.clock.after(closeWithinMs, () => this.#socket.terminate())
  }

  #say(message: ChatServerMessage): void {
    // Whoever neither stops sending nor reads the answers would otherwise fill our memory with them.
    if (this.#socket.bufferedAmount > bufferedBytesMax) this.#socket.terminate()
    else if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message))
  }
}

/** What a socket may hold back beside the one frame that is on its way. */
const bufferedBytesMax = 8_388_608

const defect = 'Something went wrong here.'

const codeOf = (error: unknown): string => (isFault(error) ? error.code : 'INTERNAL')

function messageIn(text: string): ChatClientMessage | undefined {
  try {
    return ChatClientMessage.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
