/**
 * SWEN: the endpoints of the cost-aware placement dashboard, under `/cost`, in both spellings (`/cost/telemetry`, `/cost/api/telemetry`), so
 * that what reads them keeps working. Every answer is made of the platform's own operations, with the caller's rights.
 */
import type { Server } from 'node:http'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { ClientOf } from '../../port/operation-client.ts'
import type { WebRoute } from '../../port/web-route.ts'
import type { Identity } from '../../service/identity/index.ts'

export interface SwenApi extends Lifecycle {
  /** For the gateway to mount. */
  readonly routes: readonly WebRoute[]
  /** Whether this path is the update socket. */
  takes(path: string): boolean
  /** Takes the upgrades of this server to that path; all others are left to whoever else listens. */
  attach(server: Server): void
}

export type SwenDeps = {
  clientOf: ClientOf
  identity: Identity
  bus: Pick<EventBus, 'subscribe'>
  allowedHosts: readonly string[]
  clock: Clock
}

export { createSwenApi } from './swen-api.ts'
