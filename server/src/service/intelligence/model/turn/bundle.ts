import type { Answer, Claim, EvidenceRecord, ToolCallRecord } from '@aiops/contract/model/answer'

/** What an answer rests on, and all that a model may speak of. `claims` are the answer as it stands without a model. */
export type Bundle = {
  /** As it was asked. Its names may be repeated, its numbers prove nothing. */
  question: string
  outcome: Answer['outcome']
  claims: readonly Claim[]
  evidence: readonly EvidenceRecord[]
  calls: readonly ToolCallRecord[]
  choices: readonly { text: string }[]
  notChecked: readonly { what: string; reason: string }[]
  nowMs: number
}
