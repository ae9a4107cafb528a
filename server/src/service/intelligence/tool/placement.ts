import { decision as api } from '@aiops/contract/api/decision'
import type { Client } from '@aiops/contract/client'
import { Decision, DecisionAction, DecisionState, Opportunity } from '@aiops/contract/model/decision'
import { Placement, ProviderReading } from '@aiops/contract/model/provider'
import { Time } from '@aiops/contract/model/time'
import { z } from 'zod'
import { Fault } from '../../../kernel/fault.ts'
import { hourlyText, intervalText, monthlyText, usdText } from '../money-text.ts'
import { decisionRecord, decisionRecords } from './decision-evidence.ts'
import { type EvidenceDraft, evidenceMax, tool } from './tool.ts'

const Offer = ProviderReading.extend({ age_seconds: z.number(), stale: z.boolean() })
type Offer = z.output<typeof Offer>

const listProviderOffers = tool({
  name: 'list_provider_offers',
  title: 'Providers',
  description:
    'The newest reading of each service at each provider: what it would cost there by the hour, how fast it would answer, credits and GPUs, who said so and how long ago, and where the service runs. Use it for "what is cheapest for X", "what would X cost at Y".',
  input: z.object({
    service: z.array(z.string().max(200)).max(50).default([]),
    provider: z.array(z.string().max(64)).max(20).default([]),
    limit: z.number().int().min(1).max(evidenceMax).default(100),
  }),
  output: z.object({
    offers: z.array(Offer),
    total: z.number().int(),
    placements: z.array(Placement),
    notices: z.array(z.string()),
  }),
  permission: 'cost:read',
  effect: 'READ',
  async run(client, { service, provider, limit }) {
    const found = await client.listProviderTelemetry({ query: service.length > 0 ? { service } : {} })
    const fit = found.readings.filter((one) => provider.length === 0 || provider.includes(one.provider))
    const byCost = [...fit].sort(
      (a, b) =>
        (a.service < b.service ? -1 : a.service > b.service ? 1 : 0) ||
        (a.cost_hourly_usd ?? Number.MAX_VALUE) - (b.cost_hourly_usd ?? Number.MAX_VALUE),
    )
    return {
      ...{ offers: byCost.slice(0, limit), total: byCost.length, placements: found.placements },
      notices: (found.notices ?? []).slice(0, 20),
    }
  },
  evidence: ({ offers, placements }) => offers.map((one) => offerRecord(one, placements)),
  sentence: ({ total }, { service }) =>
    `Looked at what providers offer${service.length > 0 ? ` for ${service.join(', ')}` : ''}: ${total} readings.`,
})

const offerRecord = (offer: Offer, placements: readonly Placement[]): EvidenceDraft => {
  const { service, provider, cost_hourly_usd, latency_ms, age_seconds, stale } = offer
  const here = placements.find((one) => one.service === service)?.provider === provider
  return {
    ...{ type: 'COST', query: 'provider telemetry', source: offer.source, time: offer.at },
    entity: `service/${service}`,
    sentence: `${service} at ${provider}: ${cost_hourly_usd === null ? 'cost not told' : hourlyText(cost_hourly_usd)}, ${latency_ms === null ? 'latency not told' : `${Math.round(latency_ms)} ms`}${here ? ', runs here' : ''}${stale ? ', too old to decide by' : ''}.`,
    fields: {
      ...{ about: 'OFFER', service, provider, cost_hourly_usd, latency_ms, credits_ratio: offer.credits },
      ...{ available_gpus: offer.available_gpus, region: offer.region, instance: offer.instance },
      ...{ runs_here: here, age_seconds, stale },
    },
    ...{ trust: 'TELEMETRY', link: '/cost?tab=telemetry' },
  }
}

const listCostDecisions = tool({
  name: 'list_cost_decisions',
  title: 'Cost decisions',
  description:
    'Decisions about where services should run and how large, newest first: action (MOVE, RIGHT_SIZE, CONSOLIDATE, SPOT, RECLAIM_IDLE, STAY), state (RECOMMENDED, HELD, STAYING, PROPOSED, DONE, REVERTED, DROPPED), from and to, confidence, saving, what was not passed. get_cost_decision tells one in full.',
  input: z.object({
    service: z.array(z.string().max(200)).max(50).default([]),
    action: z.array(DecisionAction).default([]),
    state: z.array(DecisionState).default([]),
    since: Time.optional(),
    until: Time.optional(),
    limit: z.number().int().min(1).max(100).default(20),
  }),
  output: z.object({ decisions: z.array(Decision), total: z.number().int() }),
  permission: 'cost:read',
  effect: 'READ',
  async run(client, { service, action, state, since, until, limit }) {
    const range = { ...(since ? { start: since } : {}), ...(until ? { end: until } : {}) }
    const { items, total } = await client.listDecisions({
      query: { ...range, service, action, state, page_size: limit },
    })
    return { decisions: items, total }
  },
  evidence: ({ decisions }) => decisions.map(decisionRecord),
  sentence: ({ total }, { service, state }) =>
    `Looked at cost decisions${service.length > 0 ? ` of ${service.join(', ')}` : ''}${state.length > 0 ? ` that are ${state.join(' or ')}` : ''}: ${total}.`,
})

const getCostDecision = tool({
  name: 'get_cost_decision',
  title: 'One cost decision',
  description:
    'One decision in full: every option with cost, latency and score, confidence and what such confidences were worth, the tests that were or were not passed, the smallest change that would flip it, the money with its interval, and what came of it. By `id`, or the newest of a `service`.',
  input: z.object({
    id: z.string().max(128).optional(),
    service: z.string().max(200).optional(),
  }),
  output: z.object({ decision: Decision }),
  permission: 'cost:read',
  effect: 'READ',
  async run(client, { id, service }) {
    return { decision: await decisionOf(client, id, service) }
  },
  evidence: ({ decision }) => decisionRecords(decision),
  sentence: ({ decision }) =>
    `Looked at the decision about ${decision.service} of ${decision.at}: ${decision.action}, ${decision.state}.`,
})

async function decisionOf(client: Client, id?: string, service?: string): Promise<Decision> {
  if (id !== undefined && id !== 'latest') return await client.getDecision({ params: { id } })
  const query = { page_size: 1, ...(service ? { service: [service] } : {}) }
  const [newest] = (await client.listDecisions({ query })).items
  if (!newest) throw new Fault('NOT_FOUND', `Nothing was decided${service ? ` about ${service}` : ''} yet.`)
  return newest
}

const { savings: Savings } = api.listSavings.response.shape

const listSavings = tool({
  name: 'list_savings',
  title: 'Savings',
  description:
    'What could be saved by the month, the most first (right-sizing, consolidation, spot, idle, moves), each with p10, p50 and p90; and what was predicted and realised in USD, by decision, measured afterwards. Times are ISO 8601.',
  input: z.object({
    subject: z
      .string()
      .max(300)
      .optional()
      .describe('Only what is about this service, namespace or workload.'),
    since: Time.optional(),
    until: Time.optional(),
    limit: z.number().int().min(1).max(100).default(50),
  }),
  output: z.object({
    opportunities: z.array(Opportunity),
    opportunities_total: z.number().int(),
    savings: Savings,
    savings_total: z.number().int(),
    realised_total_usd: z.number().nullable(),
    notices: z.array(z.string()),
  }),
  permission: 'cost:read',
  effect: 'READ',
  async run(client, { subject, since, until, limit }) {
    const range = { ...(since ? { start: since } : {}), ...(until ? { end: until } : {}) }
    const [could, was] = await Promise.all([client.listOpportunities(), client.listSavings({ query: range })])
    const isAbout = (text: string): boolean =>
      subject === undefined || text.split('/').some((part) => part === subject)
    const opportunities = could.opportunities.filter((one) => isAbout(one.subject))
    const savings = was.savings.filter(({ service }) => isAbout(service))
    return {
      ...{ opportunities: opportunities.slice(0, limit), opportunities_total: opportunities.length },
      ...{ savings: savings.slice(0, limit), savings_total: savings.length },
      realised_total_usd: subject === undefined ? was.realised_total_usd : null,
      notices: could.notices.slice(0, 20),
    }
  },
  evidence: ({ opportunities, savings, realised_total_usd }, _, { nowMs }) => [
    ...opportunities.map(opportunityRecord),
    ...savings.map(savingRecord),
    ...(realised_total_usd === null ? [] : [realisedRecord(realised_total_usd, nowMs)]),
  ],
  sentence: ({ opportunities_total, savings_total }, { subject }) =>
    `Looked at savings${subject ? ` of ${subject}` : ''}: ${opportunities_total} that could be had, ${savings_total} decisions that were measured.`,
})

const opportunityRecord = ({ action, subject, summary, saving_monthly_usd, evidence, at }: Opportunity) =>
  ({
    ...{ type: 'COST', query: 'opportunities', source: 'platform', time: at, entity: subject },
    sentence: `${summary.replace(/\.$/, '')}: ${intervalText(saving_monthly_usd, monthlyText)}.`,
    fields: {
      ...{ about: 'OPPORTUNITY', action, subject, summary, saving_monthly_usd: saving_monthly_usd.p50 },
      ...{ p10_monthly_usd: saving_monthly_usd.p10, p90_monthly_usd: saving_monthly_usd.p90 },
      evidence: evidence.slice(0, 10).join(' | '),
    },
    ...{ trust: 'TELEMETRY', link: '/cost' },
  }) satisfies EvidenceDraft

const savingRecord = (one: z.output<typeof Savings>[number]): EvidenceDraft => {
  const { service, decision_id, predicted_usd, realised_usd } = one
  return {
    ...{
      type: 'DECISION',
      query: decision_id,
      source: 'platform',
      time: one.at,
      entity: `service/${service}`,
    },
    sentence: `${service}: ${realised_usd === null ? 'not measured yet' : `${usdText(realised_usd.p50)} realised`}, ${predicted_usd === null ? 'nothing predicted' : `${usdText(predicted_usd.p50)} predicted`}.`,
    fields: {
      ...{ about: 'SAVING', service, decision_id, predicted_usd: predicted_usd?.p50 ?? null },
      ...{ realised_usd: realised_usd?.p50 ?? null, realised_p10_usd: realised_usd?.p10 ?? null },
      ...{
        realised_p90_usd: realised_usd?.p90 ?? null,
        measured_until: one.measured_until,
        right: one.right,
      },
    },
    ...{ trust: 'PLATFORM', link: '/cost?tab=savings' },
  }
}

const realisedRecord = (total: number, nowMs: number): EvidenceDraft => ({
  ...{ type: 'COST', query: 'realised savings', source: 'platform', entity: null },
  time: new Date(nowMs).toISOString(),
  sentence: `All that was measured comes to ${usdText(total)} realised.`,
  fields: { about: 'REALISED', realised_total_usd: total },
  ...{ trust: 'PLATFORM', link: '/cost?tab=savings' },
})

export const placementTools = {
  list_provider_offers: listProviderOffers,
  list_cost_decisions: listCostDecisions,
  get_cost_decision: getCostDecision,
  list_savings: listSavings,
} as const
