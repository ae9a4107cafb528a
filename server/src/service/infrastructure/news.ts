import type { EventPayload, EventType } from '@aiops/contract/event'
import type { GpuNode } from '@aiops/contract/model/gpu'
import type { TenantId } from '@aiops/contract/model/tenant'
import { isoTime } from '../../kernel/clock.ts'
import type { InfrastructureDeps } from './index.ts'
import type { Verdict } from './signature/judge.ts'

type Deps = Pick<InfrastructureDeps, 'bus' | 'clock' | 'random'>

/** Tells of findings that begin and end. */
export function createFindingNews(deps: Deps) {
  return {
    tell({ opened, closed }: Verdict): void {
      for (const finding of closed)
        publish(deps, 'FINDING_CLOSED', finding.tenant_id, finding.cluster_id, finding)
      for (const finding of opened)
        publish(deps, 'FINDING_OPENED', finding.tenant_id, finding.cluster_id, finding)
    },
  }
}

const toldMax = 50_000

/** Tells of nodes whose GPUs changed, each at most once in `intervalMs`; a change that comes too soon is told with the next reading. */
export function createGpuNews(deps: Deps, intervalMs: number) {
  const told = new Map<string, { atMs: number; state: string }>()
  return {
    tell(tenant: TenantId, nodes: readonly GpuNode[]): void {
      const nowMs = deps.clock.monotonic()
      for (const node of nodes) {
        const key = `${tenant}/${node.cluster_id}/${node.node_name}`
        const last = told.get(key)
        if (last && nowMs - last.atMs < intervalMs) continue
        const state = JSON.stringify({ ...node, last_updated: '' })
        if (last?.state === state) continue
        told.delete(key)
        told.set(key, { atMs: nowMs, state })
        if (told.size > toldMax) told.delete(told.keys().next().value as string)
        publish(deps, 'GPU_UPDATE', tenant, node.cluster_id, node)
      }
    },
  }
}

function publish<T extends EventType & ('FINDING_OPENED' | 'FINDING_CLOSED' | 'GPU_UPDATE')>(
  { bus, clock, random }: Deps,
  type: T,
  tenant: TenantId,
  clusterId: string,
  payload: EventPayload<T>,
): void {
  const nowMs = clock.now()
  bus.publish('events', {
    ...{ event_id: random.uuid(nowMs), event_type: type, source: 'infrastructure', tenant_id: tenant },
    ...{ cluster_id: clusterId, timestamp: isoTime(nowMs), payload },
  } as Parameters<typeof bus.publish<'events'>>[1])
}
