import type { ModelPart, ModelRequest } from '../../../../port/language-model.ts'

/** Who answers, said before its first part, and again if another goes on in its place. */
export type ServedPart = { type: 'served'; provider: string; model: string }

/** What a completion cost, where its price is known; after `end`. */
export type CostPart = { type: 'cost'; usd: number }

export type CompletedPart = ModelPart | ServedPart | CostPart

/**
 * One completion by whichever model answers. Order: as the port says, `served` before the first part of each model. `onReset`: what came so
 * far is taken back, as another model begins anew. Failure: throws once no model is left.
 */
export type CompleteModel = (
  request: ModelRequest,
  options: { signal: AbortSignal; onReset: (reason: string) => void },
) => AsyncIterable<CompletedPart>

/** What the models that may answer have in common: the smallest window, and tools only where all can call them. */
export type ModelAbility = { windowTokens: number; callsTools: boolean }
