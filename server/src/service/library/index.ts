/** Library: runbooks, post-mortems, documents and past incidents; search in them, and incidents like one that is under way. */
import type { Change } from '@aiops/contract/model/change'
import type { EntityId } from '@aiops/contract/model/entity'
import type {
  KnowledgeDocument,
  KnowledgeHit,
  KnowledgeInput,
  KnowledgeKind,
  KnowledgeOrigin,
  KnowledgeSummary,
  SimilarIncident,
} from '@aiops/contract/model/knowledge'
import type { Runbook } from '@aiops/contract/model/runbook'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { ChangeFilter } from '../../port/change-repository.ts'
import type { DocumentSource } from '../../port/document-source.ts'
import type { Embedder } from '../../port/embedder.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { RecordStore } from '../../port/record-store.ts'

export type DocumentFilter = {
  kinds: readonly KnowledgeKind[]
  origins: readonly KnowledgeOrigin[]
  entity?: EntityId | undefined
  tag?: string | undefined
  /** Part of a title or a tag, in any case. */
  text?: string | undefined
}

export type Question = {
  text: string
  kinds: readonly KnowledgeKind[]
  entity?: EntityId | undefined
  limit: number
}

export type Found = {
  hits: KnowledgeHit[]
  total: number
  semantic: { model: string; documents: number; documents_total: number } | null
  notes: string[]
}

export interface Library extends Lifecycle {
  /** Changed last first. */
  list(tenant: TenantId, filter: DocumentFilter): KnowledgeSummary[]
  counts(tenant: TenantId): Record<KnowledgeKind, number>
  /** Files that cannot be used, and why. */
  problems(tenant: TenantId): { file: string; message: string }[]
  /** Throws NOT_FOUND, for a version too that is not kept. */
  get(tenant: TenantId, id: string, version?: number): Promise<KnowledgeDocument>
  /** Newest first. Throws NOT_FOUND. */
  versions(tenant: TenantId, id: string): Promise<KnowledgeSummary[]>
  /** Found from then on. Throws CONFLICT where there is no room. */
  create(tenant: TenantId, actor: string, input: KnowledgeInput): Promise<KnowledgeDocument>
  /** Throws NOT_FOUND; CONFLICT for what was not written here, and where `version` is given and is not the last. */
  update(
    tenant: TenantId,
    actor: string,
    id: string,
    input: KnowledgeInput,
    version?: number,
  ): Promise<KnowledgeDocument>
  delete(tenant: TenantId, id: string): Promise<void>
  search(tenant: TenantId, question: Question): Promise<Found>
  /** By id or number. Throws NOT_FOUND. */
  similar(
    tenant: TenantId,
    incidentId: string,
    limit: number,
  ): Promise<{ similar: SimilarIncident[]; compared: number; floor: number }>
  /** Reads folder and runbooks now; what the schedule does. Resolves when all that is known can be found. */
  refresh(): Promise<void>
}

export type EmbedderAudit = {
  tenant: TenantId
  model: string
  texts: number
  /** Of the texts as they were sent, as a JSON array. */
  sha256: string
  outcome: 'DONE' | 'FAILED'
}

export type LibraryDeps = {
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
  bus: EventBus
  tenants: readonly TenantId[]
  records: Pick<
    RecordStore,
    'documents' | 'incidents' | 'anomalies' | 'alerts' | 'diagnoses' | 'remediations'
  >
  /** Files by tenant; several of one tenant are read one after the other. */
  files: readonly { tenant: TenantId; source: DocumentSource }[]
  /** Those of the platform, which are everybody's. */
  runbooks(): readonly Runbook[]
  changes(tenant: TenantId, filter: ChangeFilter): Promise<{ changes: Change[] }>
  /** Who calls or needs an entity, and what it calls or needs; undefined for one that nobody knows. */
  neighbours(tenant: TenantId, entity: EntityId): { callers: number; callees: number } | undefined
  /** Null: none is configured. */
  embedder: Embedder | null
  /** Whether the policy of this tenant lets that embedder read its texts. */
  mayEmbed(tenant: TenantId): boolean
  /** Is told of each request whose texts left this network. */
  audit(record: EmbedderAudit): Promise<void>
}

export { LibraryConfig } from './config.ts'
export { type ReadDocument, readMarkdown } from './document/front-matter.ts'
export { createLibrary } from './library.ts'
