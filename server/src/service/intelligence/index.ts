/** Intelligence: answers from evidence, with a language model or none; personas, conversations, analyses and reports. */
import type { Api } from '@aiops/contract/api/index'
import type { OperationOutput } from '@aiops/contract/api/operation'
import type {
  Answer,
  EvidenceRecord,
  Intent,
  ToolCallRecord,
  Understanding,
} from '@aiops/contract/model/answer'
import type { Persona } from '@aiops/contract/model/persona'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { ObjectStore } from '../../port/object-store.ts'
import type { Caller, ClientOf } from '../../port/operation-client.ts'
import type { RecordStore } from '../../port/record-store.ts'
import type { ReportPrinter } from '../../port/report-printer.ts'
import type { Analysis } from './analysis/analysis.ts'
import type { Chat } from './chat/index.ts'
import type { ModelRouterDeps } from './model/router.ts'
import type { Personas } from './persona/index.ts'
import type { Reports } from './report/reports.ts'
import type { Tool } from './tool/tool.ts'
import type { ToolBox } from './tool/tool-box.ts'

export type AskRequest = {
  question: string
  personaId: string
  clusterContext: readonly string[]
  before: readonly Understanding[]
  /** false: no language model; a name: that provider only. */
  model: boolean | string
  /** Texts that somebody attached: data, never instruction. */
  attachments?: readonly { id: string; name: string; text: string }[]
  /** What was said before, for a language model; oldest first. */
  history?: readonly { role: 'USER' | 'ASSISTANT'; text: string }[]
}

/** What happens while a question is answered; text comes in pieces, and `reset` takes back what was said. */
export type AskEvent =
  | { type: 'status'; text: string }
  | { type: 'plan'; intent: Intent; tools: readonly string[] }
  | { type: 'tool_use'; id: string; name: string; arguments: Readonly<Record<string, unknown>> }
  | { type: 'tool_result'; call: ToolCallRecord }
  | { type: 'evidence'; evidence: readonly EvidenceRecord[] }
  | { type: 'text'; text: string }
  | { type: 'citation'; cites: readonly string[]; text: string }
  | { type: 'reset'; reason: string }

/**
 * Answers, whatever becomes of a model: an error of a provider is a note in the answer. Throws PERSONA_NOT_FOUND, MODEL_NOT_AVAILABLE
 * where a provider is named that does not exist. When `signal` ends it, it throws its reason.
 */
export type Ask = (
  caller: Caller,
  request: AskRequest,
  options?: { on?: (event: AskEvent) => void; signal?: AbortSignal },
) => Promise<Answer>

export type PersonaOf = (caller: Caller, id: string) => Promise<Persona>

export interface Intelligence extends Lifecycle {
  readonly ask: Ask
  readonly personas: Personas
  readonly personaOf: PersonaOf
  readonly chat: Chat
  readonly reports: Reports
  readonly analysis: Analysis
  readonly toolBox: ToolBox
  /** In the order in which they are shown. */
  tools(): Promise<readonly Tool[]>
  models(caller: Caller): OperationOutput<Api['listModels']>
}

export type IntelligenceDeps = {
  clientOf: ClientOf
  records: RecordStore
  objects: ObjectStore
  printer: ReportPrinter
  openModel: ModelRouterDeps['open']
  auditModel: NonNullable<ModelRouterDeps['audit']>
  bus: EventBus
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
}

export type { Analysis } from './analysis/analysis.ts'
export { inertSentence } from './answer/inert-sentence.ts'
export type { Chat, Following } from './chat/index.ts'
export { IntelligenceConfig } from './config.ts'
export { createIntelligence } from './intelligence.ts'
export { isHosted, isLocal } from './model/place.ts'
export type { ModelAudit } from './model/router.ts'
export type { Personas } from './persona/index.ts'
export { plainLine } from './plain-line.ts'
export { plainMarkdown } from './report/render/escape.ts'
export type { Reports } from './report/reports.ts'
export type { Tool } from './tool/tool.ts'
export type { ToolBox } from './tool/tool-box.ts'
