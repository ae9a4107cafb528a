import type { Diagnosis } from '@aiops/contract/model/diagnosis'
import { entityKind, entityName } from '@aiops/contract/model/entity'
import type { Incident } from '@aiops/contract/model/incident'
import { probabilityText } from '@aiops/contract/model/probability'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../kernel/clock.ts'
import { Fault, messageOf } from '../../kernel/fault.ts'
import { SerialExecutor } from '../../kernel/queue.ts'
import { onEvent } from '../../port/event-bus.ts'
import { Backlog, type Undiagnosed } from './backlog.ts'
import type { ExplainConfig } from './config.ts'
import { diagnosisOf } from './diagnosis.ts'
import { explainCase } from './explain-case.ts'
import { gather } from './gather.ts'
import type { Explain, ExplainDeps } from './index.ts'

/** An incident followed from its opening: what is planned for it, and what the last diagnosis had seen. */
type Followed = {
  tenant: TenantId
  id: string
  /** As it was last heard of. */
  incident: Undiagnosed
  /** Of the diagnoses that are planned. */
  cancels: Set<() => void>
  members: number
  diagnosedAtMs: number
  planned: boolean
  /** Attempts at its first diagnosis that failed. */
  failures: number
}

const ended: readonly Incident['status'][] = ['RESOLVED', 'CLOSED']
/** Wait before a first diagnosis that failed is tried again; doubled each time up to `againMsMax`. */
const againMs = 10_000
const againMsMax = 600_000

/** Diagnoses incidents one at a time: soon after they open, again as data comes in, and on demand. */
export function createExplain(deps: ExplainDeps, config: ExplainConfig): Explain {
  const { bus, clock, log, records } = deps
  const executor = new SerialExecutor('explain', config.waiting_max)
  const followed = new Map<string, Followed>()
  const backlog = new Backlog(config.backlog_max)
  const duration = deps.metrics.histogram(
    'aiops_explain_seconds',
    'Seconds one diagnosis took, reading included.',
    ['outcome'],
  )
  const skipped = deps.metrics.counter(
    'aiops_explain_skipped_total',
    'Planned diagnoses that were not made.',
    ['reason'],
  )
  let unsubscribe: (() => void) | undefined

  /** `latest`: one that was explained before a restart; it goes on where it was. */
  function follow(incident: Incident, latest?: Diagnosis): void {
    if (followed.has(incident.id)) return
    if (followed.size >= config.incidents_max) giveWay()
    const entry: Followed = {
      tenant: incident.tenant_id,
      id: incident.id,
      incident,
      cancels: new Set(),
      members: membersOf(incident),
      diagnosedAtMs: latest ? Date.parse(latest.created_at) : 0,
      planned: false,
      failures: 0,
    }
    followed.set(incident.id, entry)
    const passedMs = latest ? clock.now() - Date.parse(incident.created_at) : 0
    const delaysMs = [config.settle, ...config.refine].map((delay) => durationMs(delay) - passedMs)
    for (const delayMs of latest ? delaysMs.filter((ms) => ms > 0) : delaysMs) later(entry, delayMs)
  }

  function later(entry: Followed, delayMs: number): void {
    const cancel = clock.after(delayMs, () => {
      entry.cancels.delete(cancel)
      plan(entry)
    })
    entry.cancels.add(cancel)
  }

  /** The stores may answer later; without a diagnosis nothing else would plan one. */
  function tryAgain(id: string): void {
    const entry = followed.get(id)
    if (!entry || entry.diagnosedAtMs > 0 || entry.cancels.size > 0) return
    later(entry, Math.min(againMs * 2 ** entry.failures, againMsMax))
    entry.failures += 1
  }

  /** The one followed longest, for a new one. Without a diagnosis it comes to its turn later. */
  function giveWay(): void {
    const [oldest] = followed.values()
    if (!oldest) return
    letGo(oldest.id)
    if (oldest.diagnosedAtMs === 0)
      postpone(oldest.incident, `${config.incidents_max} incidents are followed already`)
  }

  function letGo(id: string): void {
    for (const cancel of followed.get(id)?.cancels ?? []) cancel()
    followed.delete(id)
  }

  function onUpdate(incident: Incident): void {
    const entry = followed.get(incident.id)
    if (ended.includes(incident.status)) {
      letGo(incident.id)
      backlog.delete(incident.id)
    }
    if (!entry || ended.includes(incident.status)) return
    entry.incident = incident
    // Only new members bring news: the update that carries our own diagnosis must not cause the next one.
    if (membersOf(incident) === entry.members) return
    entry.members = membersOf(incident)
    if (entry.planned || entry.diagnosedAtMs === 0) return
    entry.planned = true
    const throttleMs = durationMs(config.update_throttle)
    // At most that, though the clock was set back.
    later(entry, Math.min(throttleMs, Math.max(0, entry.diagnosedAtMs + throttleMs - clock.now())))
  }

  function plan(entry: Followed): void {
    inTurn(entry.incident, async () => {
      entry.planned = false
      if (!followed.has(entry.id)) return
      if (await beingRepaired(entry)) return skipped.inc({ reason: 'repair under way' })
      await make(entry.tenant, entry.id)
    })
  }

  function inTurn(incident: Undiagnosed, task: () => Promise<void>): void {
    executor
      .run(task)
      .catch((error: unknown) => {
        if (error instanceof Fault && error.code === 'QUEUE_FULL') {
          skipped.inc({ reason: 'queue full' })
          const entry = followed.get(incident.id)
          if (entry) entry.planned = false
          if (!entry?.diagnosedAtMs) postpone(incident, `${config.waiting_max} diagnoses wait already`)
          return
        }
        skipped.inc({ reason: 'failed' })
        log.error({ incident: incident.id, error: messageOf(error) }, 'An incident could not be explained.')
        tryAgain(incident.id)
      })
      .finally(takeUp)
  }

  /** Without room now; its timeline says so, once. */
  function postpone(incident: Undiagnosed, why: string): void {
    if (backlog.has(incident.id)) return
    const dropped = backlog.put(incident)
    if (dropped) skipped.inc({ reason: 'backlog full' })
    const left = dropped?.id === incident.id
    records.incidents
      .addEvent(incident.id, {
        ...{ at: isoTime(clock.now()), type: 'COMMENT_ADDED', actor: 'system' },
        sentence: left
          ? `Not explained: ${why}, and ${config.backlog_max} more severe or newer incidents come before it. Ask for a diagnosis when you need one.`
          : `Not explained yet: ${why}. It is its turn when there is room, the most severe and newest first.`,
      })
      .catch((error: unknown) => log.warn({ error: messageOf(error) }, 'a timeline could not be written'))
    takeUp()
  }

  /** One that waits for a first diagnosis, where half of the room is free; the next after it. */
  function takeUp(): void {
    if (!unsubscribe || executor.waiting > config.waiting_max / 2) return
    const next = backlog.take()
    if (!next) return
    inTurn(next, async () => {
      const incident = await records.incidents.get(next.tenant_id, next.id)
      if (!incident || ended.includes(incident.status) || (await records.diagnoses.latest(next.id))) return
      if (await beingRepaired({ tenant: next.tenant_id, id: next.id }))
        return skipped.inc({ reason: 'repair under way' })
      await make(next.tenant_id, next.id)
    })
  }

  /** What a repair does to the signals is no evidence of the cause. */
  async function beingRepaired(entry: Pick<Followed, 'tenant' | 'id'>): Promise<boolean> {
    const { total } = await records.remediations.list(entry.tenant, {
      statuses: ['RUNNING', 'VERIFYING', 'ROLLING_BACK', 'COMPLETED', 'ROLLED_BACK', 'FAILED'],
      incidentId: entry.id,
      limit: 1,
      offset: 0,
    })
    return total > 0
  }

  async function make(tenant: TenantId, id: string): Promise<Diagnosis> {
    const startedAt = clock.monotonic()
    const incident = await records.incidents.get(tenant, id)
    if (!incident) throw new Fault('NOT_FOUND', `There is no incident ${id}.`)
    const gathered = await gather(deps, config, incident)
    const result = explainCase(gathered.case, { causesMax: config.causes_max })
    const previous = await records.diagnoses.latest(incident.id)
    const nowMs = clock.now()
    const seconds = (clock.monotonic() - startedAt) / 1_000
    const diagnosis = diagnosisOf(incident, gathered, result, {
      id: deps.random.uuid(nowMs),
      revision: (previous?.revision ?? 0) + 1,
      nowMs,
      seconds,
    })
    await addExampleTrace(incident.tenant_id, diagnosis, gathered.case.endMs)
    await store(incident, diagnosis, previous)
    duration.observe(
      {
        outcome:
          diagnosis.causes[0] && diagnosis.causes[0].probability > diagnosis.unknown_probability
            ? 'cause'
            : 'unknown',
      },
      seconds,
    )
    backlog.delete(incident.id)
    const entry = followed.get(incident.id)
    if (entry) entry.diagnosedAtMs = nowMs
    return diagnosis
  }

  async function store(
    incident: Incident,
    diagnosis: Diagnosis,
    previous: Diagnosis | undefined,
  ): Promise<void> {
    await records.diagnoses.save(incident.tenant_id, diagnosis)
    if (isNews(diagnosis, previous)) {
      await records.incidents.addEvent(incident.id, {
        at: diagnosis.created_at,
        type: 'DIAGNOSED',
        actor: 'system',
        sentence: timelineSentence(diagnosis),
      })
    }
    const nowMs = clock.now()
    bus.publish('events', {
      event_id: deps.random.uuid(nowMs),
      event_type: 'RCA_COMPLETE',
      source: 'explain',
      tenant_id: incident.tenant_id,
      timestamp: isoTime(nowMs),
      payload: diagnosis,
    })
  }

  /** One request a person can open: a failed or slow one that went through the first cause. */
  async function addExampleTrace(tenant: TenantId, diagnosis: Diagnosis, endMs: number): Promise<void> {
    const cause = diagnosis.causes[0]
    if (!cause || entityKind(cause.entity) !== 'service') return
    const change = cause.evidence.find(
      (one) => one.unit === 's' && one.value !== undefined && one.at !== undefined,
    )
    const errorsOnly = !change || cause.category === 'ERRORS' || cause.category === 'DOWN'
    const startMs = Date.parse(change?.at ?? diagnosis.created_at) - (change ? 0 : 60_000)
    const found = await deps.traceStore.search({
      tenant,
      service: entityName(cause.entity),
      operation: '',
      durationMsMin: errorsOnly ? 0 : (change?.value ?? 0) * 700,
      errorsOnly,
      startMs,
      endMs,
      limit: 1,
    })
    const trace = found[0]
    if (!trace) return
    const took = Math.round(Math.max(0, ...trace.spans.map((span) => span.durationMs)))
    cause.evidence.push({
      id: `1.${cause.evidence.length + 1}`,
      kind: 'TRACE',
      entity: cause.entity,
      sentence: `A request that shows it took ${took} ms over ${trace.spans.length} spans.`,
      trace_id: trace.traceId,
    })
  }

  return {
    async start() {
      unsubscribe = onEvent(bus, 'explain', ['INCIDENT_CREATED', 'INCIDENT_UPDATED'], (event) => {
        if (event.event_type === 'INCIDENT_CREATED') follow(event.payload)
        else onUpdate(event.payload)
      })
      const unresolved = await records.incidents.unresolved()
      for (const incident of unresolved.slice(-config.incidents_max))
        follow(incident, await records.diagnoses.latest(incident.id))
      for (const incident of unresolved.slice(0, -config.incidents_max)) backlog.put(incident)
      takeUp()
    },
    async stop() {
      unsubscribe?.()
      unsubscribe = undefined
      for (const id of [...followed.keys()]) letGo(id)
      await executor.idle()
    },
    diagnose: (tenant, incidentId) => executor.run(() => make(tenant, incidentId)),
  }
}

const membersOf = (incident: Incident): number => incident.anomaly_count + incident.alert_count

/** The timeline hears of a first diagnosis and of a changed mind, not of every refinement. */
function isNews(diagnosis: Diagnosis, previous: Diagnosis | undefined): boolean {
  const now = diagnosis.causes[0]
  const before = previous?.causes[0]
  return !previous || now?.entity !== before?.entity || now?.category !== before?.category
}

function timelineSentence(diagnosis: Diagnosis): string {
  const first = diagnosis.causes[0]
  if (!first || first.probability < diagnosis.unknown_probability)
    return `No cause stands out; with ${probabilityText(diagnosis.unknown_probability)} it is something not seen here.`
  const apart = diagnosis.causes.filter(
    ({ group }, at) => diagnosis.causes.findIndex((other) => other.group === group) === at,
  )
  if (apart.length > 1)
    return `${apart.length} causes at once: ${apart.map(({ entity, category }) => `${entityName(entity)} (${category})`).join(', ')}. ${first.sentence}`
  return `First cause: ${entityName(first.entity)} (${probabilityText(first.probability)}, ${first.category}). ${first.sentence}`
}
