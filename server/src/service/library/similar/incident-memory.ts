import type { Incident } from '@aiops/contract/model/incident'
import type { SimilarIncident } from '@aiops/contract/model/knowledge'
import type { TenantId } from '@aiops/contract/model/tenant'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import { createRepeated, type Repeated } from '../../../kernel/repeated.ts'
import { Turn } from '../../../kernel/turn.ts'
import { onEvent } from '../../../port/event-bus.ts'
import type { LibraryConfig } from '../config.ts'
import type { LibraryDeps } from '../index.ts'
import { resolutionOf } from './incident-text.ts'
import { mostAlike } from './likeness.ts'
import { LikenessFloor } from './likeness-floor.ts'
import { type IncidentProfile, profileForm, profileOf } from './profile.ts'
import { ProfileBook } from './profile-book.ts'
import { whyAlike } from './why.ts'

export type MemoryDeps = Pick<
  LibraryDeps,
  'clock' | 'log' | 'bus' | 'records' | 'tenants' | 'changes' | 'neighbours'
> & {
  /** A past incident is remembered, or is another; or none any more. */
  changed(tenant: TenantId, profile: IncidentProfile): Promise<void>
  gone(tenant: TenantId, incidentId: string): Promise<void>
}

/** Incidents that wait to be looked at; with more, all that ended are looked through instead. */
const dirtyMax = 10_000
const [periodMs, pageMax, membersMax] = [2_000, 200, 200]
/** Changes that may have brought an incident about. */
const [beforeMs, afterMs, changesMax, entitiesMax] = [3_600_000, 300_000, 10, 100]

/** Remembers incidents that ended, over restarts, and finds those that are like another. */
export class IncidentMemory {
  readonly #deps: MemoryDeps
  readonly #config: Pick<LibraryConfig, 'incidents_max' | 'similarity_floor'>
  readonly #books = new Map<TenantId, ProfileBook>()
  readonly #floors = new Map<TenantId, LikenessFloor>()
  readonly #dirty = new Map<string, { tenant: TenantId; id: string }>()
  readonly #worker: Repeated
  #missed = false
  #unsubscribe: (() => void)[] = []

  constructor(deps: MemoryDeps, config: Pick<LibraryConfig, 'incidents_max' | 'similarity_floor'>) {
    this.#deps = deps
    this.#config = config
    for (const tenant of deps.tenants) {
      const book = new ProfileBook(config.incidents_max)
      this.#books.set(tenant, book)
      this.#floors.set(tenant, new LikenessFloor(book, config.similarity_floor))
    }
    this.#worker = createRepeated(...([deps.clock, periodMs, () => this.work()] as const), (error) =>
      deps.log.warn({ error: messageOf(error) }, 'past incidents could not be looked at'),
    )
  }

  async start(): Promise<void> {
    const { bus } = this.#deps
    this.#unsubscribe = [
      onEvent(bus, 'library-incidents', ['INCIDENT_UPDATED', 'INCIDENT_CREATED'], ({ payload }) => {
        if (hasEnded(payload) || this.#knows(payload.tenant_id, payload.id))
          this.#mark(payload.tenant_id, payload.id)
      }),
      onEvent(bus, 'library-outcomes', ['RCA_COMPLETE', 'REMEDIATION_UPDATED'], ({ tenant_id, payload }) => {
        if (this.#knows(tenant_id, payload.incident_id)) this.#mark(tenant_id, payload.incident_id)
      }),
    ]
    await this.#worker.start()
  }
  async stop(): Promise<void> {
    for (const end of this.#unsubscribe) end()
    await this.#worker.stop()
  }

  /** What was remembered before this start, then what has ended or changed since. */
  async load(tenant: TenantId, turn: Turn): Promise<void> {
    const book = this.#books.get(tenant)
    const { records, changed } = this.#deps
    for (let after = '', more = true; book && more; ) {
      const page = await records.documents.listProfiles(tenant, after, pageMax)
      for (const { body, incidentId, updatedMs } of page) {
        const profile = JSON.parse(body) as IncidentProfile
        if (profile.form !== profileForm) continue
        this.#times.set(`${tenant} ${incidentId}`, updatedMs)
        await this.#put(tenant, profile, changed)
        if (turn.due()) await turn.give()
      }
      more = page.length === pageMax
      after = page.at(-1)?.incidentId ?? ''
    }
    await this.#catchUp(tenant, turn)
  }
  /** When the remembered state of each was written: what is newer is looked at again. */
  readonly #times = new Map<string, number>()

  /** Looks at what waits; what the schedule does. */
  async work(): Promise<void> {
    const turn = new Turn(this.#deps.clock)
    if (this.#missed) {
      this.#missed = false
      for (const tenant of this.#deps.tenants) await this.#catchUp(tenant, turn)
    }
    for (const [key, { tenant, id }] of [...this.#dirty]) {
      this.#dirty.delete(key)
      const incident = await this.#deps.records.incidents.get(tenant, id)
      if (incident && hasEnded(incident)) await this.#remember(tenant, incident)
      else await this.#forget(tenant, id)
      if (turn.due()) await turn.give()
    }
    for (const floor of this.#floors.values()) await floor.refresh(turn)
  }

  async similar(
    tenant: TenantId,
    incidentId: string,
    limit: number,
  ): Promise<{ similar: SimilarIncident[]; compared: number; floor: number }> {
    const { incidents } = this.#deps.records
    const incident = await incidents.get(tenant, incidentId)
    if (!incident) throw new Fault('NOT_FOUND', `There is no incident ${incidentId.slice(0, 64)}.`)
    const book = this.#books.get(tenant)
    const floors = this.#floors.get(tenant)
    if (!book || !floors) return { similar: [], compared: 0, floor: this.#config.similarity_floor }
    const profile = book.get(incident.id) ?? (await this.#profileOf(tenant, incident, false))
    const similar: SimilarIncident[] = []
    const { floor, alike } = mostAlike(profile, book, { floorAt: (known) => floors.at(known), limit })
    for (const { profile: theirs, score, parts } of alike) {
      const found = await incidents.get(tenant, theirs.id)
      if (found) similar.push(shown(found, theirs, score, parts))
    }
    return { similar, compared: book.size - (book.get(incident.id) ? 1 : 0), floor: floor.together }
  }

  #knows(tenant: TenantId, id: string): boolean {
    return this.#books.get(tenant)?.get(id) !== undefined
  }
  #mark(tenant: TenantId, id: string): void {
    if (this.#dirty.size < dirtyMax) this.#dirty.set(`${tenant} ${id}`, { tenant, id })
    else this.#missed = true
  }

  async #catchUp(tenant: TenantId, turn: Turn): Promise<void> {
    const max = this.#config.incidents_max
    for (let offset = 0, more = true; more && offset < max; offset += pageMax) {
      const { incidents } = await this.#deps.records.incidents.list(tenant, {
        ...{ statuses: ['RESOLVED', 'CLOSED'], severities: [], sort: '-updated_at' as const },
        ...{ limit: Math.min(pageMax, max - offset), offset },
      })
      for (const incident of incidents) {
        const known = this.#times.get(`${tenant} ${incident.id}`)
        if (known === undefined || known < Date.parse(incident.updated_at)) {
          if (hasEnded(incident)) await this.#remember(tenant, incident)
          else await this.#forget(tenant, incident.id)
        }
        if (turn.due()) await turn.give()
      }
      more = incidents.length === pageMax
    }
  }

  async #remember(tenant: TenantId, incident: Incident): Promise<void> {
    if (this.#config.incidents_max === 0 || !this.#books.has(tenant)) return
    const profile = await this.#profileOf(tenant, incident, true)
    const updatedMs = Date.parse(incident.updated_at)
    const stored = { incidentId: incident.id, updatedMs, body: JSON.stringify(profile) }
    await this.#deps.records.documents.saveProfile(tenant, stored)
    this.#times.set(`${tenant} ${incident.id}`, updatedMs)
    await this.#put(tenant, profile, this.#deps.changed)
  }

  async #put(tenant: TenantId, profile: IncidentProfile, changed: MemoryDeps['changed']): Promise<void> {
    const dropped = this.#books.get(tenant)?.put(profile)
    await changed(tenant, profile)
    if (dropped !== undefined) await this.#forget(tenant, dropped)
  }

  async #forget(tenant: TenantId, id: string): Promise<void> {
    this.#books.get(tenant)?.remove(id)
    if (!this.#times.delete(`${tenant} ${id}`)) return
    await this.#deps.records.documents.deleteProfile(tenant, id)
    await this.#deps.gone(tenant, id)
  }

  async #profileOf(tenant: TenantId, incident: Incident, ended: boolean): Promise<IncidentProfile> {
    const { records, neighbours } = this.#deps
    const { id, primary_entity: primary } = incident
    const [alerts, anomalies, diagnosis, remediations, changes, timeline] = await Promise.all([
      records.alerts.list(tenant, { incidentId: id, severities: [], limit: membersMax }),
      records.anomalies.list(tenant, { incidentId: id, limit: membersMax, offset: 0 }),
      records.diagnoses.latest(id),
      records.remediations.list(tenant, { incidentId: id, statuses: [], limit: 20, offset: 0 }),
      this.#changesBefore(tenant, incident),
      ended ? records.incidents.timeline(id) : [],
    ])
    return profileOf({
      ...{ incident, alerts: alerts.alerts, anomalies: anomalies.anomalies, diagnosis },
      ...{ remediations: remediations.remediations, changes },
      place: primary ? neighbours(tenant, primary) : undefined,
      endedBy: timeline.findLast(({ type }) => type === 'RESOLVED')?.sentence,
    })
  }

  async #changesBefore(tenant: TenantId, { started_at, affected_entities }: Incident) {
    if (affected_entities.length === 0) return []
    const startedMs = Date.parse(started_at)
    const { changes } = await this.#deps.changes(tenant, {
      ...{ startMs: startedMs - beforeMs, endMs: startedMs + afterMs, kinds: [], sources: [] },
      ...{ entities: affected_entities.slice(0, entitiesMax), limit: changesMax, offset: 0 },
    })
    return changes
  }
}

/** One that went into another is told by that one. */
const hasEnded = ({ status, merged_into }: Incident): boolean =>
  (status === 'RESOLVED' || status === 'CLOSED') && !merged_into

function shown(
  incident: Incident,
  profile: IncidentProfile,
  score: number,
  parts: Parameters<typeof whyAlike>[0],
): SimilarIncident {
  const { cause } = profile
  return {
    ...{ incident, score: Math.min(1, score), why: whyAlike(parts, profile) },
    parts: parts.map(({ part, share }) => ({ part, share })),
    cause: cause && {
      ...{ entity: cause.entity, sentence: cause.sentence, confirmed: cause.confirmed, by: cause.by },
      probability: cause.probability,
    },
    ...{ resolution: resolutionOf(profile), seconds_to_resolve: profile.seconds_to_resolve },
  }
}
