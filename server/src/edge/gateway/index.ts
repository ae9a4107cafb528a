/** Gateway: HTTP. The API from the contract's table, the senders' protocols, the web app, health, metrics, OpenAPI. */
import type { Server } from 'node:http'
import type { OperationId } from '@aiops/contract/api/index'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Quota } from '../../kernel/quota.ts'
import type { Receiver } from '../../pipeline/ingest/index.ts'
import type { StreamRoute } from '../../port/stream-route.ts'
import type { WebRoute } from '../../port/web-route.ts'
import type { Identity, Principal } from '../../service/identity/index.ts'
import type { Handlers } from './handler-deps.ts'

export interface Gateway extends Lifecycle {
  /** Origin it listens on, known after `start`. */
  readonly url: string
  /** For the WebSocket hub to attach to. */
  readonly server: Server
}

export type GatewayDeps = {
  /** Operations without one are not served. */
  handlers: Partial<Handlers>
  /** What is left of the rate limits of operations that have one. */
  quotas?: { [K in OperationId]?: (caller: Principal) => Quota }
  receivers: readonly Receiver[]
  /** What answers while it is being made. */
  streams?: readonly StreamRoute[]
  /** Protocols whose libraries speak Request and Response. */
  web?: readonly WebRoute[]
  identity: Identity
  /** Folder of the built web app. */
  webFolder: string
  version: string
  clock: Clock
  metrics: Metrics
  log: Log
}

export { GatewayConfig } from './config.ts'
export { createGateway } from './gateway.ts'
export { createHandlers } from './handler.ts'
export type { HandlerDeps, Handlers } from './handler-deps.ts'
export { createOperationClient } from './invoke.ts'
export { openapiDocument } from './openapi.ts'
