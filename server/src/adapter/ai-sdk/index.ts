/** Language models over the protocols that the AI SDK's provider packages speak. Every byte goes through the guarded HTTP client. */

export { type EmbedderDefinition, openEmbedder } from './embedder.ts'
export { type LanguageModelDeps, openLanguageModel } from './language-model.ts'
