import type { TenantId } from '@aiops/contract/model/tenant'

/**
 * How an entity or an edge was from one time to another. `key` names it within its tenant. `body` is the service's own. A thing has any number
 * of pieces, of different beginnings, which do not overlap.
 */
export type TopologyPiece = {
  key: string
  fromMs: number
  /** Null while it lasts. */
  toMs: number | null
  /** Whether it was not there just before: it appeared, rather than changed. */
  appeared: boolean
  /** Whether it was not there just after; false while it lasts. */
  vanished: boolean
  /** When it was last seen by its end; null while it lasts. */
  seenMs: number | null
  body: string
}

/** One write: pieces that begin, pieces that end, and for how long the graph has been watched without a break. */
export type TopologyHistoryBatch = {
  opened: readonly Omit<TopologyPiece, 'toMs' | 'vanished' | 'seenMs'>[]
  closed: readonly { key: string; fromMs: number; toMs: number; vanished: boolean; seenMs: number }[]
  watched: { fromMs: number; untilMs: number }
}

/** How the graphs of tenants were. Appended to, ended once, deleted when old. */
export interface TopologyHistoryRepository {
  /** All or nothing. What begins where the same thing began already takes its place; the end of what is not there is left out. */
  append(tenant: TenantId, batch: TopologyHistoryBatch): Promise<void>
  /** Pieces that hold at the time (begun by then, not ended by then) with keys after `afterKey`, by key; '' for the first. */
  at(tenant: TenantId, timeMs: number, afterKey: string, limit: number): Promise<TopologyPiece[]>
  /** When the graph was watched, oldest first. */
  watched(tenant: TenantId): Promise<{ fromMs: number; untilMs: number }[]>
  /**
   * What happened in [startMs, endMs), in steps of `stepMs` from `startMs`: step number, counts, time of the last of it. Steps without anything
   * are left out.
   */
  moments(
    tenant: TenantId,
    range: { startMs: number; endMs: number; stepMs: number },
  ): Promise<{ step: number; lastMs: number; added: number; removed: number; changed: number }[]>
  /** Pieces of a tenant, ended ones alone where asked. */
  count(tenant: TenantId): Promise<number>
  /** When the so-many-th oldest end was; undefined where fewer have ended. */
  endOfOldest(tenant: TenantId, count: number): Promise<number | undefined>
  /** Deletes at most `limit` of what ended by the time; where less than that is left, times before it count as not watched. Answers how many. */
  deleteBefore(tenant: TenantId, timeMs: number, limit: number): Promise<number>
}
