import type { Embedder } from '../../port/embedder.ts'
import { ModelFailure } from '../../port/language-model.ts'
import { createExchange } from './exchange.ts'
import { failureOf } from './failure.ts'
import type { LanguageModelDeps } from './language-model.ts'
import { hostedUrl } from './provider.ts'

export type EmbedderDefinition = {
  protocol: 'OPENAI_COMPATIBLE' | 'OPENAI' | 'GOOGLE'
  /** Up to and with the version; empty for the provider's own. */
  url: string
  model: string
  /** Name of the secret that holds the key; empty for none. */
  key: string
  local: boolean
  /** Longest time until the answer is whole. */
  timeoutMs: number
}

/** What one vector may hold: more is no embedding. */
const dimensionsMax = 8_192

/** An embedder over one of the protocols; see the port. Connects when it is first asked; every byte goes through the guarded client. */
export function openEmbedder(definition: EmbedderDefinition, deps: LanguageModelDeps): Embedder {
  const { protocol, model, local, timeoutMs } = definition
  const baseUrl = definition.url === '' ? hostedUrl[protocol] : definition.url.replace(/\/+$/, '')
  return {
    model,
    local,
    async embed(texts, signal) {
      signal.throwIfAborted()
      const key = definition.key === '' ? '' : await secretOf(definition, deps)
      const exchange = createExchange(deps.http, { name: model, signal, timeoutMs })
      try {
        const provider = await providerEmbedder(protocol, { baseUrl, model, key, fetch: exchange.fetch })
        const { embeddings } = await provider.doEmbed({ values: [...texts], abortSignal: signal })
        if (exchange.failure) throw exchange.failure
        return vectorsOf(embeddings, texts.length, model)
      } catch (error) {
        signal.throwIfAborted()
        throw exchange.failure ?? failureOf(model, error, key, deps.clock.now())
      }
    },
  }
}

/** A gift of an answer is not trusted: as many vectors as texts, all of one length, all numbers. */
function vectorsOf(embeddings: readonly (readonly number[])[], count: number, model: string): Float32Array[] {
  const length = embeddings[0]?.length ?? 0
  const right =
    embeddings.length === count &&
    embeddings.every((one) => one.length === length && one.every((value) => Number.isFinite(value)))
  if (!right || (count > 0 && (length === 0 || length > dimensionsMax)))
    throw new ModelFailure('BROKEN', `${model} answered ${embeddings.length} vectors for ${count} texts.`)
  return embeddings.map(unit)
}

/** Of length 1. */
function unit(values: readonly number[]): Float32Array {
  let squares = 0
  for (const value of values) squares += value * value
  const length = Math.sqrt(squares) || 1
  return Float32Array.from(values, (value) => value / length)
}

async function secretOf({ model, key }: EmbedderDefinition, { secret }: LanguageModelDeps): Promise<string> {
  try {
    return (await secret(key)).trim()
  } catch (cause) {
    throw new ModelFailure('REFUSED', `${model}: there is no secret ${key} with its key.`, { cause })
  }
}

/** Packages are loaded when they are first needed; address and key are always given, for else they would come from the environment. */
async function providerEmbedder(
  protocol: EmbedderDefinition['protocol'],
  {
    baseUrl,
    model,
    key,
    fetch,
  }: { baseUrl: string; model: string; key: string; fetch: typeof globalThis.fetch },
) {
  const settings = { baseURL: baseUrl, apiKey: key, fetch }
  switch (protocol) {
    case 'OPENAI_COMPATIBLE': {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
      return createOpenAICompatible({ ...settings, name: 'compatible' }).embeddingModel(model)
    }
    case 'OPENAI': {
      const { createOpenAI } = await import('@ai-sdk/openai')
      return createOpenAI(settings).embedding(model)
    }
    case 'GOOGLE': {
      const { createGoogle } = await import('@ai-sdk/google')
      return createGoogle(settings).embedding(model)
    }
  }
}
