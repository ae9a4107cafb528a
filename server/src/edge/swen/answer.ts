import type { Client } from '@aiops/contract/client'
import { amountOf, hoursPerMonth } from '@aiops/contract/model/money'
import { Fault } from '../../kernel/fault.ts'
import { telemetryOf } from './telemetry.ts'

/** What an endpoint is asked with: the operations as its caller may use them. */
export type Asked = { client: Client; query: URLSearchParams; body: unknown; at: string }
export type Answer = (asked: Asked) => Promise<unknown>

const decisionsMax = 200
const deploymentsKept = 50

export const healthz: Answer = async ({ client, at }) => {
  const [overview, { placements }] = await Promise.all([
    client.getCostOverview(),
    client.listProviderTelemetry(),
  ])
  return {
    status: 'healthy',
    active_providers: overview.spend.by_provider.map(({ provider }) => provider),
    last_ai_commit: (await lastCommit(client)) ?? null,
    services: Object.fromEntries(placements.map(({ service, provider }) => [service, provider])),
    timestamp: at,
  }
}

export const telemetry: Answer = async ({ client }) => {
  const answer = telemetryOf(await client.listProviderTelemetry())
  if (Object.keys(answer).length === 0)
    throw new Fault('NOT_FOUND', 'No provider telemetry has been told yet: POST /api/v1/cost/telemetry.')
  return answer
}

export const decisions: Answer = async ({ client, query, at }) => {
  const { items, total } = await client.listDecisions({ query: { page: 1, page_size: limitOf(query) } })
  return { decisions: items, total, timestamp: at }
}

/** Each service once, at the provider where it runs; a month is 730 hours. */
export const costAnalysis: Answer = async ({ client, at }) => {
  const { spend, predicted_monthly_usd, realised_usd, sources } = await client.getCostOverview()
  const { readings } = await client.listProviderTelemetry()
  return {
    current_hourly_usd: spend.current_hourly_usd,
    estimated_monthly_usd: spend.monthly_usd,
    by_provider: spend.by_provider,
    by_service: spend.by_service,
    offers: readings.map(({ service, provider, cost_hourly_usd, age_seconds, source }) => ({
      ...{ service, provider, cost_hourly_usd, age_seconds, source },
    })),
    unknown: spend.unknown,
    predicted_monthly_usd,
    realised_usd,
    sources,
    timestamp: at,
  }
}

export const summary: Answer = async ({ client, at }) => {
  const { spend, decisions: made, predicted_monthly_usd } = await client.getCostOverview()
  return {
    services: {
      total: spend.by_service.length + spend.unknown.length,
      by_provider: Object.fromEntries(
        spend.by_provider.map(({ provider, services }) => [provider, services]),
      ),
    },
    cost: { current_hourly: spend.current_hourly_usd, estimated_monthly: spend.monthly_usd },
    ai_decisions: {
      total: made.total,
      recent_count: made.last_24h,
      avg_confidence: made.mean_confidence,
      /** By the month, as all that is summed here. */
      total_predicted_savings: predicted_monthly_usd,
    },
    timestamp: at,
  }
}

export const economics: Answer = async ({ client, at }) => {
  const { spend, predicted_monthly_usd } = await client.getCostOverview()
  const hourly = spend.current_hourly_usd
  return {
    total_spend: { hourly, daily: hourly === null ? null : amountOf(hourly, 24), monthly: spend.monthly_usd },
    provider_breakdown: spend.by_provider,
    predicted_savings: predicted_monthly_usd,
    hours_per_month: hoursPerMonth,
    timestamp: at,
  }
}

export const budgetStatus: Answer = async ({ client, at }) => ({
  ...(await client.listBudgets()),
  timestamp: at,
})

export const policyStats: Answer = async ({ client, at }) => {
  const { said, version, limits, source } = await client.getPolicy()
  return { ...said, policy_version: version, limits, source, timestamp: at }
}

export const policyVisibility: Answer = async ({ client, at }) => ({
  ...(await client.getPolicy()),
  timestamp: at,
})

/** The commits of changes of ours, newest first. */
export const gitopsHistory: Answer = async ({ client, query, at }) => {
  const { items, total } = await client.listDeployments({ query: { page: 1, page_size: limitOf(query) } })
  return {
    commits: items
      .filter(({ head_sha }) => head_sha !== null)
      .map(({ head_sha, merged_sha, branch, title, service, author, created_at, state, merge_request }) => ({
        ...{ sha: merged_sha ?? head_sha, branch, title, service, author, created_at, state },
        merge_request: merge_request?.url ?? null,
      })),
    total,
    timestamp: at,
  }
}

/** What changes of ours do to infrastructure, from their plans. */
export const iacChanges: Answer = async ({ client, query, at }) => {
  const { items } = await client.listDeployments({ query: { page: 1, page_size: limitOf(query) } })
  return {
    changes: items.map(
      ({ id, service, state, changes, plan, no_plan_reason, merge_request, created_at }) => ({
        ...{ id, service, state, variables: changes, created_at },
        plan: plan ? { summary: plan.summary, sha256: plan.sha256, cost: plan.cost } : null,
        no_plan_reason,
        merge_request: merge_request?.url ?? null,
      }),
    ),
    timestamp: at,
  }
}

export const deployments: Answer = async ({ client, at }) => {
  const [{ items, total }, { events }] = await Promise.all([
    client.listDeployments({ query: { page: 1, page_size: deploymentsKept } }),
    client.listDeploymentEvents(),
  ])
  return { deployments: items, total, events: events.slice(0, deploymentsKept), timestamp: at }
}

const statuses: Readonly<Record<string, 'PENDING' | 'RUNNING' | 'SUCCESS' | 'FAILED' | 'CANCELED'>> = {
  pending: 'PENDING',
  created: 'PENDING',
  running: 'RUNNING',
  success: 'SUCCESS',
  succeeded: 'SUCCESS',
  completed: 'SUCCESS',
  deployed: 'SUCCESS',
  failed: 'FAILED',
  failure: 'FAILED',
  error: 'FAILED',
  canceled: 'CANCELED',
  cancelled: 'CANCELED',
}

/** `{branch, commit, status, timestamp}` of a pipeline. */
export const tellDeployment: Answer = async ({ client, body }) => {
  const { branch, commit, status, timestamp, url, message } = (body ?? {}) as Record<string, unknown>
  const known = statuses[String(status).toLowerCase()]
  if (known === undefined)
    throw new Fault('VALIDATION_FAILED', `"status" is one of ${Object.keys(statuses).join(', ')}.`)
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
  const told = {
    ...{ branch: text(branch), commit: text(commit), at: text(timestamp), url: text(url) },
    message: text(message),
  }
  const given = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined))
  return { status: 'received', ...(await client.tellDeployment({ body: { ...given, status: known } })) }
}

/** `{provider, percentage}`: what would be decided if it became dearer by so much. Nothing is proposed. */
export const simulatePriceSpike: Answer = async ({ client, body, at }) => {
  const { provider, percentage } = (body ?? {}) as Record<string, unknown>
  if (typeof provider !== 'string' || typeof percentage !== 'number')
    throw new Fault('VALIDATION_FAILED', 'Send {"provider": "aws", "percentage": 50}.')
  const answer = await client.decideNow({ body: { what_if: [{ provider, cost_percent: percentage }] } })
  return { hypothetical: true, provider, percentage, ...answer, timestamp: at }
}

/** Everything told and known now: what the update socket sends. */
export const update: Answer = async (asked) => {
  const { client, at } = asked
  return {
    type: 'update',
    telemetry: telemetryOf(await client.listProviderTelemetry()),
    metrics: await summary(asked),
    timestamp: at,
  }
}

function limitOf(query: URLSearchParams): number {
  const text = query.get('limit') ?? '50'
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > decisionsMax)
    throw new Fault('VALIDATION_FAILED', `"limit" is a whole number from 1 to ${decisionsMax}.`)
  return limit
}

async function lastCommit(client: Client): Promise<{ sha: string; title: string; at: string } | undefined> {
  const { items } = await client.listDeployments({ query: { page: 1, page_size: 50 } })
  const last = items.find(({ head_sha }) => head_sha !== null)
  return last && { sha: last.merged_sha ?? (last.head_sha as string), title: last.title, at: last.created_at }
}
