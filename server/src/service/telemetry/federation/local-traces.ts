import type { TenantId } from '@aiops/contract/model/tenant'
import { isFault } from '../../../kernel/fault.ts'
import type { TraceBackend } from '../../../port/cluster-backend.ts'
import type { StoredSpan } from '../../../port/trace-store.ts'
import type { Traces } from '../trace/index.ts'

/** A tenant's own traces as one of the clusters. A search that was not allowed to look at all says so. */
export function localTraces(traces: Traces, tenant: TenantId): TraceBackend {
  return {
    async search({ query, startMs, endMs, limit }, { signal }) {
      const found = await traces.search(tenant, {
        ...{ query, startMs, endMs, limit, spansPerSet: 1 },
        ...(signal ? { signal } : {}),
      })
      const warnings = found.complete ? [] : ['Older traces may fit too; ask for a shorter range.']
      return {
        ...{ warnings, infos: [], partial: !found.complete },
        value: found.traces.map(({ traceId, root, startMs: beganMs, durationMs }) => ({
          ...{ traceId, rootService: root?.service ?? '', rootName: root?.name ?? '' },
          ...{ startMs: beganMs, durationMs },
        })),
      }
    },
    async trace(traceId) {
      const value = await traces.spans(tenant, traceId).catch((error: unknown): StoredSpan[] => {
        if (isFault(error) && error.code === 'NOT_FOUND') return []
        throw error
      })
      return { value, warnings: [], infos: [], partial: false }
    },
  }
}
