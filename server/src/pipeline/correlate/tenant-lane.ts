import type { Incident, TimelineEvent } from '@aiops/contract/model/incident'
import type { TenantId } from '@aiops/contract/model/tenant'
import { must } from '../../kernel/assert.ts'
import { isoTime } from '../../kernel/clock.ts'
import { messageOf } from '../../kernel/fault.ts'
import { SerialExecutor } from '../../kernel/queue.ts'
import { type CoreEvent, createCore, step } from './core/correlate-core.ts'
import { memoryOf, recall } from './core/memory.ts'
import type { Core, CoreSettings, Output } from './core/turn.ts'
import type { Amendment } from './edit/amendment.ts'
import { weighBy } from './edit/impact.ts'
import type { TaughtPair } from './edit/pair.ts'
import { takeBack } from './edit/take-back.ts'
import { type Later, type Written, writeOutputs } from './incident-writer.ts'
import type { CorrelateDeps } from './index.ts'
import { storedIncidentFile } from './replay/stored-incident.ts'
import { membersOf, recentlyResolved, restoreIncident, signalsGoingOn } from './restore.ts'
import type { RuleSet } from './rule/rule-set.ts'
import { applyRules, foresee, goAgain, useRules } from './rule/rule-turn.ts'
import type { SilenceGate } from './silence/silence-gate.ts'
import { unheardCommit } from './unheard-commit.ts'

/** Events written in one transaction at most; a disk commit costs as much as hundreds of them. */
const batchMax = 512
/** Events waiting before the bus is made to wait too. */
const inboxMax = 4_096
const retryMs = 1_000
/** A turn of so many events is a storm's: what has only grown in it is written with the next second's. */
const stormMin = 64
/** Of those, so many a turn: each is looked at by whoever follows incidents. */
const grownMax = 48

/** `taught`: what people taught before. */
export type LaneDeps = CorrelateDeps & { taught(tenant: TenantId): Promise<readonly TaughtPair[]> }

export type LaneCounters = {
  signals(kind: 'ANOMALY' | 'ALERT'): void
  opened(severity: string): void
  resolved(): void
  merged(): void
  failed(): void
}

export type Edited = Written & { outputs: readonly Output[] }

/** Firing alerts and active anomalies looked at when silences change. */
const rescanMax = 50_000

/**
 * One tenant's events, one at a time: what waits is put through the core, written in one transaction, and only then published.
 * Events are acknowledged when taken: what they speak of is stored already, and a restart picks up what was not yet correlated.
 */
export class TenantLane {
  readonly tenant: TenantId
  readonly #deps: LaneDeps
  readonly #core: Core
  readonly #gate: SilenceGate
  readonly #counters: LaneCounters
  readonly #executor: SerialExecutor
  #inbox: CoreEvent[] = []
  #drains: Promise<void> | undefined
  #loaded: Promise<void> | undefined
  #stopping = false
  /** Incidents that have grown since they were written. */
  readonly #grown = new Set<string>()
  /** What was last written of what has been learned. */
  #remembered: string | undefined
  constructor(
    tenant: TenantId,
    deps: LaneDeps,
    settings: CoreSettings,
    gate: SilenceGate,
    counters: LaneCounters,
  ) {
    this.tenant = tenant
    this.#gate = gate
    this.#deps = deps
    this.#counters = counters
    this.#executor = new SerialExecutor(`correlation of ${tenant}`, 1_000)
    const { knowledge, random } = deps
    this.#core = createCore({
      tenant,
      settings,
      newId: (nowMs) => random.uuid(nowMs),
      topology: {
        neighbourhood: (entity, depth) => knowledge.neighbourhood(tenant, entity, depth),
        dependencies: (entity) => knowledge.dependencies(tenant, entity),
        dependents: (entity) => knowledge.dependents(tenant, entity),
      },
    })
  }

  get waiting(): number {
    return this.#inbox.length
  }
  get sizes(): { incidents: number; pending: number; members: number; silenced: number } {
    const { all, latent, members } = this.#core.groups
    return {
      incidents: all.size - latent.size,
      pending: latent.size,
      members: members.size,
      silenced: this.#gate.size,
    }
  }

  /** Reads back what was going on. Once; later calls return the first one's promise. */
  load(unresolved: readonly Incident[] = []): Promise<void> {
    this.#loaded ??= this.#executor.run(async () => {
      const sinceMs = this.#deps.clock.now() - this.#core.settings.reopenMs
      const lessons = await this.#deps.taught(this.tenant)
      if (lessons.length > 0) step(this.#core, { type: 'LESSONS', nowMs: this.#deps.clock.now(), lessons })
      const resolved = await recentlyResolved(this.#deps.records, this.tenant, sinceMs)
      const incidents = [...unresolved, ...resolved].sort((a, b) => a.number - b.number)
      for (const incident of incidents) {
        await restoreIncident(this.#core, this.#deps.records, incident)
        const group = this.#core.groups.all.get(incident.id)
        // What had grown in the last second before a crash.
        if (group && group.alertCount + group.anomalyCount > incident.alert_count + incident.anomaly_count)
          this.#grown.add(incident.id)
      }
      const memory = await this.#deps.records.correlationMemory.load(this.tenant)
      if (memory && !recall(this.#core, memory.body))
        this.#deps.log.warn({ tenant: this.tenant }, 'what correlation had learned could not be read')
      // Entities in trouble show as such from the first moment, told with the next event.
      for (const place of this.#core.groups.byPlace.keys()) this.#core.groups.touched.add(place)
    })
    return this.#loaded
  }

  /** Takes an event. Resolves at once while there is room, else when there is again. */
  take(event: CoreEvent): void | Promise<void> {
    if (this.#stopping) return
    if (event.type === 'SIGNAL') this.#counters.signals(event.signal.kind)
    this.#inbox.push(event)
    this.#drains ??= this.#drain()
    return this.#inbox.length >= inboxMax ? this.#drains : undefined
  }

  /** Silences began or ended: what they cover now is held back, what they no longer cover is correlated. Resolves when written. */
  async silencesChanged(): Promise<void> {
    await this.#lookAgain()
  }

  /** Other rules are in force: what goes on is held back, freed and marked by them. Resolves when written. */
  async rulesChanged(rules: RuleSet, counts = true): Promise<void> {
    await this.#lookAgain({ rules, counts })
  }

  async #lookAgain(change?: { rules: RuleSet; counts: boolean }): Promise<void> {
    await this.#loadUntilDone()
    await this.#executor.run(async () => {
      const nowMs = this.#deps.clock.now()
      const outputs: Output[] = []
      const stored = await signalsGoingOn(this.#deps.records, this.tenant, rescanMax)
      const using = { stored, counts: change?.counts ?? true, nowMs, out: outputs }
      const marked = change && useRules(this.#core, this.#gate, change.rules, using)
      for (const { signal } of this.#gate.release(nowMs, outputs))
        outputs.push(...step(this.#core, { type: 'SIGNAL', nowMs, signal: marked?.get(signal.id) ?? signal }))
      for (const { signal, labels, silencedBy } of stored) {
        if (this.#gate.admits(signal, labels, nowMs, true, outputs)) {
          if (silencedBy.length > 0)
            outputs.push({ type: 'SILENCED', memberId: signal.id, kind: signal.kind, by: [] })
        } else outputs.push(...step(this.#core, { type: 'WITHDRAWN', nowMs, memberId: signal.id }))
      }
      if (outputs.length > 0) await this.#write(outputs)
    })
  }

  /** Writes down what has been learned, between two turns. */
  async remember(): Promise<void> {
    const savedMs = this.#deps.clock.now()
    await this.#executor.run(async () => {
      const body = JSON.stringify(memoryOf(this.#core))
      if (body === this.#remembered) return
      await this.#deps.records.correlationMemory.save(this.tenant, { savedMs, body })
      this.#remembered = body
    })
  }

  /** Resolves when all that was taken has been written and published. */
  async idle(): Promise<void> {
    while (this.#drains) await this.#drains
    await this.#executor.idle()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await this.idle()
    if (this.#grown.size > 0) await this.#executor.run(() => this.#write([]))
    await this.remember().catch((error: unknown) => this.#failed(error))
  }

  /** Follows what somebody does to these incidents, with each read back that is no longer followed; whole or not at all. */
  edit(incidents: readonly Incident[], eventAt: (nowMs: number) => CoreEvent): Promise<Edited> {
    return this.#executor.run(async () => {
      const { records, clock } = this.#deps
      for (const incident of incidents) await restoreIncident(this.#core, records, incident)
      const outputs = step(this.#core, eventAt(clock.now()))
      try {
        return { ...(await this.#writeOnce(outputs)), outputs }
      } catch (error) {
        await takeBack(this.#core, records, incidents, outputs)
        throw error
      }
    })
  }

  /** What an incident holds, as a file that replays. */
  async file(incident: Incident): Promise<string> {
    const signals = await membersOf(this.#deps.records, incident)
    const lessons = await this.#deps.taught(this.tenant)
    return storedIncidentFile({ ...this.#core, signals, lessons })
  }

  /** Changes what correlation does not mind, and tells it in the timeline. Null for nothing to change. */
  amend(id: string, change: (stored: Incident) => Amendment | null): Promise<Incident> {
    return this.#executor.run(async () => {
      const { records, clock } = this.#deps
      const stored = must(await records.incidents.get(this.tenant, id), 'incidents are never deleted')
      const amendment = change(stored)
      if (!amendment) return stored
      const at = isoTime(clock.now())
      const incident = { ...stored, ...amendment.fields, updated_at: at }
      await records.transaction(async ({ incidents }) => {
        await incidents.update(incident)
        await incidents.addEvent(id, { at, ...amendment.event })
      })
      this.#publish('INCIDENT_UPDATED', incident)
      return incident
    })
  }

  comment(incident: Incident, actor: string, comment: string): Promise<TimelineEvent> {
    return this.#executor.run(async () => {
      const event: TimelineEvent = {
        at: isoTime(this.#deps.clock.now()),
        type: 'COMMENT_ADDED',
        actor,
        sentence: comment,
      }
      await this.#deps.records.incidents.addEvent(incident.id, event)
      this.#publish('INCIDENT_UPDATED', incident)
      return event
    })
  }

  async #drain(): Promise<void> {
    // Lets a burst that is published in one go arrive whole, so that it is one batch.
    await Promise.resolve()
    await this.#loadUntilDone()
    while (this.#inbox.length > 0) {
      const batch = this.#inbox.splice(0, batchMax)
      await this.#executor.run(() => this.#turn(batch)).catch((error: unknown) => this.#failed(error))
      // The record store answers without giving way, so a storm's next turn waits until others had theirs.
      if (this.#inbox.length > 0) await new Promise((resolve) => setImmediate(resolve))
    }
    this.#drains = undefined
  }

  async #loadUntilDone(): Promise<void> {
    for (;;) {
      try {
        return await this.load()
      } catch (error) {
        this.#failed(error)
        this.#loaded = undefined
        if (this.#stopping) return
        await this.#deps.clock.sleep(retryMs)
      }
    }
  }

  /** An event that the core stumbles over is told and left out; what it speaks of stays stored. */
  async #turn(batch: readonly CoreEvent[]): Promise<void> {
    const outputs: Output[] = []
    foresee(this.#core, this.#gate, batch, outputs)
    for (const event of batch) {
      try {
        this.#follow(event, outputs)
      } catch (error) {
        this.#failed(error)
      }
    }
    const storms = batch.length >= stormMin && !batch.some(({ type }) => type === 'TICK') && !this.#stopping
    if (outputs.length > 0 || (this.#grown.size > 0 && !storms)) await this.#write(outputs, !storms)
  }

  #follow(taken: CoreEvent, outputs: Output[]): void {
    if (taken.type !== 'SIGNAL' || !taken.labels) {
      outputs.push(...step(this.#core, taken))
      return
    }
    const { event, affected } = applyRules(this.#gate, taken)
    const known = this.#core.groups.members.has(event.signal.id)
    if (this.#gate.admits(event.signal, taken.labels, event.nowMs, known, outputs))
      outputs.push(...step(this.#core, event))
    if (affected.size > 0) goAgain(this.#core, this.#gate, affected, event.nowMs, outputs)
  }

  #failed(error: unknown): void {
    this.#counters.failed()
    const stack = error instanceof Error ? error.stack : undefined
    this.#deps.log.error(
      { tenant: this.tenant, error: messageOf(error), stack },
      'correlation failed on an event or a write',
    )
  }

  /** Tries until the store takes it: memory is ahead of the records, and both must not part. Stopping, it leaves it: a start begins from the records. */
  async #write(outputs: readonly Output[], now = true): Promise<void> {
    for (let again = false; ; again = true) {
      try {
        await this.#writeOnce(outputs, now, again)
        return
      } catch (error) {
        this.#failed(error)
        if (this.#stopping) return
        await this.#deps.clock.sleep(retryMs)
      }
    }
  }

  async #writeOnce(outputs: readonly Output[], now = true, again = false): Promise<Written> {
    const { records, knowledge, impact } = this.#deps
    const most = this.#stopping ? Number.POSITIVE_INFINITY : grownMax
    const later: Later = { ids: this.#grown, now: now ? most : 0, taken: [] }
    const written = await records.transaction(
      async (repositories) =>
        (again ? await unheardCommit(repositories, this.#core, outputs) : undefined) ??
        writeOutputs(repositories, this.#core, outputs, later, impact ? weighBy(impact) : undefined),
    )
    for (const id of later.taken) this.#grown.delete(id)
    for (const incident of written.created) this.#numbered(incident)
    for (const output of outputs) {
      if (output.type === 'HEALTH') knowledge.setHealth(this.tenant, output.entity, output.health)
      else if (output.type === 'MERGED') this.#counters.merged()
      else if (output.type === 'TIMELINE' && output.event.type === 'RESOLVED') this.#counters.resolved()
    }
    for (const incident of written.created) this.#publish('INCIDENT_CREATED', incident)
    for (const incident of written.updated) this.#publish('INCIDENT_UPDATED', incident)
    return written
  }

  #numbered(incident: Incident): void {
    const group = this.#core.groups.all.get(incident.id)
    if (group) group.number = incident.number
    this.#counters.opened(incident.severity)
  }

  #publish(type: 'INCIDENT_CREATED' | 'INCIDENT_UPDATED', incident: Incident): void {
    const nowMs = this.#deps.clock.now()
    this.#deps.bus.publish('events', {
      event_id: this.#deps.random.uuid(nowMs),
      event_type: type,
      source: 'correlate',
      tenant_id: this.tenant,
      timestamp: isoTime(nowMs),
      payload: incident,
    })
  }
}
