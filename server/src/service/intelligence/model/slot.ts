import type { ModelProvider } from '@aiops/contract/model/language-model'
import { durationMs } from '@aiops/contract/model/time'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import type {
  LanguageModel,
  ModelDefinition,
  ModelFailure,
  OpenLanguageModel,
} from '../../../port/language-model.ts'
import { Breaker } from './breaker.ts'
import type { ModelConfig } from './config.ts'

/** What is known of a model before it is asked, to shape a request for it. */
export type ModelFacts = Pick<
  LanguageModel,
  'name' | 'protocol' | 'model' | 'local' | 'windowTokens' | 'callsTools'
>

type Tally = Pick<ModelProvider, 'calls' | 'failures' | 'input_tokens' | 'output_tokens'> & {
  costUsd: number | null
  lastMs: number | null
}

const tenantsMax = 10_000

/** One configured model: opened when it is first used, its breaker, and how it has fared with whom. */
export class Slot {
  readonly definition: ModelDefinition
  readonly temperature: number | undefined
  readonly breaker: Breaker
  readonly #open: OpenLanguageModel
  readonly #tallies = new Map<string, Tally>()
  #model: LanguageModel | undefined
  #trouble: ModelFailure | undefined
  #tried = false
  /** Answers that it writes now. */
  active = 0

  constructor(
    definition: ModelDefinition,
    temperature: number | undefined,
    config: ModelConfig,
    open: OpenLanguageModel,
    clock: Clock,
  ) {
    this.definition = definition
    this.temperature = temperature
    this.#open = open
    const { failures, rest, trials } = config.breaker
    this.breaker = new Breaker(clock, { failures, restMs: durationMs(rest), trials })
  }

  /** Constructed at the first use, so that one the policy excludes never is. */
  get model(): LanguageModel {
    this.#model ??= this.#open(this.definition)
    return this.#model
  }

  get facts(): ModelFacts {
    const { name, protocol, model, local, windowTokens, callsTools } = this.model
    return { name, protocol, model, local, windowTokens, callsTools }
  }

  succeeded(): void {
    this.#tried = true
    this.#trouble = undefined
    this.breaker.succeeded()
  }

  /** What the request is to blame for, or the configuration, is no reason to rest. */
  failed(failure: ModelFailure): void {
    this.#tried = true
    this.#trouble = failure
    if (failure.kind === 'REFUSED') this.breaker.abandoned()
    else this.breaker.failed(failure.retryAfterMs)
  }

  count(
    tenant: string,
    nowMs: number,
    done: { failed: boolean; inputTokens: number; outputTokens: number; costUsd: number | null },
  ): void {
    const tally = this.#tallies.get(tenant) ?? fresh(this.definition)
    if (!this.#tallies.has(tenant) && this.#tallies.size >= tenantsMax)
      this.#tallies.delete(this.#tallies.keys().next().value ?? '')
    this.#tallies.set(tenant, tally)
    tally.calls += 1
    tally.failures += done.failed ? 1 : 0
    tally.input_tokens += done.inputTokens
    tally.output_tokens += done.outputTokens
    if (done.costUsd !== null) tally.costUsd = (tally.costUsd ?? 0) + done.costUsd
    tally.lastMs = nowMs
  }

  /** As this tenant may see it. */
  shown(tenant: string, excluded: boolean): ModelProvider {
    const { name, protocol, local } = this.definition
    const { costUsd, lastMs, ...tally } = this.#tallies.get(tenant) ?? fresh(this.definition)
    return {
      ...{ name, protocol, local, model: this.#model?.model ?? this.definition.model },
      ...(excluded ? excludedState : this.#state),
      window_tokens: this.#model?.windowTokens ?? (this.definition.windowTokens || 4_096),
      ...tally,
      cost_usd: costUsd,
      last_used_at: lastMs === null ? null : isoTime(lastMs),
    }
  }

  get #state(): Pick<ModelProvider, 'state' | 'message'> {
    const { restMs } = this.breaker
    const said = this.#trouble?.message ?? ''
    if (restMs > 0)
      return {
        state: 'RESTING',
        message: `Not asked for ${Math.ceil(restMs / 1_000)} s more. ${said}`.trim(),
      }
    if (this.#trouble) return { state: 'UNREACHABLE', message: said }
    return this.#tried ? { state: 'READY', message: '' } : { state: 'NOT_TRIED', message: 'Not asked yet.' }
  }
}

const excludedState = {
  state: 'EXCLUDED' as const,
  message: 'It is outside this network, and the policy allows local models only.',
}

const fresh = ({ price }: ModelDefinition): Tally => ({
  ...{ calls: 0, failures: 0, input_tokens: 0, output_tokens: 0 },
  ...{ costUsd: price ? 0 : null, lastMs: null },
})
