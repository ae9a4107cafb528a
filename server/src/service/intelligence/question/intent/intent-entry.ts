import type { Intent } from '@aiops/contract/model/answer'

/** One intent, and what people say when they mean it. `pattern.ts` says how a pattern is written. */
export type IntentEntry = {
  readonly intent: Intent
  /**
   * Rows of a weight and patterns of about that strength: 0.9 says it outright, 0.7 fairly, 0.5 with doubt, 0.3 hints. The best row counts
   * most, further rows add. A weight below zero is what speaks against it.
   */
  readonly rows: readonly (readonly [number, ...string[]])[]
  /** What it is about where it names nothing: THING takes the last one that was spoken of. */
  readonly about: 'THING' | 'SCOPE' | 'NONE'
}
