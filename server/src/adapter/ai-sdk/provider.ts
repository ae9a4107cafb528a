import type { OpenAICompatibleProvider } from '@ai-sdk/openai-compatible'
import type { LanguageModel } from '../../port/language-model.ts'

/** A model object of a provider package, specification v4. */
export type ProviderModel = ReturnType<OpenAICompatibleProvider['languageModel']>
export type CallOptions = Parameters<ProviderModel['doStream']>[0]
export type StreamPart =
  Awaited<ReturnType<ProviderModel['doStream']>>['stream'] extends ReadableStream<infer P> ? P : never

export type ProviderCall = { baseUrl: string; model: string; key: string; fetch: typeof fetch }

/**
 * The model of one call; packages are loaded when they are first needed. Address and key are always given: left out, the packages
 * would take both from environment variables.
 */
export async function providerModel(
  protocol: LanguageModel['protocol'],
  { baseUrl, model, key, fetch }: ProviderCall,
): Promise<ProviderModel> {
  const settings = { baseURL: baseUrl, apiKey: key, fetch }
  switch (protocol) {
    case 'OPENAI_COMPATIBLE': {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
      return createOpenAICompatible({ ...settings, name: 'compatible', includeUsage: true }).chatModel(model)
    }
    case 'OPENAI': {
      const { createOpenAI } = await import('@ai-sdk/openai')
      return createOpenAI(settings).responses(model)
    }
    case 'ANTHROPIC': {
      const { createAnthropic } = await import('@ai-sdk/anthropic')
      return createAnthropic(settings).messages(model)
    }
    case 'GOOGLE': {
      const { createGoogle } = await import('@ai-sdk/google')
      return createGoogle(settings).chat(model)
    }
  }
}

/** Where the hosted ones are; a compatible server has no address of its own. */
export const hostedUrl: Readonly<Record<LanguageModel['protocol'], string>> = {
  OPENAI_COMPATIBLE: '',
  OPENAI: 'https://api.openai.com/v1',
  ANTHROPIC: 'https://api.anthropic.com/v1',
  GOOGLE: 'https://generativelanguage.googleapis.com/v1beta',
}
