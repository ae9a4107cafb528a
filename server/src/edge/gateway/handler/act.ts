import { Fault } from '../../../kernel/fault.ts'
import type { Handler, HandlerDeps } from '../handler-deps.ts'

type ActHandlers = {
  [K in
    | 'listRunbooks'
    | 'executeRunbook'
    | 'listRemediations'
    | 'getRemediation'
    | 'approveRemediation'
    | 'settleRemediation']: Handler<K>
}

export function actHandlers({ act, records }: HandlerDeps): ActHandlers {
  return {
    listRunbooks: async () => act.runbooks(),
    executeRunbook: ({ params, body }, { tenant, actor }) =>
      act.propose(tenant, body.incident_id, params.id, actor),
    async listRemediations({ query }, { tenant }) {
      const { page, page_size, status, incident_id } = query
      const found = await records.remediations.list(tenant, {
        statuses: status,
        incidentId: incident_id,
        limit: page_size,
        offset: (page - 1) * page_size,
      })
      return {
        items: found.remediations,
        total: found.total,
        page,
        page_size,
        total_pages: Math.ceil(found.total / page_size),
      }
    },
    async getRemediation({ params }, { tenant }) {
      const remediation = await records.remediations.get(tenant, params.id)
      if (!remediation) throw new Fault('NOT_FOUND', `There is no remediation ${params.id}.`)
      return remediation
    },
    approveRemediation: ({ params, body }, { tenant, actor }) =>
      act.decide(tenant, params.id, body.approved, actor, body.comment),
    settleRemediation: ({ params, body }, { tenant, actor }) =>
      act.settle(tenant, params.id, body.outcome, actor, body.comment),
  }
}
