import type { AlertFacets } from '@aiops/contract/api/alert-search'
import type { Alert } from '@aiops/contract/model/alert'
import type { EntityId } from '@aiops/contract/model/entity'
import type { Severity } from '@aiops/contract/model/severity'
import type { TenantId } from '@aiops/contract/model/tenant'

/** What a condition looks at. `label` and `annotation` are unknown where the alert has none of this name; the others never are. */
export type AlertField =
  | { of: 'name' | 'severity' | 'source' | 'service' | 'entity' }
  | { of: 'label' | 'annotation'; name: string }

/**
 * A condition with three answers, as SQL has them: what looks at something unknown is unknown, `not` of that too, and only what holds fits.
 * `text` is compared exactly. Names without quotes, backslashes and control characters.
 */
export type AlertExpression =
  | { op: 'and' | 'or'; of: readonly AlertExpression[] }
  | { op: 'not'; of: AlertExpression }
  | { op: 'always' | 'never' }
  | { op: 'has'; field: AlertField }
  | { op: 'is'; field: AlertField; texts: readonly string[] }
  | { op: 'starts' | 'ends' | 'contains'; field: AlertField; text: string }

/** All conditions must hold; empty lists, and what is left out, do not filter. */
export type AlertSearchFilter = {
  states?: readonly Alert['status'][] | undefined
  severities?: readonly Severity[] | undefined
  sources?: readonly string[] | undefined
  names?: readonly string[] | undefined
  /** '' for alerts that name no service. */
  services?: readonly string[] | undefined
  entity?: EntityId | undefined
  fingerprint?: string | undefined
  /** An absent label counts as empty. Names without quotes, brackets and control characters. */
  labels?: readonly { name: string; equal: boolean; value: string }[] | undefined
  silenced?: boolean | undefined
  /** Whether it belongs to one, or the id of the one. */
  incident?: boolean | string | undefined
  where?: AlertExpression | undefined
  /** Within what the sender said; A to Z in either case. */
  text?: string | undefined
  /** When it was last received: from, included, and to, excluded. */
  startMs?: number | undefined
  endMs?: number | undefined
}

export type AlertSort = '-received_at' | '-severity' | 'starts_at'

/** One time that an alert fired, as the count of noise needs it. */
export type AlertFiring = {
  source: string
  name: string
  fingerprint: string
  severity: Severity
  startsMs: number
  /** Null while it fires. */
  endsMs: number | null
  receivedMs: number
  incidentId: string | null
  silenced: boolean
}

export interface AlertSearchRepository {
  /** One page, with the total and the counts of each kind as if every filter but its own were chosen. */
  search(
    tenant: TenantId,
    filter: AlertSearchFilter,
    /** Without `facets` null in their place, and the rest comes sooner. */
    page: { sort: AlertSort; limit: number; offset: number; facets: boolean },
  ): Promise<{ alerts: Alert[]; total: number; facets: AlertFacets | null }>
  /** Those of these ids that the tenant has, in the order of the ids. */
  byIds(tenant: TenantId, ids: readonly string[]): Promise<Alert[]>
  /** Received at `fromMs` or later and before `toMs`, latest received first, at most `limit` after the first `offset`. */
  firings(
    tenant: TenantId,
    range: { fromMs: number; toMs: number; sources: readonly string[]; limit: number; offset: number },
  ): Promise<AlertFiring[]>
  /**
   * Of incidents changed at `sinceMs` or later, those that a person has acknowledged, or that ended with a cause found or confirmed; at
   * most 50,000.
   */
  usedIncidents(tenant: TenantId, sinceMs: number): Promise<Set<string>>
}
