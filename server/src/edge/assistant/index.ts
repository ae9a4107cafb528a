/** Assistant: the routes and shapes of single-cluster assistants, as aliases of ours, and the download of a support bundle. */
import type { Clock } from '../../kernel/clock.ts'
import type { Receiver } from '../../pipeline/ingest/index.ts'
import type { FleetRegistry } from '../../service/fleet/index.ts'
import type { Kubernetes } from '../../service/kubernetes/index.ts'

export interface AssistantApi {
  /** For the gateway to mount. */
  readonly receivers: readonly Receiver[]
}

export type AssistantDeps = {
  kubernetes: Kubernetes
  fleet: Pick<FleetRegistry, 'list' | 'get'>
  clock: Clock
}

export { createAssistantApi } from './assistant-api.ts'
