import type { ModelUsage } from '@aiops/contract/model/answer'
import type { Clock } from '../../../kernel/clock.ts'
import type { ModelRequest } from '../../../port/language-model.ts'
import type { ModelConfig } from './config.ts'

type Limits = ModelConfig['budgets']

/** Kubernetes text has 2.3 characters a token; a bound, for where a server does not count. */
const charsPerToken = 2.2
/** Less room than this is no room for an answer. */
const answerTokensMin = 64
const tenantsMax = 100_000
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

type Day = { day: number; tokens: number; usd: number }

/** What a tenant may use in a day. What is under way counts with all that it may become, so that many at once do not exceed it. */
export class DayBudgets {
  readonly #limits: Limits
  readonly #clock: Pick<Clock, 'now'>
  readonly #days = new Map<string, Day>()

  constructor(limits: Limits, clock: Pick<Clock, 'now'>) {
    this.#limits = limits
    this.#clock = clock
  }

  /** Tokens that an answer may still have after such a prompt, and for that price; a sentence where that is too few. */
  room(
    tenant: string,
    promptTokens: number,
    price: { inputUsd: number; outputUsd: number } | undefined,
  ): number | string {
    const { tokens_per_day: tokensMax, usd_per_day: usdMax } = this.#limits
    const { tokens, usd } = this.#of(tenant)
    let room = Number.POSITIVE_INFINITY
    if (tokensMax > 0) {
      room = tokensMax - tokens - promptTokens
      if (room < answerTokensMin) return `The ${tokensMax} tokens of language models for a day are used up.`
    }
    if (usdMax > 0 && price && price.inputUsd + price.outputUsd > 0) {
      const left = (usdMax - usd) * 1e6 - promptTokens * price.inputUsd
      room = Math.min(room, price.outputUsd > 0 ? left / price.outputUsd : left > 0 ? room : 0)
      if (room < answerTokensMin) return `The ${usdMax} US dollars for language models for a day are used up.`
    }
    return Math.floor(room)
  }

  /** Holds so much until the result says what it came to. */
  reserve(tenant: string, tokens: number, usd: number): (tokens: number, usd: number) => void {
    const day = this.#of(tenant)
    day.tokens += tokens
    day.usd += usd
    return (spentTokens, spentUsd) => {
      day.tokens += spentTokens - tokens
      day.usd = Math.max(0, day.usd + spentUsd - usd)
    }
  }

  #of(tenant: string): Day {
    const day = Math.floor(this.#clock.now() / dayMs)
    const known = this.#days.get(tenant)
    if (known?.day === day) return known
    if (this.#days.size >= tenantsMax)
      for (const [name, old] of this.#days) if (old.day !== day) this.#days.delete(name)
    // More tenants than that in one day: the first of them begins anew.
    if (this.#days.size >= tenantsMax) this.#days.delete(this.#days.keys().next().value ?? '')
    const fresh = { day, tokens: 0, usd: 0 }
    this.#days.set(tenant, fresh)
    return fresh
  }
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
