import type { CorrelationLesson } from '@aiops/contract/model/correlation-lesson'
import type { IncidentMember, MemberKind } from '@aiops/contract/model/incident'
import type { TenantId } from '@aiops/contract/model/tenant'

/** One person's part in a lesson, as it was when they last taught it. */
export type LessonVote = { user: string; joined: number; parted: number; atMs: number }

/** A lesson without what follows from its votes and the time. */
export type StoredLesson = Pick<
  CorrelationLesson,
  'id' | 'a' | 'b' | 'relation' | 'created_at' | 'updated_at'
> & {
  votes: readonly LessonVote[]
}

/** An alert or anomaly that is in an incident no longer. `waits`: an alert is then picked up after a restart as one that is new. */
export type Departure = { incidentId: string; memberId: string; kind: MemberKind; waits: boolean }

/** What people do to incidents, beyond the incidents themselves. A resolved write is on disk. */
export interface IncidentLifeRepository {
  /** Alerts first, of each kind the newest first. `text` is found in any case in what the sender said of it. */
  members(
    tenant: TenantId,
    incidentId: string,
    filter: { kind?: MemberKind | undefined; text?: string | undefined; limit: number; offset: number },
  ): Promise<{ members: IncidentMember[]; total: number }>
  /** The reason goes, and the member stands in no incident, unless it stands in another one by now. */
  leave(departures: readonly Departure[]): Promise<void>
  /** Keys of what may not come back to an incident; adding one twice is once. */
  bar(incidentId: string, keys: readonly string[]): Promise<void>
  liftBars(incidentId: string, keys: readonly string[]): Promise<void>
  /** In the order in which they were added. */
  barred(incidentId: string): Promise<string[]>
  /** Inserts or replaces by id. */
  saveLessons(tenant: TenantId, lessons: readonly StoredLesson[]): Promise<void>
  /** All of a tenant, the latest first. */
  lessons(tenant: TenantId): Promise<StoredLesson[]>
  /** False where there is none. */
  deleteLesson(tenant: TenantId, id: string): Promise<boolean>
}
