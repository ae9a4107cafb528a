import type { CorrelationLesson } from '@aiops/contract/model/correlation-lesson'
import type { ConfirmedCause, Incident, IncidentStatus } from '@aiops/contract/model/incident'
import type { Severity } from '@aiops/contract/model/severity'
import type { TenantId } from '@aiops/contract/model/tenant'
import { must } from '../../../kernel/assert.ts'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { messageOf } from '../../../kernel/fault.ts'
import type { Log } from '../../../kernel/log.ts'
import type { Metrics } from '../../../kernel/metric.ts'
import type { Random } from '../../../kernel/random.ts'
import type { Signal } from '../core/signal.ts'
import type { Edited, TenantLane } from '../tenant-lane.ts'
import { assigned, causeConfirmed, linkAdded, linkRemoved } from './amendment.ts'
import type { EditEvent } from './edit-event.ts'
import type { LessonBook } from './lesson-book.ts'

export type NewCause = Pick<ConfirmedCause, 'entity' | 'sentence'>

/**
 * What people do to incidents. Ids may be numbers. All reject with NOT_FOUND, and with CONFLICT where the incident was merged away or
 * closed and it matters; then nothing has changed. What resolves is on disk and told.
 */
export interface IncidentLife {
  setStatus(
    tenant: TenantId,
    id: string,
    status: IncidentStatus,
    actor: string,
    comment?: string,
    cause?: NewCause,
  ): Promise<Incident>
  assign(tenant: TenantId, id: string, actor: string, assignee: string | null): Promise<Incident>
  setSeverity(
    tenant: TenantId,
    id: string,
    actor: string,
    severity: Severity | null,
    comment?: string,
  ): Promise<Incident>
  /** Resolves with the incident that goes on. `untaught`: correlation learns nothing of it. */
  merge(
    tenant: TenantId,
    id: string,
    actor: string,
    into: string,
    comment?: string,
    untaught?: boolean,
  ): Promise<Incident>
  /** Resolves with the new incident. */
  split(
    tenant: TenantId,
    id: string,
    actor: string,
    memberIds: readonly string[],
    comment?: string,
    untaught?: boolean,
  ): Promise<Incident>
  remove(
    tenant: TenantId,
    id: string,
    actor: string,
    memberIds: readonly string[],
    reason?: string,
  ): Promise<Incident>
  /** Resolves with the incident that they are now in. */
  move(
    tenant: TenantId,
    id: string,
    actor: string,
    memberIds: readonly string[],
    into: string,
    comment?: string,
  ): Promise<Incident>
  /** Signals that are in no incident join this one; those that by now are in one are left there, and with none left it is a CONFLICT. */
  admit(
    tenant: TenantId,
    id: string,
    actor: string,
    signals: readonly Signal[],
    comment?: string,
  ): Promise<{ incident: Incident; joined: readonly string[] }>
  /** null takes it back. */
  confirmCause(tenant: TenantId, id: string, actor: string, cause: NewCause | null): Promise<Incident>
  addLink(
    tenant: TenantId,
    id: string,
    actor: string,
    link: { url: string; title: string },
  ): Promise<Incident>
  removeLink(tenant: TenantId, id: string, actor: string, linkId: string): Promise<Incident>
  /** What it holds as a file that replays: `replay/incident-file.ts`. */
  file(tenant: TenantId, id: string): Promise<string>
  /** The latest first. */
  lessons(tenant: TenantId): Promise<CorrelationLesson[]>
  forgetLesson(tenant: TenantId, id: string): Promise<void>
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

export type IncidentLifeDeps = {
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
  book: LessonBook
  find(tenant: TenantId, id: string): Promise<Incident>
  laneOf(tenant: TenantId): TenantLane
}

export function createIncidentLife(deps: IncidentLifeDeps): IncidentLife & {
  /** Lessons fade; each lane is told how they weigh now. */
  refresh(tenants: Iterable<TenantId>): Promise<void>
} {
  const { clock, book, find, laneOf } = deps
  const edits = deps.metrics.counter(
    'aiops_incident_edits_total',
    'Merges, splits, memberships undone or moved, and severities set by hand.',
    ['act'],
  )

  async function tellLessons(tenant: TenantId): Promise<void> {
    const lessons = await book.taught(tenant)
    await laneOf(tenant).take({ type: 'LESSONS', nowMs: clock.now(), lessons })
  }

  /** What was joined or parted is learned after it is written: a lesson may be lost with the process, never an incident's state. */
  async function edit(
    tenant: TenantId,
    incidents: readonly Incident[],
    event: DistributiveOmit<EditEvent, 'nowMs'>,
  ): Promise<Edited> {
    const edited = await laneOf(tenant).edit(incidents, (nowMs) => ({ ...event, nowMs }) as EditEvent)
    edits.inc({ act: event.type })
    // Whoever did it is not told that it failed where only its lesson did.
    await learn(tenant, edited).catch((error: unknown) => {
      deps.log.error({ tenant, error: messageOf(error) }, 'a lesson of correlation was not kept')
    })
    return edited
  }

  async function learn(tenant: TenantId, { outputs }: Edited): Promise<void> {
    let learned = false
    for (const output of outputs)
      if (output.type === 'TAUGHT')
        learned = (await book.learn(tenant, output.actor, output.pairs, output.joined)) || learned
    if (learned) await tellLessons(tenant)
  }

  const written = ({ created, updated }: Edited, id: string): Incident =>
    must(
      [...created, ...updated].find((incident) => incident.id === id),
      'a changed incident was written',
    )

  const amend = async (tenant: TenantId, id: string, change: Parameters<TenantLane['amend']>[1]) =>
    laneOf(tenant).amend((await find(tenant, id)).id, change)

  const life: IncidentLife = {
    async setStatus(tenant, id, status, actor, comment, cause) {
      const incident = await find(tenant, id)
      const incidentId = incident.id
      const edited = await laneOf(tenant).edit([incident], (nowMs) => ({
        ...{ type: 'STATUS', nowMs, incidentId, status, actor, comment },
      }))
      return cause ? life.confirmCause(tenant, incidentId, actor, cause) : written(edited, incidentId)
    },
    assign: (tenant, id, actor, assignee) => amend(tenant, id, (stored) => assigned(stored, assignee, actor)),
    async setSeverity(tenant, id, actor, severity, comment) {
      const incident = await find(tenant, id)
      const event = { type: 'SEVERITY', incidentId: incident.id, actor, severity, comment } as const
      return written(await edit(tenant, [incident], event), incident.id)
    },
    async merge(tenant, id, actor, into, comment, untaught) {
      const [incident, target] = [await find(tenant, id), await find(tenant, into)]
      const rest = { incidentId: incident.id, into: target.id, actor, comment, untaught }
      const event = { type: 'MERGE', ...rest } as const
      return written(await edit(tenant, [incident, target], event), target.id)
    },
    async split(tenant, id, actor, memberIds, comment, untaught) {
      const incident = await find(tenant, id)
      const rest = { incidentId: incident.id, memberIds, actor, comment, untaught }
      const event = { type: 'SPLIT', ...rest } as const
      const { created } = await edit(tenant, [incident], event)
      return must(created[0], 'a split makes an incident')
    },
    async remove(tenant, id, actor, memberIds, comment) {
      const incident = await find(tenant, id)
      const event = { type: 'REMOVE', incidentId: incident.id, memberIds, actor, comment } as const
      return written(await edit(tenant, [incident], event), incident.id)
    },
    async move(tenant, id, actor, memberIds, into, comment) {
      const [incident, target] = [await find(tenant, id), await find(tenant, into)]
      const rest = { incidentId: incident.id, into: target.id, memberIds, actor, comment }
      const event = { type: 'MOVE', ...rest } as const
      return written(await edit(tenant, [incident, target], event), target.id)
    },
    async admit(tenant, id, actor, signals, comment) {
      const incident = await find(tenant, id)
      const event = { type: 'ADMIT', incidentId: incident.id, signals, actor, comment } as const
      const edited = await edit(tenant, [incident], event)
      const joined = edited.outputs.flatMap((output) => (output.type === 'MEMBER' ? [output.memberId] : []))
      return { incident: written(edited, incident.id), joined }
    },
    confirmCause: (tenant, id, actor, cause) =>
      amend(tenant, id, (stored) => causeConfirmed(stored, cause, actor, isoTime(clock.now()))),
    async addLink(tenant, id, actor, link) {
      const nowMs = clock.now()
      const named = { id: deps.random.uuid(nowMs), ...link }
      return amend(tenant, id, (stored) => linkAdded(stored, named, actor, isoTime(nowMs)))
    },
    removeLink: (tenant, id, actor, linkId) =>
      amend(tenant, id, (stored) => linkRemoved(stored, linkId, actor)),
    file: async (tenant, id) => laneOf(tenant).file(await find(tenant, id)),
    lessons: (tenant) => book.list(tenant),
    async forgetLesson(tenant, id) {
      await book.forget(tenant, id)
      await tellLessons(tenant)
    },
  }
  return {
    ...life,
    async refresh(tenants) {
      for (const tenant of tenants) await tellLessons(tenant)
    },
  }
}
