/** Delivery: changes that delivery systems, flag services and chaos experiments tell by webhook, read, proven, and said of the entities they are about. */
import type { ChangeHookAnswer, ChangeInput, ChangeSender, ChangeSource } from '@aiops/contract/model/change'
import type { EntityId } from '@aiops/contract/model/entity'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { ReadHook } from '../../port/forge-hook.ts'
import type { SecretSource } from '../../port/secret-source.ts'

export type DeliveryRequest = {
  /** In lower case. */
  headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** As it came: the proof is over its bytes. */
  body: Uint8Array
}

export interface Delivery {
  /** Whether anybody may tell as this sender; asked before a body is read. */
  takes(tenant: TenantId, sender: ChangeSender): boolean
  /**
   * What a webhook tells becomes changes, each once however often it is told. Throws UNAUTHENTICATED without a proof that holds, and
   * INVALID_REQUEST for what is no JSON object. What is proven and means nothing here is no error: the answer says why.
   */
  take(tenant: TenantId, sender: ChangeSender, request: DeliveryRequest): Promise<ChangeHookAnswer>
}

export type DeliveryDeps = {
  secrets: SecretSource
  /** What proves and names the repository of a forge's webhook. */
  forgeHook(forge: 'GITHUB' | 'GITLAB'): Promise<ReadHook>
  knows(tenant: TenantId, entity: EntityId): boolean
  /** All or none; one whose id is known is left as it is. */
  record(tenant: TenantId, source: ChangeSource, drafts: readonly ChangeInput[]): Promise<unknown>
  clock: Clock
  metrics: Metrics
  log: Log
}

export { DeliveryConfig } from './config.ts'
export { createDelivery, unproven } from './delivery.ts'
