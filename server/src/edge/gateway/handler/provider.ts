import type { Placements } from '../../../service/placement/index.ts'
import type { Handler } from '../handler-deps.ts'

type ProviderHandlers = {
  [K in 'getCostOverview' | 'putProviderTelemetry' | 'listProviderTelemetry' | 'putPlacement']: Handler<K>
}

/** What providers offer, where services run, and what that costs now. */
export const providerHandlers = ({ placements }: { placements: Placements }): ProviderHandlers => ({
  getCostOverview: (_, { tenant }) => placements.overview(tenant),
  async putProviderTelemetry({ body }, { tenant, actor }) {
    const { refused, ...told } = await placements.tell(tenant, body, `api ${actor}`.slice(0, 200))
    return refused.length > 0 ? { ...told, refused } : told
  },
  listProviderTelemetry: async ({ query }, { tenant }) => placements.telemetry(tenant, query.service),
  putPlacement: ({ params, body }, { tenant }) => placements.put(tenant, params.service, body),
})
