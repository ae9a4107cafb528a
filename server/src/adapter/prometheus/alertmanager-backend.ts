import { z } from 'zod'
import type { AlertBackend } from '../../port/cluster-backend.ts'
import type { HttpClient } from '../../port/http-client.ts'
import { type ApiOptions, JsonApi, notUnderstood } from '../../port/json-api.ts'

const Labels = z.record(z.string(), z.string())
const GettableAlerts = z.array(
  z.object({
    fingerprint: z.string(),
    labels: Labels,
    annotations: Labels,
    startsAt: z.iso.datetime({ offset: true }),
    endsAt: z.iso.datetime({ offset: true }),
    generatorURL: z.string().default(''),
  }),
)

/** One cluster's alerts that fire, from Alertmanager's API v2. */
export function createAlertmanagerBackend(http: HttpClient, options: ApiOptions): AlertBackend {
  const api = new JsonApi(http, options)
  return {
    async active(ask) {
      const query = new URLSearchParams({ active: 'true', silenced: 'true', inhibited: 'true' })
      const answer = await api.ask({ path: '/api/v2/alerts', query }, ask)
      const alerts = GettableAlerts.safeParse(answer.json)
      if (!answer.ok || !alerts.success) throw notUnderstood('an Alertmanager', answer)
      const value = alerts.data.map(({ startsAt, endsAt, generatorURL, ...alert }) => ({
        ...alert,
        ...{ state: 'FIRING' as const, generatorUrl: generatorURL },
        ...{ startsAtMs: Date.parse(startsAt), endsAtMs: Date.parse(endsAt) },
      }))
      return { value, warnings: [], infos: [], partial: false }
    },
  }
}
