import type { Opportunity } from '@aiops/contract/model/decision'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../../kernel/clock.ts'
import type { Placements } from '../../../service/placement/index.ts'
import type { Handler } from '../handler-deps.ts'
import { rangeOf } from './time-range.ts'

type DecisionHandlers = {
  [K in
    | 'listDecisions'
    | 'getDecision'
    | 'decideNow'
    | 'proposeDecision'
    | 'dropDecision'
    | 'listOpportunities'
    | 'getCalibration'
    | 'listSavings'
    | 'replayDecisions']: Handler<K>
}

export type DecisionHandlerDeps = {
  placements: Placements
  /** What could be saved where things are; they rank beside moves. */
  cost: { opportunities(tenant: TenantId): Promise<{ opportunities: Opportunity[]; notices: string[] }> }
  clock: Clock
}

const daysMs = 30 * 86_400_000

/** Decisions of where services run: shown, tried out, taken further or refused, and held against what came of them. */
export const decisionHandlers = ({ placements, cost, clock }: DecisionHandlerDeps): DecisionHandlers => ({
  async listDecisions({ query }, { tenant }) {
    const { page, page_size, service, action, state } = query
    const { decisions, total } = await placements.decisions(tenant, {
      ...{ ...rangeOf(query, clock, daysMs), services: service, actions: action, states: state },
      ...{ limit: page_size, offset: (page - 1) * page_size },
    })
    return { items: decisions, total, page, page_size, total_pages: Math.ceil(total / page_size) }
  },
  getDecision: ({ params }, { tenant }) => placements.decision(tenant, params.id),
  async decideNow({ body }, { tenant }) {
    const { services, weights, what_if: whatIf } = body
    return { decisions: await placements.evaluate(tenant, { services, weights, whatIf }) }
  },
  proposeDecision: ({ params, body }, { tenant, actor }) =>
    placements.propose(tenant, params.id, body.comment, actor),
  dropDecision: ({ params, body }, { tenant, actor }) =>
    placements.drop(tenant, params.id, body.reason, actor),
  async listOpportunities(_, { tenant }) {
    const { opportunities, notices } = await cost.opportunities(tenant)
    const all = [...opportunities, ...placements.opportunities(tenant)]
    all.sort((a, b) => b.saving_monthly_usd.p50 - a.saving_monthly_usd.p50)
    return { opportunities: all, notices }
  },
  getCalibration: (_, { tenant }) => placements.calibration(tenant),
  listSavings: ({ query }, { tenant }) => placements.savings(tenant, rangeOf(query, clock, daysMs)),
  replayDecisions({ body }, { tenant }) {
    const { services, weights, settings } = body
    const range = { startMs: Date.parse(body.start), endMs: Date.parse(body.end) }
    return placements.replay(tenant, { ...range, services, weights, settings })
  },
})
