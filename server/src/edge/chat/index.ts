/** Chat: answers while they are written, as server-sent events and over a WebSocket. What is not a stream is among the operations. */
import type { Server } from 'node:http'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { StreamRoute } from '../../port/stream-route.ts'
import type { Identity } from '../../service/identity/index.ts'
import type { Chat } from '../../service/intelligence/index.ts'

export interface ChatApi extends Lifecycle {
  /** For the gateway to mount. */
  readonly streams: readonly StreamRoute[]
  /** Whether this path is a conversation's WebSocket. */
  takes(path: string): boolean
  /** Takes the upgrades of this server to such paths; all others are left to whoever else listens. */
  attach(server: Server): void
}

export type ChatApiDeps = {
  chat: Chat
  identity: Identity
  allowedHosts: readonly string[]
  clock: Clock
  metrics: Metrics
}

export { createChatApi } from './chat-api.ts'
