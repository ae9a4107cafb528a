/** Learning: what people say of findings, what detection learns from it, and the versions in which that comes into force. */
import type {
  Correction,
  DetectionModel,
  ModelDrift,
  ModelVersion,
} from '@aiops/contract/model/detection-model'
import type { Feedback, FeedbackCounts, FeedbackEffect } from '@aiops/contract/model/feedback'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { FeedbackFilter } from '../../port/feedback-repository.ts'
import type { RecordStore } from '../../port/record-store.ts'
import type { BoundFactor } from './correction/in-force.ts'
import type { Word } from './feedback/desk.ts'

export interface Learning extends Lifecycle {
  /** Throws NOT_FOUND, VALIDATION_FAILED where an explanation is missing, RATE_LIMITED. */
  label(tenant: TenantId, user: string, word: Word): Promise<Feedback>
  labels(
    tenant: TenantId,
    filter: FeedbackFilter & { limit: number; offset: number },
  ): Promise<{ labels: Feedback[]; counts: FeedbackCounts }>
  effect(tenant: TenantId): Promise<FeedbackEffect>
  /** `any`: somebody else's too. */
  withdraw(tenant: TenantId, id: string, user: string, any: boolean): Promise<void>
  review(
    tenant: TenantId,
    id: string,
    reviewer: string,
    decision: 'ACCEPT' | 'REJECT',
    comment: string,
  ): Promise<Feedback>
  corrections(tenant: TenantId): Promise<CorrectionsInForce>
  models(tenant: TenantId): Promise<DetectionModel[]>
  model(tenant: TenantId, id: string): Promise<DetectionModel>
  versions(tenant: TenantId, id: string): Promise<ModelVersion[]>
  version(tenant: TenantId, id: string, number: number): Promise<ModelVersion & { document: unknown }>
  /** Trains a version again from the inputs that were kept. */
  rebuild(
    tenant: TenantId,
    id: string,
    number: number,
  ): Promise<{ same: boolean; sha256: string; rebuilt_sha256: string }>
  train(tenant: TenantId, id: string, actor: string, comment: string): Promise<ModelVersion>
  promote(tenant: TenantId, id: string, number: number, actor: string, comment: string): Promise<ModelVersion>
  rollback(tenant: TenantId, id: string, actor: string, comment: string): Promise<DetectionModel>
  drift(tenant: TenantId, id: string): Promise<ModelDrift>
  /** Resolves when all that was begun is done. */
  idle(): Promise<void>
}

export type CorrectionsInForce = {
  version: number | null
  candidate: { version: number; percent: number } | null
  corrections: (Correction & { version: number; active: boolean })[]
  at: string
}

export type LearningDeps = {
  records: RecordStore
  bus: EventBus
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
  tenants: readonly TenantId[]
  /** Takes what is in force for a tenant, whole, each time it changes. */
  correct(tenant: TenantId, bounds: readonly BoundFactor[]): Promise<void>
}

export { LearningConfig } from './config.ts'
export type { BoundFactor } from './correction/in-force.ts'
export { createLearning } from './learning.ts'
