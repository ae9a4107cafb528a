import { SloState, SloView } from '@aiops/contract/model/slo'
import { z } from 'zod'
import { type EvidenceDraft, evidenceMax, tool } from './tool.ts'

const listSlos = tool({
  name: 'list_slos',
  title: 'Service objectives',
  description:
    'Service level objectives as they stand: the share that was good, what is left of the error budget, how fast it burns, when it will be spent, and whether an alert fires. Use it for "are we within our SLOs", "error budget of X", "how fast does X burn".',
  input: z.object({
    service: z.string().max(200).default('').describe('Only of this service.'),
    state: z.array(SloState).max(5).default([]).describe('Only in these states.'),
    limit: z.number().int().min(1).max(evidenceMax).default(50),
  }),
  output: z.object({ slos: z.array(SloView), total: z.number().int() }),
  permission: 'slos:read',
  effect: 'READ',
  async run(client, { service, state, limit }) {
    const found = await client.listSlos({
      query: { ...(service === '' ? {} : { service }), state, page_size: limit },
    })
    return { slos: found.items, total: found.total }
  },
  evidence: ({ slos }) => slos.map(sloRecord),
  sentence: ({ total }, { service }) =>
    `Looked at the objectives${service === '' ? '' : ` of ${service}`}: ${total}.`,
})

function sloRecord({ slo, status }: SloView): EvidenceDraft {
  const { budget, exhaustion } = status
  const [burn] = status.burn_rates.filter(({ burn_rate }) => burn_rate !== null)
  return {
    ...{ type: 'METRIC', query: `objective ${slo.name}`, source: slo.document ?? 'objectives' },
    ...{ time: status.evaluated_at, entity: slo.service === '' ? null : `service/${slo.service}` },
    sentence: `${slo.name} is ${status.state}: ${status.reason}`,
    fields: {
      ...{ about: 'SLO', name: slo.name, service: slo.service, state: status.state, window: slo.window },
      ...{ objective_percent: slo.objective, good_ratio: status.ratio, budget_left_ratio: budget.left_ratio },
      ...{ burn_rate: burn?.burn_rate ?? null, burn_window: burn?.window ?? null },
      ...{ coverage_ratio: status.window.coverage, exhausted_at: exhaustion?.at ?? null },
    },
    ...{ trust: 'PLATFORM', link: `/slos/${encodeURIComponent(slo.id)}` },
  }
}

export const sloTools = { list_slos: listSlos }
