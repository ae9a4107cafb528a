import type {
  AnswerChart,
  AnswerTable,
  Claim,
  EvidenceRecord,
  Intent,
  ToolCallRecord,
} from '@aiops/contract/model/answer'
import type { Persona } from '@aiops/contract/model/persona'
import type { z } from 'zod'
import type { Question } from '../question/question.ts'
import type { ToolName, ToolOf } from '../tool/index.ts'
import type { ToolOutcome } from '../tool/tool.ts'

export type InputOf<N extends ToolName> = z.input<ToolOf<N>['input']>
export type OutputOf<N extends ToolName> = z.output<ToolOf<N>['output']>

/** A call that is to be made. `as` tells two calls of one tool apart: `before`, `after`. */
export type PlannedCall = {
  [N in ToolName]: { tool: N; input: InputOf<N>; as?: string }
}[ToolName]

/** Writes down a call while keeping its types together. */
export const planned = <N extends ToolName>(tool: N, input: InputOf<N>, as?: string): PlannedCall =>
  ({ tool, input, ...(as === undefined ? {} : { as }) }) as PlannedCall

/** What was found so far, by call. */
export interface Found {
  /** The outcome of a call, undefined where it was not made. */
  of<N extends ToolName>(tool: N, as?: string): ToolOutcome<OutputOf<N>> | undefined
  /** Its answer; undefined where it was not made or failed. */
  output<N extends ToolName>(tool: N, as?: string): OutputOf<N> | undefined
  /** The record of the nth item of its answer. */
  record<N extends ToolName>(tool: N, index: number, as?: string): EvidenceRecord | undefined
  /** What to cite for the call itself: its id. */
  readonly calls: readonly ToolCallRecord[]
}

export type Situation = {
  question: Question
  persona: Persona
  nowMs: number
}

/** What an answer will say. `cites` of every claim are ids of records or calls that were found. */
export type Draft = {
  outcome: 'ANSWERED' | 'CLARIFY' | 'UNANSWERABLE' | 'PROPOSED'
  claims: Claim[]
  tables: AnswerTable[]
  charts: AnswerChart[]
  choices: { text: string; question: string }[]
  suggestions: string[]
  notChecked: { what: string; reason: string }[]
  proposal?: { remediation_id: string; runbook_id: string; sentence: string; link: string }
  /** The incident that it was about, for "it" in the next question. */
  incidentId?: string
}

/**
 * How one intent is answered: pure, so that the same question over the same findings gives the same words.
 * `plan` says what to look at, all at once; `next` what to look at after that, until it says nothing more (three rounds at most);
 * `compose` turns what was found into claims.
 */
export type Answerer = {
  readonly intent: Intent
  plan(situation: Situation): readonly PlannedCall[]
  next?(situation: Situation, found: Found, round: number): readonly PlannedCall[]
  compose(situation: Situation, found: Found): Draft
}
