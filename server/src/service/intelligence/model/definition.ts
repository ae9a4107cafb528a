import { durationMs } from '@aiops/contract/model/time'
import type { ModelDefinition } from '../../../port/language-model.ts'
import type { ModelConfig, ModelProviderConfig } from './config.ts'
import { isLocal } from './place.ts'

const hostedWindowTokens = 128_000
const toolWindowTokensMin = 16_384

export function definitionOf(provider: ModelProviderConfig, { timeouts }: ModelConfig): ModelDefinition {
  const { name, protocol, url, model, key, price_input_usd, price_output_usd } = provider
  const compatible = protocol === 'OPENAI_COMPATIBLE'
  const windowTokens = provider.window_tokens ?? (compatible ? 0 : hostedWindowTokens)
  return {
    ...{ name, protocol, url, model, key },
    local: isLocal(provider),
    windowTokens,
    callsTools: provider.calls_tools ?? (!compatible || windowTokens >= toolWindowTokensMin),
    ...(price_input_usd === undefined || price_output_usd === undefined
      ? {}
      : { price: { inputUsd: price_input_usd, outputUsd: price_output_usd } }),
    foundryLocal: provider.foundry_local,
    ports: provider.ports,
    firstTokenTimeoutMs: durationMs(provider.first_token_timeout ?? timeouts.first_token),
    idleTimeoutMs: durationMs(timeouts.idle),
  }
}
