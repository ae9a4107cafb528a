import { cost } from '@aiops/contract/api/cost'
import { Time } from '@aiops/contract/model/time'
import { z } from 'zod'
import { usdText } from '../money-text.ts'
import { tool } from './tool.ts'

const { units: Units } = cost.listUnitCosts.response.shape

/** What a request costs. */
export const listUnitCosts = tool({
  name: 'list_unit_costs',
  title: 'Cost of a request',
  description:
    'What a thousand requests of each service cost in a time, where both its cost and the number of its requests are known. The last 24 hours when no time is given.',
  input: z.object({
    service: z.array(z.string().max(200)).max(50).default([]),
    since: Time.optional(),
    until: Time.optional(),
  }),
  output: z.object({ units: Units, total: z.number().int(), notices: z.array(z.string()) }),
  permission: 'cost:read',
  effect: 'READ',
  async run(client, { service, since, until }, { nowMs }) {
    const end = until ?? new Date(nowMs).toISOString()
    const start = since ?? new Date(Date.parse(end) - 86_400_000).toISOString()
    const found = await client.listUnitCosts({ query: { start, end } })
    const fit = found.units.filter((one) => service.length === 0 || service.includes(one.service))
    const dearest = [...fit].sort((a, b) => b.thousand_requests_usd - a.thousand_requests_usd)
    return { units: dearest.slice(0, 100), total: fit.length, notices: found.notices.slice(0, 20) }
  },
  evidence: ({ units }, _, { nowMs }) =>
    units.map(({ service, usd, requests, thousand_requests_usd, source }) => ({
      ...{ type: 'COST', query: 'unit costs', source, time: new Date(nowMs).toISOString() },
      entity: `service/${service}`,
      sentence: `A thousand requests of ${service} cost ${usdText(thousand_requests_usd)}: ${usdText(usd)} for ${Math.round(requests)} requests.`,
      // A thousand is what the unit is of, so that it may be said.
      fields: { about: 'UNIT', service, thousand_requests_usd, usd, requests, per_requests: 1_000 },
      ...{ trust: 'TELEMETRY', link: '/cost?tab=analysis' },
    })),
  sentence: ({ total }) => `Looked at what requests cost: ${total} services with both cost and requests.`,
})
