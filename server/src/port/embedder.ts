/**
 * Turns texts into vectors whose angle says how near they are in meaning.
 * Order: one vector for each text, in theirs, all of one length, each of length 1. Failure: throws a ModelFailure (`language-model.ts`), nothing
 * is tried again in here. Bound: as many texts as the caller gives; `signal` ends it. Of a call nothing is kept.
 */
export interface Embedder {
  readonly model: string
  /** Its address is inside this network: what it reads does not leave. */
  readonly local: boolean
  embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]>
}
