import type { ModelUsage } from '@aiops/contract/model/answer'
import type { TokenEstimate } from './pack/token-estimate.ts'

/** What one answer has spent on models, and who served it. */
export class Spending {
  provider: string | undefined
  model: string | undefined
  #input = 0
  #output = 0
  #calls = 0
  #cost: number | null = null
  readonly #estimate: TokenEstimate
  readonly #tokensMax: number

  constructor(estimate: TokenEstimate, tokensMax: number) {
    this.#estimate = estimate
    this.#tokensMax = tokensMax
  }

  served(provider: string, model: string): void {
    this.provider = provider
    this.model = model
  }

  cost(usd: number): void {
    if (Number.isFinite(usd) && usd >= 0) this.#cost = (this.#cost ?? 0) + usd
  }

  /** A request went out; its tokens count whether or not it ends well. */
  began(estimatedTokens: number): void {
    this.#calls += 1
    this.#input += estimatedTokens
  }

  /** It ended: what the server counted takes the place of the estimate, and teaches it. */
  ended(
    estimatedTokens: number,
    inputTokens: number | null,
    outputTokens: number | null,
    written: number,
  ): void {
    if (inputTokens !== null && inputTokens > 0) {
      this.#input += inputTokens - estimatedTokens
      if (this.model !== undefined) this.#estimate.learn(this.model, estimatedTokens, inputTokens)
    }
    this.#output += outputTokens ?? written
  }

  mayAsk(promptTokens: number, answerTokens: number): boolean {
    return this.#input + this.#output + promptTokens + answerTokens <= this.#tokensMax
  }

  get usage(): ModelUsage | null {
    if (this.#calls === 0) return null
    return {
      ...{ provider: this.provider ?? 'none', model: this.model ?? 'none' },
      ...{
        input_tokens: Math.max(0, Math.round(this.#input)),
        output_tokens: Math.max(0, Math.round(this.#output)),
      },
      ...{ cost_usd: this.#cost, calls: this.#calls },
    }
  }
}
