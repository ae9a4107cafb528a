import type { Diagnosis } from '@aiops/contract/model/diagnosis'
import { entityName } from '@aiops/contract/model/entity'
import type { Incident } from '@aiops/contract/model/incident'
import { probabilityText } from '@aiops/contract/model/probability'
import type { StepResult } from '@aiops/contract/model/remediation'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { Fault, messageOf } from '../../kernel/fault.ts'
import { SerialExecutor } from '../../kernel/queue.ts'
import { onEvent } from '../../port/event-bus.ts'
import type { ActConfig } from './config.ts'
import { decideOn, expirePending, settleUnknown } from './decisions.ts'
import { IncidentStates } from './incident-states.ts'
import type { Act, ActDeps } from './index.ts'
import { Ledger } from './ledger.ts'
import { OutboxWorker } from './outbox-worker.ts'
import { consider, proposeManually } from './proposals.ts'
import { RunbookLibrary } from './runbook-library.ts'
import { Runner } from './runner.ts'
import { Teller } from './teller.ts'

const tickMs = 1_000
/** Incidents waiting to be looked at; beyond it the one waiting longest gives way, and comes back with its next diagnosis. */
const waitingMax = 10_000

/** The stage around its parts: what reaches it by events, calls and time. */
export function createAct(deps: ActDeps, config: ActConfig): Act {
  const { bus, records, clock, log } = deps
  const ledger = new Ledger(deps)
  const teller = new Teller(deps, ledger)
  const library = new RunbookLibrary(deps.runbookSource, config.approval_timeout)
  const context = { deps, config, ledger, library }
  const outbox = new OutboxWorker(deps, config.notify)
  ledger.onNotification = () => outbox.kick()
  const counters = createCounters(deps)
  /** Kept where somebody wants every change of an incident. */
  const states = deps.notifiers.some(({ kinds }) => kinds?.includes('INCIDENT_UPDATED'))
    ? new IncidentStates()
    : undefined
  const runner = new Runner({ ...context, count: counters.step }, onRunEnd)
  /** Proposals are made one after another, so that an incident never gets two. */
  const serial = new SerialExecutor('proposals', waitingMax)
  /** Incidents to look at, and from when on. */
  const waiting = new Map<string, { tenant: TenantId; id: string; dueMs: number }>()
  const cancels: (() => void)[] = []
  let stopped = false

  function look(tenant: TenantId, id: string, afterMs = 0): void {
    waiting.delete(id)
    waiting.set(id, { tenant, id, dueMs: clock.now() + afterMs })
    const oldest = waiting.keys().next().value
    if (waiting.size > waitingMax && oldest !== undefined) waiting.delete(oldest)
  }

  async function lookAtDue(): Promise<void> {
    for (const { tenant, id, dueMs } of [...waiting.values()]) {
      if (dueMs > clock.now()) continue
      waiting.delete(id)
      const againMs = await consider(context, tenant, id)
      if (againMs !== undefined) look(tenant, id, againMs)
    }
    await approveByItself()
  }

  /** Runbooks that ask for no approval, where the configuration lets them. */
  async function approveByItself(): Promise<void> {
    if (!config.auto_approve) return
    for (const pending of await records.remediations.pending()) {
      if (pending.definition?.approval.required !== false || !runner.hasRoom) continue
      try {
        await decideOn(context, pending.tenant_id, pending.id, true, 'system', 'needs no approval')
        runner.enqueue(pending.tenant_id, pending.id)
      } catch (error) {
        log.debug({ remediation: pending.id, error: messageOf(error) }, 'a run was not started by itself')
      }
    }
  }

  /** Whatever fails here is tried again with the next turn. */
  async function guarded(work: () => Promise<unknown>): Promise<void> {
    try {
      await serial.run(work)
    } catch (error) {
      if (!stopped)
        log.error({ error: messageOf(error) }, 'proposals could not be looked at and will be again')
    }
  }

  async function tick(): Promise<void> {
    outbox.kick()
    await teller.again()
    await guarded(async () => {
      for (const { tenant_id, incident_id } of await expirePending(context)) look(tenant_id, incident_id)
      await lookAtDue()
    })
  }

  async function reload(): Promise<void> {
    if (!(await library.reload())) return
    const { runbooks, problems } = library.current
    counters.library(runbooks.length, problems.length)
    for (const { file, message } of problems) log.warn({ file, message }, 'a runbook cannot be used')
    await guarded(async () => {
      for (const { tenant_id, id } of await records.incidents.unresolved()) look(tenant_id, id)
      await lookAtDue()
    })
  }

  async function onIncident(incident: Incident, created: boolean): Promise<void> {
    const over = incident.status === 'RESOLVED' || incident.status === 'CLOSED'
    if (created) await teller.tell(incident, openedNotice(incident))
    else if (over && incident.resolved_at) await teller.tell(incident, resolvedNotice(incident))
    if (created || incident.status === 'RESOLVED') states?.learn(incident)
    const update = states?.changed(incident)
    if (update) await teller.tell(incident, update)
    if (over) await guarded(() => consider(context, incident.tenant_id, incident.id))
  }

  async function onDiagnosis(tenant: TenantId, diagnosis: Diagnosis): Promise<void> {
    const incident = await records.incidents.get(tenant, diagnosis.incident_id)
    if (!incident) return
    const notice = diagnosedNotice(diagnosis)
    if (notice) await teller.tell(incident, notice)
    look(tenant, incident.id)
    await guarded(lookAtDue)
  }

  function onRunEnd(tenant: TenantId, id: string): void {
    void (async () => {
      const remediation = await records.remediations.get(tenant, id)
      if (!remediation) return
      counters.ended(remediation.status)
      look(tenant, remediation.incident_id)
    })().catch(() => undefined)
  }

  /** What was going on, and what a crash may have kept from being told. */
  async function resume(): Promise<void> {
    for (const incident of await records.incidents.unresolved()) {
      look(incident.tenant_id, incident.id)
      states?.learn(incident)
      await ledger.notify(incident, openedNotice(incident))
      const diagnosis = await records.diagnoses.latest(incident.id)
      const notice = diagnosis && diagnosedNotice(diagnosis)
      if (notice) await ledger.notify(incident, notice)
    }
    await teller.ended(openedNotice, resolvedNotice)
    for (const { tenant_id, id } of await records.remediations.unfinished()) runner.enqueue(tenant_id, id)
  }

  return {
    async start() {
      await library.reload()
      counters.library(library.current.runbooks.length, library.current.problems.length)
      for (const { file, message } of library.current.problems)
        log.warn({ file, message }, 'a runbook cannot be used')
      await resume()
      cancels.push(
        onEvent(bus, 'act', ['INCIDENT_CREATED', 'INCIDENT_UPDATED', 'RCA_COMPLETE'], (event) =>
          event.event_type === 'RCA_COMPLETE'
            ? onDiagnosis(event.tenant_id, event.payload)
            : onIncident(event.payload, event.event_type === 'INCIDENT_CREATED'),
        ),
        clock.every(tickMs, () => void tick()),
        clock.every(
          durationMs(config.reload_every),
          () =>
            void reload().catch((error: unknown) =>
              log.error({ error: messageOf(error) }, 'runbooks could not be read again'),
            ),
        ),
      )
    },
    async stop() {
      stopped = true
      for (const cancel of cancels.splice(0)) cancel()
      await Promise.all([runner.stop(), outbox.stop(), serial.idle()])
    },
    runbooks: () => library.current,
    propose: (tenant, incidentId, runbookId, actor) =>
      serial.run(() => proposeManually(context, tenant, incidentId, runbookId, actor)),
    async decide(tenant, id, approved, actor, comment) {
      if (approved && !runner.hasRoom)
        throw new Fault(
          'QUEUE_FULL',
          `${runner.waiting} approved runs already wait; approve it again later.`,
          { retryAfterSeconds: 30 },
        )
      const decided = await decideOn(context, tenant, id, approved, actor, comment)
      counters.decided(approved)
      if (approved) runner.enqueue(tenant, id)
      else look(tenant, decided.incident_id)
      return decided
    },
    async settle(tenant, id, outcome, actor, comment) {
      const settled = await settleUnknown(context, tenant, id, outcome, actor, comment)
      runner.enqueue(tenant, id)
      return settled
    },
  }
}

const openedNotice = (incident: Incident) => ({
  kind: 'INCIDENT_OPENED' as const,
  key: 'opened',
  sentence: `INC-${incident.number} ${incident.severity}: ${incident.title}`,
})

/** A reopened incident may be resolved again, and is told again. */
const resolvedNotice = (incident: Incident) => ({
  kind: 'INCIDENT_RESOLVED' as const,
  key: incident.resolved_at ?? '',
  sentence: `INC-${incident.number} is resolved: ${incident.title}`,
})

/** The first diagnosis with a cause is told, later ones are on the page. */
function diagnosedNotice({ causes: [cause] }: Diagnosis) {
  if (!cause) return undefined
  const sentence = `Likeliest cause is ${entityName(cause.entity)} (${probabilityText(cause.probability)}): ${cause.sentence}`
  return { kind: 'DIAGNOSED' as const, key: 'first', sentence }
}

function createCounters({ metrics }: ActDeps) {
  const steps = metrics.counter(
    'aiops_runbook_steps_total',
    'Runbook steps, verifications and rollback steps that ended.',
    ['phase', 'status'],
  )
  const decisions = metrics.counter('aiops_runbook_decisions_total', 'Approvals and rejections by people.', [
    'decision',
  ])
  const runs = metrics.counter('aiops_runbook_runs_total', 'Runs that ended, or that wait for a person.', [
    'status',
  ])
  const library = metrics.gauge('aiops_runbooks', 'Runbooks read, and problems found in their files.', [
    'state',
  ])
  return {
    step: (phase: StepResult['phase'], status: string) => steps.inc({ phase, status }),
    decided: (approved: boolean) => decisions.inc({ decision: approved ? 'approved' : 'rejected' }),
    ended: (status: string) => runs.inc({ status }),
    library(runbooks: number, problems: number) {
      library.set({ state: 'usable' }, runbooks)
      library.set({ state: 'problem' }, problems)
    },
  }
}
