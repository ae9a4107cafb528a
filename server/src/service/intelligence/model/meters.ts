import type { Metrics } from '../../../kernel/metric.ts'

/** How language models are used, in the platform's own metrics. */
export type ModelMeters = {
  firstToken(provider: string, seconds: number): void
  ended(provider: string, outcome: string, inputTokens: number, outputTokens: number, usd: number): void
  failedOver(provider: string): void
  cached(provider: string): void
  unaudited(provider: string): void
  unsettled(provider: string): void
}

export function createModelMeters(metrics: Metrics): ModelMeters {
  const requests = metrics.counter(
    'aiops_llm_requests_total',
    'Requests to language models, by provider and outcome: DONE, ABORTED or the kind of failure.',
    ['provider', 'outcome'],
  )
  const tokens = metrics.counter(
    'aiops_llm_tokens_total',
    'Tokens of language models as their servers counted them, by provider and direction.',
    ['provider', 'direction'],
  )
  const cost = metrics.counter('aiops_llm_cost_usd_total', 'US dollars by the configured prices.', [
    'provider',
  ])
  const failovers = metrics.counter(
    'aiops_llm_failovers_total',
    'Requests that went on to the next model after this one failed.',
    ['provider'],
  )
  const hits = metrics.counter('aiops_llm_cache_hits_total', 'Answers given again without asking.', [
    'provider',
  ])
  const unaudited = metrics.counter(
    'aiops_llm_unaudited_total',
    'Requests to models outside this network whose audit record could not be written.',
    ['provider'],
  )
  const unsettled = metrics.counter(
    'aiops_llm_unsettled_total',
    'Requests whose use could not be stored, so that the budget of the day holds all that they might have used.',
    ['provider'],
  )
  const first = metrics.histogram(
    'aiops_llm_first_token_seconds',
    'Time from the request to the first word or call.',
    ['provider'],
    [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30],
  )
  return {
    firstToken: (provider, seconds) => first.observe({ provider }, seconds),
    ended(provider, outcome, inputTokens, outputTokens, usd) {
      requests.inc({ provider, outcome })
      if (inputTokens > 0) tokens.inc({ provider, direction: 'input' }, inputTokens)
      if (outputTokens > 0) tokens.inc({ provider, direction: 'output' }, outputTokens)
      if (usd > 0) cost.inc({ provider }, usd)
    },
    failedOver: (provider) => failovers.inc({ provider }),
    cached: (provider) => hits.inc({ provider }),
    unaudited: (provider) => unaudited.inc({ provider }),
    unsettled: (provider) => unsettled.inc({ provider }),
  }
}
