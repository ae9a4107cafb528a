import type { ModelUsage } from '@aiops/contract/model/answer'
import type { ModelPolicy, ModelProvider } from '@aiops/contract/model/language-model'
import type { Clock } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { Metrics } from '../../../kernel/metric.ts'
import type {
  ModelFailureKind,
  ModelMessage,
  ModelPart,
  ModelRequest,
  ModelToolCall,
  OpenLanguageModel,
} from '../../../port/language-model.ts'
import type { ModelSpendingRepository } from '../../../port/model-spending-repository.ts'
import { type AttemptDeps, attempt, type End, type Given, type ModelAudit } from './attempt.ts'
import { AnswerBudget, DayBudgets, fitted, tokensOf } from './budget.ts'
import type { ModelConfig } from './config.ts'
import { definitionOf } from './definition.ts'
import { createModelMeters } from './meters.ts'
import { ResponseCache } from './response-cache.ts'
import { type ModelFacts, Slot } from './slot.ts'

export type { ModelAudit, ModelFacts }

export type ModelRouterDeps = {
  open: OpenLanguageModel
  clock: Clock
  metrics: Metrics
  /** Is told of each request that leaves this network. */
  audit?: (record: ModelAudit) => Promise<void> | void
  /** Takes secrets out of every text that leaves this network. */
  redact?: (text: string) => string
  /** What the budgets of a day were used for. */
  spending: ModelSpendingRepository
}

/** Why a model did not answer. `detail` may quote its server. */
export type ModelReason = {
  provider: string
  kind: ModelFailureKind | 'RESTING' | 'BUSY' | 'BUDGET' | 'WINDOW'
  sentence: string
  detail: string
}

/**
 * `start` names who writes what follows. `reset` takes back all text and calls since the last `start`. The last part is `end`, or `none`
 * where no model answered: then the engine without one does, and `note` says why in one sentence. A call of a tool is meant once `end` came.
 */
export type RoutedPart =
  | Given
  | { type: 'reset'; reason: string }
  | (End & { model: ModelFacts; usage: ModelUsage; cached: boolean })
  | { type: 'none'; reasons: ModelReason[]; note: string }

export type CompleteOptions = {
  /** That model alone. */
  only?: string
  /** Models to pass over, such as one whose words were refused twice. */
  without?: readonly string[]
  signal: AbortSignal
  /** Of the answer that this is a step of; one of its own where absent. */
  budget?: AnswerBudget
}

export interface ModelRouter {
  policyOf(tenant: string): ModelPolicy
  /** All that are configured, in the order in which this tenant has them asked; excluded ones last. */
  list(tenant: string): ModelProvider[]
  /** What one answer may use, from now on. */
  budget(): AnswerBudget
  /** The models that would be asked, in order. Constructs them, and connects to none. */
  chain(tenant: string, options?: Pick<CompleteOptions, 'only' | 'without'>): ModelFacts[]
  /**
   * Asks one model after another until one has answered. A request may be shaped for each. A provider's fault ends in `none`, never in an
   * error; throws MODEL_NOT_AVAILABLE where `only` names what does not exist, and the reason of `signal`.
   */
  complete(
    tenant: string,
    request: ModelRequest | ((model: ModelFacts) => ModelRequest),
    options: CompleteOptions,
  ): AsyncGenerator<RoutedPart, void>
}

export function createModelRouter(deps: ModelRouterDeps, config: ModelConfig): ModelRouter {
  const slots = config.providers.map(
    (one) => new Slot(definitionOf(one, config), one.temperature, config, deps.open, deps.clock),
  )
  const routing: Routing = {
    ...{ deps, config, days: new DayBudgets(config.budgets, deps.clock, deps.spending) },
    cache: new ResponseCache(config.cache, deps.clock),
    meters: createModelMeters(deps.metrics),
  }
  const policyOf = (tenant: string): ModelPolicy =>
    Object.hasOwn(config.policies, tenant) ? config.policies[tenant]! : config.policy
  const allowed = (tenant: string): Slot[] => {
    const local = slots.filter(({ definition }) => definition.local)
    const policy = policyOf(tenant)
    if (policy === 'ANY') return slots
    return policy === 'LOCAL_ONLY' ? local : [...local, ...slots.filter((slot) => !local.includes(slot))]
  }
  const chosen = (
    tenant: string,
    { only, without = [] }: Pick<CompleteOptions, 'only' | 'without'>,
  ): Slot[] => {
    if (only !== undefined && !slots.some(({ definition }) => definition.name === only))
      throw new Fault('MODEL_NOT_AVAILABLE', `There is no language model called ${only.slice(0, 64)}.`)
    return allowed(tenant).filter(
      ({ definition: { name } }) => (only === undefined || name === only) && !without.includes(name),
    )
  }
  return {
    policyOf,
    list(tenant) {
      const chain = allowed(tenant)
      return [
        ...chain.map((slot) => slot.shown(tenant, false)),
        ...slots.filter((slot) => !chain.includes(slot)).map((slot) => slot.shown(tenant, true)),
      ]
    },
    budget: () => new AnswerBudget(config.budgets, deps.clock),
    chain: (tenant, options = {}) => chosen(tenant, options).map(({ facts }) => facts),
    async *complete(tenant, request, options) {
      options.signal.throwIfAborted()
      const chain = chosen(tenant, options)
      const budget = options.budget ?? new AnswerBudget(config.budgets, deps.clock)
      if (chain.length === 0) return yield none([], emptyNote(slots, options))
      const over = budget.begin()
      if (over !== undefined) return yield none([], over)
      yield* walk(routing, { tenant, request, budget, signal: options.signal }, chain)
    },
  }
}

type Routing = {
  deps: ModelRouterDeps
  config: ModelConfig
  days: DayBudgets
  cache: ResponseCache
  meters: AttemptDeps['meters']
}
type Walk = {
  tenant: string
  request: ModelRequest | ((model: ModelFacts) => ModelRequest)
  budget: AnswerBudget
  signal: AbortSignal
}

/** Down the chain, until one has answered or the rules say that no other may be asked. */
async function* walk(
  routing: Routing,
  asked: Walk,
  chain: readonly Slot[],
): AsyncGenerator<RoutedPart, void> {
  const { deps, config, cache, meters } = routing
  const { tenant, budget, signal } = asked
  const reasons: ModelReason[] = []
  for (const slot of chain) {
    const { name } = slot.definition
    const shaped = shape(deps, asked, slot)
    if ('kind' in shaped) {
      reasons.push(shaped)
      continue
    }
    const { promptTokens } = shaped
    const key = cache.keyOf(tenant, name, slot.model.model, shaped.request)
    const kept = cache.get(key)
    if (kept) {
      meters.cached(name)
      return yield* again(slot, kept)
    }
    const held = await routing.days.hold(tenant, promptTokens, slot.definition.price, (room) =>
      fitted(shaped.request, promptTokens, budget, room),
    )
    if (typeof held === 'string') {
      reasons.push({ ...reasonOf(name, 'BUDGET'), sentence: held })
      continue
    }
    let settled: Promise<void> | undefined
    const settle = (tokens: number, usd: number): void => {
      // What is not told stays held: rather too much is counted than too little.
      settled = held.settle(tokens, usd).catch(() => meters.unsettled(name))
    }
    // Asked once nothing is waited for any more: a place that is free now is taken now.
    if (slot.active >= config.concurrent_max || !slot.breaker.admit()) {
      reasons.push(reasonOf(name, slot.active >= config.concurrent_max ? 'BUSY' : 'RESTING'))
      settle(0, 0)
      continue
    }
    const outcome = yield* attempt(
      { clock: deps.clock, meters, audit: deps.audit },
      { tenant, slot, request: held.request, promptTokens, budget, signal, settle },
    )
    await settled
    if (outcome.type === 'DONE') {
      const { end, usage } = outcome
      if (end.reason === 'STOP' || end.reason === 'TOOL_CALLS') cache.put(key, outcome.parts)
      return yield { ...end, model: slot.facts, usage, cached: false }
    }
    const reason =
      outcome.type === 'LATE'
        ? { ...reasonOf(name, 'BUDGET'), sentence: budget.late }
        : reasonOf(name, outcome.failure.kind, outcome.failure.message)
    reasons.push(reason)
    if (outcome.gave) yield { type: 'reset', reason: reason.sentence }
    // A request that one refused is not carried to another, and no other has time where there is none.
    if (outcome.type === 'LATE' || outcome.failure.kind === 'REFUSED') break
    if (slot !== chain.at(-1)) meters.failedOver(name)
  }
  yield none(reasons)
}

/** The request as it goes to this model; a reason where it is too large for it. */
function shape(
  deps: ModelRouterDeps,
  { request }: Walk,
  slot: Slot,
): { request: ModelRequest; promptTokens: number } | ModelReason {
  const { name, local } = slot.definition
  const { facts } = slot
  const shaped = typeof request === 'function' ? request(facts) : request
  const own = slot.temperature === undefined ? shaped : { ...shaped, temperature: slot.temperature }
  const safe = local || !deps.redact ? own : redacted(own, deps.redact)
  const promptTokens = tokensOf(safe)
  // With four characters a token it is too large in any language of models; the bound would refuse what fits.
  const least = Math.floor((promptTokens * 2.2) / 4) + safe.maxTokens
  if (least <= facts.windowTokens) return { request: safe, promptTokens }
  const sentence = `The request needs ${least} tokens or more, and the window of ${name} has ${facts.windowTokens}.`
  return { ...reasonOf(name, 'WINDOW'), sentence }
}

/** Text that leaves this network has its secrets taken out, whoever put it together. */
function redacted(request: ModelRequest, redact: (text: string) => string): ModelRequest {
  const ofCall = (call: ModelToolCall): ModelToolCall => ({
    ...call,
    input: call.input && (redactedValue(call.input, redact) as NonNullable<ModelToolCall['input']>),
    raw: redact(call.raw),
  })
  const ofMessage = (message: ModelMessage): ModelMessage =>
    message.role === 'assistant'
      ? { ...message, text: redact(message.text), toolCalls: message.toolCalls.map(ofCall) }
      : { ...message, text: redact(message.text) }
  return { ...request, messages: request.messages.map(ofMessage) }
}

/** Inputs of calls are no deeper than the port allows. */
function redactedValue(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value)
  if (Array.isArray(value)) return value.map((item) => redactedValue(item, redact))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactedValue(item, redact)]))
}

/** What was said before, said again: at no cost. */
function* again(slot: Slot, parts: readonly ModelPart[]): Generator<RoutedPart, void> {
  const { facts } = slot
  yield { type: 'start', model: facts }
  for (const part of parts) {
    if (part.type !== 'end') yield part
    else {
      const usage = {
        provider: facts.name,
        model: facts.model,
        input_tokens: 0,
        output_tokens: 0,
        cost_usd: 0,
        calls: 0,
      }
      yield { ...part, inputTokens: 0, outputTokens: 0, model: facts, usage, cached: true }
    }
  }
}

const words: Readonly<Record<ModelReason['kind'], string>> = {
  CONNECT: 'could not be reached',
  RATE_LIMITED: 'takes no more requests for now',
  SERVER: 'failed',
  REFUSED: 'refused the request',
  BROKEN: 'broke off',
  TIMEOUT: 'did not answer in time',
  RESTING: 'rests after failures',
  BUSY: 'is busy with other answers',
  BUDGET: 'is over its budget',
  WINDOW: 'has too small a window',
}

const reasonOf = (provider: string, kind: ModelReason['kind'], detail = ''): ModelReason => ({
  ...{ provider, kind, detail },
  sentence: `${provider} ${words[kind]}.`,
})

const none = (reasons: ModelReason[], note?: string): Extract<RoutedPart, { type: 'none' }> => ({
  ...{ type: 'none', reasons },
  note: note ?? [...new Set(reasons.map(({ sentence }) => sentence))].join(' '),
})

function emptyNote(slots: readonly Slot[], { only }: CompleteOptions): string {
  if (slots.length === 0) return 'No language model is configured.'
  if (only !== undefined) return `The policy does not allow to ask ${only}.`
  return 'The policy allows local language models only, and none is left to ask.'
}
