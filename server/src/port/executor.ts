import type { RunbookStep } from '@aiops/contract/model/runbook'

/** Runs one runbook step of its type, templates already filled in. */
export interface Executor {
  readonly type: RunbookStep['type']
  /** One sentence on what would happen; changes nothing. */
  describe(step: RunbookStep): string
  /**
   * Resolves with what to keep as output (at most 4 KiB). Rejects with a Fault on failure: TIMEOUT when nobody knows whether it
   * took effect, any other code when it is known to have failed. `idempotencyKey` is the same on every attempt.
   */
  run(step: RunbookStep, context: { idempotencyKey: string; signal: AbortSignal }): Promise<string>
}
