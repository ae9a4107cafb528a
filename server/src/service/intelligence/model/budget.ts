import type { ModelUsage } from '@aiops/contract/model/answer'
import type { Clock } from '../../../kernel/clock.ts'
import { messageOf } from '../../../kernel/fault.ts'
import type { ModelRequest } from '../../../port/language-model.ts'
import type { ModelSpendingRepository } from '../../../port/model-spending-repository.ts'
import type { ModelConfig } from './config.ts'

type Limits = ModelConfig['budgets']

/** Kubernetes text has 2.3 characters a token; a bound, for where a server does not count. */
const charsPerToken = 2.2
/** Less room than this is no room for an answer. */
const answerTokensMin = 64
const dayMs = 86_400_000

/** Tokens of a prompt at most. */
export const tokensOf = (request: Omit<ModelRequest, 'maxTokens'>): number =>
  Math.ceil(JSON.stringify([request.messages, request.tools]).length / charsPerToken)

export const tokensOfChars = (chars: number): number => Math.ceil(chars / charsPerToken)

/** What models may use for one answer, over all of its steps. */
export class AnswerBudget {
  readonly #limits: Limits
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #endMs: number
  readonly #usage = new Map<string, ModelUsage>()
  #steps = 0
  #tokens = 0

  constructor(limits: Limits, clock: Pick<Clock, 'monotonic'>) {
    this.#limits = limits
    this.#clock = clock
    this.#endMs = clock.monotonic() + limits.seconds_per_answer * 1_000
  }

  get leftMs(): number {
    return Math.max(0, this.#endMs - this.#clock.monotonic())
  }

  get tokensLeft(): number {
    return this.#limits.tokens_per_answer - this.#tokens
  }

  /** What it was used for so far, by provider. */
  get usage(): ModelUsage[] {
    return [...this.#usage.values()]
  }

  get late(): string {
    return `Language models took the ${this.#limits.seconds_per_answer} s that they may take for one answer.`
  }

  /** Begins a step; a sentence where there may be none. */
  begin(): string | undefined {
    const { steps_per_answer: steps, tokens_per_answer: tokens } = this.#limits
    if (this.leftMs === 0) return this.late
    if (this.#steps >= steps) return `The ${steps} calls of language models for one answer are used up.`
    if (this.tokensLeft < answerTokensMin) return `The ${tokens} tokens for one answer are used up.`
    this.#steps += 1
    return undefined
  }

  /** `usage` undefined where the server told nothing, so that only the bound is known. */
  spend(tokens: number, usage: ModelUsage | undefined): void {
    this.#tokens += tokens
    if (!usage) return
    const sum = this.#usage.get(usage.provider)
    this.#usage.set(usage.provider, sum ? sumOf(sum, usage) : usage)
  }
}

const sumOf = (a: ModelUsage, b: ModelUsage): ModelUsage => ({
  ...b,
  input_tokens: a.input_tokens + b.input_tokens,
  output_tokens: a.output_tokens + b.output_tokens,
  cost_usd: a.cost_usd === null || b.cost_usd === null ? null : a.cost_usd + b.cost_usd,
  calls: a.calls + b.calls,
})

/** How often what is left is looked at again where somebody else took it first. */
const triesMax = 8

export type Price = { inputUsd: number; outputUsd: number }
/** Begun, and held until it is said what it came to. */
export type Held = { request: ModelRequest; settle: (tokens: number, usd: number) => Promise<void> }

/**
 * What a tenant may use in a day (UTC), kept beyond a restart. What is under way counts with all that it may become, so that many at once do
 * not exceed it; so does what a crash cut off, for the rest of the day.
 */
export class DayBudgets {
  readonly #limits: Limits
  readonly #clock: Pick<Clock, 'now'>
  readonly #spending: ModelSpendingRepository

  constructor(limits: Limits, clock: Pick<Clock, 'now'>, spending: ModelSpendingRepository) {
    this.#limits = limits
    this.#clock = clock
    this.#spending = spending
  }

  /**
   * Holds what a request may come to. `fit` makes it so small that its answer has so many tokens at most. A sentence where there is too
   * little left, or where nobody knows what is.
   */
  async hold(
    tenant: string,
    promptTokens: number,
    price: Price | undefined,
    fit: (room: number) => ModelRequest | string,
  ): Promise<Held | string> {
    const { tokens_per_day: tokensMax, usd_per_day: usdMax } = this.#limits
    const day = Math.floor(this.#clock.now() / dayMs)
    const costs = price !== undefined && price.inputUsd + price.outputUsd > 0
    const limits = {
      ...(tokensMax > 0 && { tokens: tokensMax }),
      ...(usdMax > 0 && costs && { usd: usdMax }),
    }
    try {
      for (let tries = 0; tries < triesMax; tries += 1) {
        const room = roomIn(limits, await this.#spending.spent(tenant, day), promptTokens, price)
        const request = typeof room === 'string' ? room : fit(room)
        if (typeof request === 'string') return request
        const held = {
          tokens: promptTokens + request.maxTokens,
          usd: price ? (promptTokens * price.inputUsd + request.maxTokens * price.outputUsd) / 1e6 : 0,
        }
        if (!(await this.#spending.reserve(tenant, day, held, limits))) continue
        return {
          request,
          settle: (tokens, usd) =>
            this.#spending.add(tenant, day, { tokens: tokens - held.tokens, usd: usd - held.usd }),
        }
      }
      return 'Too many want what is left of the budget for a day at once.'
    } catch (error) {
      return `What language models may still use today cannot be read (${messageOf(error).slice(0, 200)}).`
    }
  }
}

/** Tokens that an answer may still have after such a prompt, and for that price; a sentence where that is too few. */
function roomIn(
  limits: { tokens?: number; usd?: number },
  spent: { tokens: number; usd: number },
  promptTokens: number,
  price: Price | undefined,
): number | string {
  let room = Number.POSITIVE_INFINITY
  if (limits.tokens !== undefined) {
    room = limits.tokens - spent.tokens - promptTokens
    if (room < answerTokensMin) return `The ${limits.tokens} tokens of language models for a day are used up.`
  }
  if (limits.usd !== undefined && price) {
    const left = (limits.usd - spent.usd) * 1e6 - promptTokens * price.inputUsd
    room = Math.min(room, price.outputUsd > 0 ? left / price.outputUsd : left > 0 ? room : 0)
    if (room < answerTokensMin)
      return `The ${limits.usd} US dollars for language models for a day are used up.`
  }
  return Math.floor(room)
}

/** The request with as many tokens for its answer as there is room for; a sentence where that is none. */
export function fitted(
  request: ModelRequest,
  tokens: number,
  budget: AnswerBudget,
  room: number,
): ModelRequest | string {
  const most = Math.min(request.maxTokens, room, budget.tokensLeft - tokens)
  if (most >= Math.min(answerTokensMin, request.maxTokens)) return { ...request, maxTokens: Math.floor(most) }
  return `A prompt of about ${tokens} tokens is more than this answer may still use.`
}
