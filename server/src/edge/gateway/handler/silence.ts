import { Fault } from '../../../kernel/fault.ts'
import type { Handler, HandlerDeps } from '../handler-deps.ts'

type SilenceHandlers = {
  [K in 'listSilences' | 'createSilence' | 'getSilence' | 'expireSilence']: Handler<K>
}

export function silenceHandlers({ correlate }: HandlerDeps): SilenceHandlers {
  return {
    async listSilences({ query }, { tenant }) {
      const found = correlate.silences
        .list(tenant)
        .filter(({ state }) => query.state.length === 0 || query.state.includes(state))
      return { silences: found.slice(0, query.limit), total: found.length }
    },
    async createSilence({ body }, { tenant, actor }) {
      const startMs = body.starts_at === undefined ? undefined : Date.parse(body.starts_at)
      const endMs = Date.parse(body.ends_at)
      if (endMs <= (startMs ?? Number.NEGATIVE_INFINITY))
        throw new Fault('VALIDATION_FAILED', 'ends_at: must be after starts_at', {
          details: [{ path: 'ends_at', message: 'must be after starts_at' }],
        })
      return correlate.silences.put(tenant, {
        ...{ id: body.id, matchers: body.matchers, startMs, endMs },
        createdBy: body.created_by || actor,
        comment: body.comment,
        annotations: body.annotations,
      })
    },
    getSilence: async ({ params }, { tenant }) => correlate.silences.get(tenant, params.id),
    expireSilence: ({ params }, { tenant }) => correlate.silences.expire(tenant, params.id),
  }
}
