import { Anomaly } from '@aiops/contract/model/anomaly'
import { EntityId, entityName } from '@aiops/contract/model/entity'
import { Time } from '@aiops/contract/model/time'
import { z } from 'zod'
import { evidenceMax, tool } from './tool.ts'

const AnomalyLine = Anomaly.pick({
  ...{ id: true, entity: true, state: true, severity: true, shape: true, expected: true, actual: true },
  ...{ deviation_percent: true, confidence: true, started_at: true, ended_at: true, sentence: true },
  ...{ incident_id: true },
}).extend({ metric: z.string(), unit: z.string().nullable(), silenced: z.boolean() })
export type AnomalyLine = z.output<typeof AnomalyLine>

/** Metrics that do not do what they usually do. */
export const listAnomalies = tool({
  name: 'list_anomalies',
  title: 'Anomalies',
  description:
    'Metrics that do not behave as usual, each with the expected band, the worst value, since when, and one sentence. Going on now unless `state` is ENDED or ALL. Narrow by `entity` (kind/name such as service/checkout) or `since`.',
  input: z.object({
    state: z.enum(['ACTIVE', 'ENDED', 'ALL']).default('ACTIVE'),
    entity: EntityId.max(600).optional().describe('kind/name, for example service/checkout.'),
    since: Time.optional().describe('Only anomalies that began after this time.'),
    limit: z.number().int().min(1).max(evidenceMax).default(50),
  }),
  output: z.object({ anomalies: z.array(AnomalyLine), total: z.number().int() }),
  permission: 'incidents:read',
  effect: 'READ',
  async run(client, { state, entity, since, limit }) {
    const { items, total } = await client.listAnomalies({
      query: {
        page_size: limit,
        ...(state === 'ALL' ? {} : { state }),
        ...(entity ? { entity } : {}),
        ...(since ? { start_time: since } : {}),
      },
    })
    return {
      anomalies: items.map((one) =>
        AnomalyLine.parse({
          ...one,
          ...{ metric: one.series.name, unit: one.series.unit ?? null },
          silenced: (one.silenced_by ?? []).length > 0,
        }),
      ),
      total,
    }
  },
  evidence: ({ anomalies }, { state }) =>
    anomalies.map((one) => ({
      ...{ type: 'ANOMALY', query: `anomalies ${state.toLowerCase()}`, source: 'platform' },
      ...{ time: one.started_at, entity: one.entity ?? null, sentence: one.sentence },
      fields: {
        ...{ metric: one.metric, unit: one.unit, state: one.state, severity: one.severity, shape: one.shape },
        ...{ expected_low: one.expected.low, expected: one.expected.mid, expected_high: one.expected.high },
        ...{ actual: one.actual, deviation_percent: one.deviation_percent, started_at: one.started_at },
        ...{ ended_at: one.ended_at, silenced: one.silenced },
      },
      ...{
        trust: 'PLATFORM',
        link: one.incident_id ? `/incidents/${encodeURIComponent(one.incident_id)}` : null,
      },
    })),
  sentence: ({ total }, { state, entity }) =>
    `Looked at ${state === 'ALL' ? 'all' : state === 'ACTIVE' ? 'active' : 'ended'} anomalies${entity ? ` of ${entityName(entity)}` : ''}: ${total}.`,
})
