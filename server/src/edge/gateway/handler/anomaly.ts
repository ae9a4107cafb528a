import { Fault } from '../../../kernel/fault.ts'
import type { Handler, HandlerDeps } from '../handler-deps.ts'

type AnomalyHandlers = { [K in 'listAnomalies' | 'getAnomaly']: Handler<K> }

const msOf = (time: string | undefined): number | undefined =>
  time === undefined ? undefined : Date.parse(time)

export function anomalyHandlers({ records }: Pick<HandlerDeps, 'records'>): AnomalyHandlers {
  return {
    async listAnomalies({ query }, { tenant }) {
      const { page, page_size, state, entity, text, start_time, end_time } = query
      const filter = {
        ...{ state, entity, text, startMs: msOf(start_time), endMs: msOf(end_time) },
        ...{ shapes: query.shape, severities: query.severity, tiers: query.tier },
      }
      const [{ anomalies, total }, facets] = await Promise.all([
        records.anomalies.list(tenant, { ...filter, limit: page_size, offset: (page - 1) * page_size }),
        records.anomalies.facets(tenant, filter),
      ])
      const total_pages = Math.ceil(total / page_size)
      return { items: anomalies, total, page, page_size, total_pages, facets }
    },
    async getAnomaly({ params }, { tenant }) {
      const anomaly = await records.anomalies.get(tenant, params.id)
      if (!anomaly) throw new Fault('NOT_FOUND', `There is no anomaly ${params.id}.`)
      return anomaly
    },
  }
}
