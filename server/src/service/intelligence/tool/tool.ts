import type { Permission } from '@aiops/contract/api/operation'
import type { Client } from '@aiops/contract/client'
import type { EvidenceRecord, ToolCallRecord } from '@aiops/contract/model/answer'
import type { z } from 'zod'

/** What a record of evidence is before it has a place in an answer. */
export type EvidenceDraft = Omit<EvidenceRecord, 'id' | 'tool'>

/** What a tool may know beside its input. */
export type ToolScope = {
  nowMs: number
  /** Clusters that the conversation is about: what a tool takes where its input names none; empty for all. */
  clusterIds: readonly string[]
  signal: AbortSignal
}

/**
 * One thing that can be looked up, or proposed: the same for plans, language models and MCP. It reaches the platform through the caller's
 * own client, so nobody sees through a tool what the API would not show them.
 * `run` throws Faults; an answer that some clusters are missing from is an answer with `missing`.
 */
export type Tool<I extends z.ZodObject = z.ZodObject, O extends z.ZodObject = z.ZodObject> = {
  /** Verb and noun, snake_case; never renamed: personas and MCP clients hold it. */
  readonly name: string
  readonly title: string
  /** For a language model and for people: what it answers and when to use it, two or three sentences. */
  readonly description: string
  readonly input: I
  readonly output: O
  readonly permission: Permission
  /** PROPOSE: makes a proposal that waits for a person; never called but on a person's request. */
  readonly effect: 'READ' | 'PROPOSE'
  run(client: Client, input: z.output<I>, scope: ToolScope): Promise<z.output<O>>
  /** In the order of the output's main list, one for each of its items (at most `evidenceMax`), so that an item is cited by its place. */
  evidence(output: z.output<O>, input: z.output<I>, scope: ToolScope): EvidenceDraft[]
  /** One sentence on what was looked at, for example `Looked at firing alerts of all clusters: 6.` */
  sentence(output: z.output<O>, input: z.output<I>): string
  /** Clusters that are missing from this answer. */
  missing?(output: z.output<O>): readonly { cluster: string; reason: string }[]
}

/** Records that one call gives at most; a tool answers no more items than that either, and says how many there are. */
export const evidenceMax = 200

/** Keeps the literal types of a tool. */
export const tool = <const N extends string, I extends z.ZodObject, O extends z.ZodObject>(
  definition: Tool<I, O> & { readonly name: N },
): Tool<I, O> & { readonly name: N } => definition

/** A call as it went: `output` is undefined where it failed, and `records` is then empty. */
export type ToolOutcome<O> = {
  call: ToolCallRecord
  output: O | undefined
  records: readonly EvidenceRecord[]
}
