import type { Prediction, PredictionState } from '@aiops/contract/model/forecast'
import type { TenantId } from '@aiops/contract/model/tenant'

/** A prediction, with the key of the series it is about: the same for the same labels. */
export type StoredPrediction = { series: string; prediction: Prediction }
export type PredictionOutcomes = { hits: number; misses: number; open: number }

/** What was predicted and what came of it. */
export interface PredictionRepository {
  /** False, and nothing changed, where the series of this watch has an OPEN one already, or the id is taken. */
  insert(tenant: TenantId, stored: StoredPrediction): Promise<boolean>
  /** Replaces an OPEN one by id; false, and nothing changed, where it is no longer OPEN or another tenant's. */
  update(tenant: TenantId, prediction: Prediction): Promise<boolean>
  /** OPEN ones of a watch, by the key of their series. */
  open(tenant: TenantId, watch: string): Promise<StoredPrediction[]>
  /** Newest first. An empty list of states is all of them. */
  list(
    tenant: TenantId,
    filter: { watch?: string | undefined; states: readonly PredictionState[]; limit: number; offset: number },
  ): Promise<{ predictions: Prediction[]; total: number }>
  /** Of the `last` newest that are settled: HIT, and EARLY or MISS; LOST ones do not count. With how many are OPEN. */
  outcomes(tenant: TenantId, watch: string, last: number): Promise<PredictionOutcomes>
  /** Of all tenants, those that are settled; tells how many. */
  deleteBefore(predictedMs: number): Promise<number>
}
