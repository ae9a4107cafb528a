import type { Answer, Claim, EvidenceRecord, ModelUsage, ToolCallRecord } from '@aiops/contract/model/answer'
import type { Persona } from '@aiops/contract/model/persona'
import type { Clock } from '../../../../kernel/clock.ts'
import type { Random } from '../../../../kernel/random.ts'
import type { Bundle } from './bundle.ts'
import type { CompleteModel, ModelAbility } from './complete-model.ts'
import type { TurnConfig } from './config.ts'
import type { LookUps } from './look-up.ts'
import type { TokenEstimate } from './pack/token-estimate.ts'

export type ProseRequest = {
  /** What the answer rests on, as it was found without a model. */
  bundle: Bundle
  /** The answer as it stands without a model. */
  text: string
  persona: Persona
  history: readonly { role: 'USER' | 'ASSISTANT'; text: string }[]
  attachments: readonly { id: string; name: string; text: string }[]
  ability: ModelAbility
  /** Left out: the model only writes. */
  lookUps?: LookUps
}

export type ProseEvent =
  | { type: 'status'; text: string }
  | { type: 'tool_use'; id: string; name: string; arguments: Readonly<Record<string, unknown>> }
  | { type: 'tool_result'; call: ToolCallRecord }
  | { type: 'evidence'; evidence: readonly EvidenceRecord[] }
  | { type: 'text'; text: string }
  | { type: 'reset'; reason: string }

export type Prose = {
  text: string
  outcome: Answer['outcome']
  /** Those of the base answer, and what a model found beside them. */
  claims: Claim[]
  /** What its own calls brought, to be added to the answer. */
  evidence: EvidenceRecord[]
  calls: ToolCallRecord[]
  /** `deterministic` where the text is the base answer's. */
  engine: string
  model: string | null
  modelNote: string | null
  usage: ModelUsage | null
}

export type ProseDeps = {
  complete: CompleteModel
  config: TurnConfig
  estimate: TokenEstimate
  clock: Clock
  random: Random
}
