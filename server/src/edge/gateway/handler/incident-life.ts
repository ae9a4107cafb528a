import { Fault } from '../../../kernel/fault.ts'
import type { Handler, HandlerDeps } from '../handler-deps.ts'

type IncidentLifeHandlers = {
  [K in
    | 'setIncidentStatus'
    | 'listIncidentMembers'
    | 'assignIncident'
    | 'setIncidentSeverity'
    | 'mergeIncident'
    | 'splitIncident'
    | 'removeIncidentMember'
    | 'moveIncidentMember'
    | 'confirmIncidentCause'
    | 'addIncidentLink'
    | 'removeIncidentLink'
    | 'listCorrelationLessons'
    | 'forgetCorrelationLesson']: Handler<K>
}

/** What people do to incidents, and what correlation learned from it. */
export function incidentLifeHandlers({ records, correlate }: HandlerDeps): IncidentLifeHandlers {
  const { life } = correlate
  return {
    setIncidentStatus({ params, body }, { tenant, actor }) {
      if (body.cause && body.status !== 'RESOLVED')
        throw new Fault('VALIDATION_FAILED', 'cause: is confirmed with RESOLVED alone', {
          details: [{ path: 'cause', message: 'is confirmed with RESOLVED alone' }],
        })
      return life.setStatus(tenant, params.id, body.status, actor, body.comment, body.cause)
    },
    async listIncidentMembers({ params, query }, { tenant }) {
      const incident = await records.incidents.get(tenant, params.id)
      if (!incident) throw new Fault('NOT_FOUND', `There is no incident ${params.id}.`)
      const { page, page_size, kind, text } = query
      const { members, total } = await records.incidentLife.members(tenant, incident.id, {
        ...{ kind, text, limit: page_size, offset: (page - 1) * page_size },
      })
      return { items: members, total, page, page_size, total_pages: Math.ceil(total / page_size) }
    },
    assignIncident: ({ params, body }, { tenant, actor }) =>
      life.assign(tenant, params.id, actor, body.assignee),
    setIncidentSeverity: ({ params, body }, { tenant, actor }) =>
      life.setSeverity(tenant, params.id, actor, body.severity, body.comment),
    mergeIncident: ({ params, body }, { tenant, actor }) =>
      life.merge(tenant, params.id, actor, body.into, body.comment),
    splitIncident: ({ params, body }, { tenant, actor }) =>
      life.split(tenant, params.id, actor, body.members, body.comment),
    removeIncidentMember: ({ params, body }, { tenant, actor }) =>
      life.remove(tenant, params.id, actor, [params.memberId], body.reason),
    moveIncidentMember: ({ params, body }, { tenant, actor }) =>
      life.move(tenant, params.id, actor, [params.memberId], body.into, body.comment),
    confirmIncidentCause: ({ params, body }, { tenant, actor }) =>
      life.confirmCause(
        tenant,
        params.id,
        actor,
        body.sentence === null ? null : { entity: body.entity, sentence: body.sentence },
      ),
    addIncidentLink: ({ params, body }, { tenant, actor }) => life.addLink(tenant, params.id, actor, body),
    removeIncidentLink: ({ params }, { tenant, actor }) =>
      life.removeLink(tenant, params.id, actor, params.linkId),
    async listCorrelationLessons({ query: { page, page_size } }, { tenant }) {
      const lessons = await life.lessons(tenant)
      const items = lessons.slice((page - 1) * page_size, page * page_size)
      const total = lessons.length
      return { items, total, page, page_size, total_pages: Math.ceil(total / page_size) }
    },
    async forgetCorrelationLesson({ params }, { tenant }) {
      await life.forgetLesson(tenant, params.id)
      return null
    },
  }
}
