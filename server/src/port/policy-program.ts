/**
 * A program that judges by rules of its own, such as Rego by `opa` or `conftest`. What it says can only tighten what the policy says.
 * Failure: rejects with a Fault, which counts as one that requires approval. Bound: 10 s, output up to 1 MiB, 100 messages.
 */
export interface PolicyProgram {
  /** undefined: it is not on this machine. */
  describe(): Promise<{ name: string; version: string } | undefined>
  /** Reasons to deny, and reasons for a person to look. */
  evaluate(
    input: unknown,
    signal: AbortSignal,
  ): Promise<{ deny: readonly string[]; require: readonly string[] }>
}
