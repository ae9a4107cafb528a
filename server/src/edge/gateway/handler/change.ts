import type { Handler, HandlerDeps } from '../handler-deps.ts'
import { rangeOf } from './time-range.ts'

const dayMs = 86_400_000

/** What was changed, as those who deliver tell it and as the watch of clusters saw it. */
export function changeHandlers({ knowledge, clock }: Pick<HandlerDeps, 'knowledge' | 'clock'>): {
  [K in 'recordChange' | 'listChanges']: Handler<K>
} {
  return {
    async recordChange({ body }, { tenant, actor }) {
      const [change] = await knowledge.recordChanges(tenant, 'API', [body], actor)
      return change!
    },
    async listChanges({ query }, { tenant }) {
      const { page, page_size, entity, kind, source, cluster_id } = query
      const { changes, total } = await knowledge.changes(tenant, {
        ...rangeOf(query, clock, dayMs),
        ...{ kinds: kind, sources: source, clusterId: cluster_id },
        ...{ entities: entity === undefined ? undefined : [entity] },
        ...{ limit: page_size, offset: (page - 1) * page_size },
      })
      return { items: changes, total, page, page_size, total_pages: Math.ceil(total / page_size) }
    },
  }
}
