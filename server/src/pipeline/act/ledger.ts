import type { EventPayload, EventType } from '@aiops/contract/event'
import type { Incident, TimelineEvent } from '@aiops/contract/model/incident'
import type { Remediation, RemediationStatus, StepResult } from '@aiops/contract/model/remediation'
import type { TenantId } from '@aiops/contract/model/tenant'
import { must } from '../../kernel/assert.ts'
import { isoTime } from '../../kernel/clock.ts'
import type { Notification } from '../../port/notifier.ts'
import type { AuditRecord, Repositories } from '../../port/record-store.ts'
import type { ActDeps } from './index.ts'

/** `key` tells it from others of its kind and incident. */
export type Notice = Pick<Notification, 'kind' | 'sentence'> & { key: string }

/** All that one decision or finding changes, written in one transaction. */
export type Change = {
  remediation: Remediation
  /** The status it must still have; null inserts it. */
  from: RemediationStatus | null
  journal?: StepResult
  event?: Pick<TimelineEvent, 'type' | 'actor' | 'sentence'>
  /** Decisions of the platform itself; those of people are written by whoever let them in. */
  audit?: Pick<AuditRecord, 'action' | 'outcome' | 'details'>
  notify?: Notice
  /** Why a person must look at the incident now. */
  escalate?: string
}

/** Asked inside the transaction, before anything is written; throws to refuse. */
export type Guard = (repositories: Repositories) => Promise<void>

/** The one place where act writes: first the disk, then the world. */
export class Ledger {
  readonly #deps: ActDeps
  /** Called when a notification waits. */
  onNotification: () => void = () => undefined
  constructor(deps: ActDeps) {
    this.#deps = deps
  }
  get nowIso(): string {
    return isoTime(this.#deps.clock.now())
  }

  /** What is now stored; undefined, and nothing changed, when the remediation is no longer in the status it must have. */
  async write(change: Change, guard?: Guard): Promise<Remediation | undefined> {
    const { records } = this.#deps
    const written = await records.transaction(async (repositories) => {
      await guard?.(repositories)
      return this.#write(repositories, change)
    })
    if (!written) return undefined
    const { remediation } = change
    const stored = must(
      await records.remediations.get(remediation.tenant_id, remediation.id),
      'what was written can be read',
    )
    this.#publish(remediation.tenant_id, 'REMEDIATION_UPDATED', stored)
    if (written.escalated) this.#publish(remediation.tenant_id, 'INCIDENT_UPDATED', written.escalated)
    if (change.notify || change.escalate) this.onNotification()
    return stored
  }

  /** Tells of an incident, once per key. With `after` only those who were told that before. */
  async notify(incident: Incident, notice: Notice, after?: Notice): Promise<void> {
    await this.#deps.records.transaction((repositories) =>
      this.#notify(repositories, incident, notice, after),
    )
    this.onNotification()
  }

  async #write(
    repositories: Repositories,
    change: Change,
  ): Promise<{ escalated: Incident | undefined } | undefined> {
    const { remediation, from, journal, event, audit, notify, escalate } = change
    const { tenant_id: tenant, incident_id: incidentId } = remediation
    if (from === null) await repositories.remediations.insert(remediation)
    else if (!(await repositories.remediations.transition(remediation, from))) return undefined
    if (journal) await repositories.remediations.journal(remediation.id, journal)
    if (event) await repositories.incidents.addEvent(incidentId, { at: this.nowIso, ...event })
    if (audit)
      await repositories.audit.append({
        at: this.nowIso,
        tenant,
        actor: 'system',
        resource: `remediation/${remediation.id}`,
        ...audit,
      })
    const incident = notify || escalate ? await repositories.incidents.get(tenant, incidentId) : undefined
    if (incident && notify) await this.#notify(repositories, incident, notify)
    return {
      escalated: incident && escalate ? await this.#escalate(repositories, incident, escalate) : undefined,
    }
  }

  /** Changes only its own fields of what is stored: other stages write the same record. */
  async #escalate(repositories: Repositories, incident: Incident, sentence: string): Promise<Incident> {
    const escalated: Incident = {
      ...incident,
      escalation_level: incident.escalation_level + 1,
      updated_at: this.nowIso,
    }
    await repositories.incidents.update(escalated)
    await repositories.incidents.addEvent(incident.id, {
      at: this.nowIso,
      type: 'ESCALATED',
      actor: 'system',
      sentence: `Escalated to level ${escalated.escalation_level}: ${sentence}`,
    })
    await this.#notify(repositories, escalated, {
      kind: 'ESCALATED',
      key: `level-${escalated.escalation_level}`,
      sentence,
    })
    return escalated
  }

  /** The page's address is filled in when it is sent. */
  async #notify(
    repositories: Repositories,
    incident: Incident,
    notice: Notice,
    after?: Notice,
  ): Promise<void> {
    const { outbox } = repositories
    const { id, tenant_id: tenant, route = '' } = incident
    const keyOf = ({ kind, key }: Notice): string => `incident/${id}/${kind}/${key}`
    const { kind, sentence } = notice
    const notification: Notification = {
      idempotencyKey: keyOf(notice),
      kind,
      incident,
      sentence,
      url: '',
    }
    for (const { name, routes = [], kinds } of this.#deps.notifiers)
      if (
        (kinds ? kinds.includes(kind) : kind !== 'INCIDENT_UPDATED') &&
        (routes.length === 0 || routes.includes(route)) &&
        (after === undefined || (await outbox.knows(name, tenant, keyOf(after))))
      )
        await outbox.add(name, tenant, notification)
  }

  #publish<T extends EventType>(tenant: TenantId, type: T, payload: EventPayload<T>): void {
    const nowMs = this.#deps.clock.now()
    const envelope = {
      event_id: this.#deps.random.uuid(nowMs),
      event_type: type,
      source: 'act',
      tenant_id: tenant,
      timestamp: isoTime(nowMs),
      payload,
    }
    this.#deps.bus.publish('events', envelope as never)
  }
}
