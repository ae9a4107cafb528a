import type { EntityId } from '@aiops/contract/model/entity'
import type { Incident } from '@aiops/contract/model/incident'
import type { Remediation } from '@aiops/contract/model/remediation'
import type { RunbookStep } from '@aiops/contract/model/runbook'
import { durationMs } from '@aiops/contract/model/time'
import { must } from '../../kernel/assert.ts'
import { Fault, isFault, messageOf } from '../../kernel/fault.ts'
import type { ActConfig } from './config.ts'
import type { ActDeps } from './index.ts'
import { type Reading, readCondition } from './metric-reading.ts'
import { isRepeatable, type StepPhase } from './next-action.ts'
import { executorOf } from './plan.ts'
import { redact, secretLengthMin } from './redaction.ts'
import { type Rendering, renderStep, secretsOf, variablesOf } from './rendering.ts'

export type Outcome = { status: 'SUCCESS'; output: string } | { status: 'FAILED' | 'UNKNOWN'; error: string }

/** Fires when the platform stops: `soft` at once, for what can be begun again; `hard` when what is in flight has had its time. */
export type StopSignals = { soft: AbortSignal; hard: AbortSignal }

export type StepWork = {
  remediation: Remediation
  incident: Incident
  /** As the runbook has it: templates are filled in here, so that secrets live no longer than the step. */
  step: RunbookStep
  phase: StepPhase
  order: number
}

type Context = { deps: ActDeps; config: ActConfig; signals: StopSignals }

const keptMax = 4_096

/** Rejects with the signal's reason when the platform stops meanwhile, and with store failures. */
export async function executeStep(context: Context, work: StepWork): Promise<Outcome> {
  const { step, remediation, incident } = work
  if (step.type === 'http') return executeOutside(context, work)
  const variables = variablesOf(
    must(remediation.definition, 'a run has its runbook'),
    remediation.entity,
    incident,
  )
  const filled = renderStep(step, variables, () => '')
  if (filled.type === 'wait') {
    await context.deps.clock.sleep(durationMs(filled.duration), context.signals.soft)
    return { status: 'SUCCESS', output: `Waited ${filled.duration}` }
  }
  if (filled.type !== 'condition')
    return { status: 'FAILED', error: `Nothing here runs steps of type ${filled.type}.` }
  const { condition, within } = filled
  return until(context, durationMs(within), 0, () => readCondition(condition, readContext(context, incident)))
}

/** The verification: all conditions, and no active anomaly, without a break for `hold`, inside `within`. */
export async function verify(
  context: Context,
  verification: Rendering['verify'],
  remediation: Remediation,
  incident: Incident,
): Promise<Outcome> {
  const { hold, within, anomalies_ended, conditions } = verification
  const outcome = await until(context, durationMs(within), durationMs(hold), async () => {
    const readings: Reading[] = anomalies_ended
      ? [await readAnomalies(context, remediation.entity, incident)]
      : []
    for (const condition of conditions)
      readings.push(await readCondition(condition, readContext(context, incident)))
    const unmet = readings.filter((reading) => !reading.holds)
    return {
      holds: unmet.length === 0,
      sentence: (unmet.length > 0 ? unmet : readings).map((reading) => reading.sentence).join('; '),
    }
  })
  return outcome.status === 'SUCCESS'
    ? { ...outcome, output: `Held for ${hold}: ${outcome.output}`.slice(0, keptMax) }
    : outcome
}

async function executeOutside(
  { deps, signals }: Context,
  { remediation, incident, step, phase, order }: StepWork,
): Promise<Outcome> {
  const secrets = new Map<string, string>()
  let begun = false
  try {
    for (const name of secretsOf(step)) secrets.set(name, checkedSecret(name, await deps.secrets.read(name)))
    const variables = variablesOf(
      must(remediation.definition, 'a run has its runbook'),
      remediation.entity,
      incident,
    )
    const filled = renderStep(step, variables, (name) =>
      must(secrets.get(name), 'secrets of a step are read before it'),
    )
    const executor = executorOf(step, deps.executors)
    begun = true
    const output = await executor.run(filled, {
      idempotencyKey: `${remediation.id}/${phase}/${order}`,
      signal: signals.hard,
    })
    return { status: 'SUCCESS', output: redact(output, secrets).slice(0, keptMax) }
  } catch (error) {
    if (signals.hard.aborted) throw signals.hard.reason
    // Only a Fault with another code says that the step is known to have failed.
    const unsure = begun && !(isFault(error) && error.code !== 'TIMEOUT')
    const text = redact(messageOf(error), secrets).slice(0, keptMax)
    return { status: unsure && !isRepeatable(step) ? 'UNKNOWN' : 'FAILED', error: text }
  }
}

function checkedSecret(name: string, value: string): string {
  if (value.length >= secretLengthMin) return value
  throw new Fault(
    'VALIDATION_FAILED',
    `Secret ${name} is shorter than ${secretLengthMin} characters, too short to be kept out of what a step answers.`,
  )
}

/** Looks every `verify_every` until the reading has held for `holdMs`; fails after `withinMs`. */
async function until(
  { deps, config, signals }: Context,
  withinMs: number,
  holdMs: number,
  read: () => Promise<Reading>,
): Promise<Outcome> {
  const { clock } = deps
  const startMs = clock.monotonic()
  let heldSinceMs: number | undefined
  let broken = ''
  for (;;) {
    const reading = await read()
    const nowMs = clock.monotonic()
    if (!reading.holds) {
      heldSinceMs = undefined
      broken = reading.sentence
    } else {
      heldSinceMs ??= nowMs
      if (nowMs - heldSinceMs >= holdMs) return { status: 'SUCCESS', output: reading.sentence }
    }
    const leftMs = withinMs - (nowMs - startMs)
    if (leftMs <= 0) {
      const seconds = withinMs / 1_000
      const held =
        heldSinceMs === undefined
          ? ''
          : `; since then it holds, for ${Math.round((nowMs - heldSinceMs) / 1_000)} s so far`
      return {
        status: 'FAILED',
        error: `Not reached within ${seconds} s: ${broken || 'it did not hold long enough'}${held}`.slice(
          0,
          keptMax,
        ),
      }
    }
    await clock.sleep(Math.min(durationMs(config.verify_every), leftMs), signals.soft)
  }
}

async function readAnomalies(
  { deps: { records } }: Context,
  entity: EntityId,
  incident: Incident,
): Promise<Reading> {
  const active = { state: 'ACTIVE', limit: 3, offset: 0 } as const
  const ofEntity = await records.anomalies.list(incident.tenant_id, { ...active, entity })
  const ofIncident = await records.anomalies.list(incident.tenant_id, { ...active, incidentId: incident.id })
  const firing = await records.alerts.list(incident.tenant_id, {
    status: 'FIRING',
    severities: [],
    incidentId: incident.id,
    limit: 1,
  })
  const alerts =
    firing.total === 0 ? '' : `; ${firing.total} alert(s) of others are still firing, which was not asked`
  if (ofEntity.total + ofIncident.total === 0)
    return { holds: true, sentence: `no anomaly is active on ${entity} or in the incident${alerts}` }
  const seen = [
    ...new Set([...ofEntity.anomalies, ...ofIncident.anomalies].map((anomaly) => anomaly.sentence)),
  ].slice(0, 3)
  return {
    holds: false,
    sentence: `active anomalies: ${ofEntity.total} on ${entity}, ${ofIncident.total} in the incident (${seen.join('; ')})${alerts}`,
  }
}

const readContext = ({ deps, config }: Context, incident: Incident) => ({
  metricStore: deps.metricStore,
  tenant: incident.tenant_id,
  nowMs: deps.clock.now(),
  incidentStartMs: Date.parse(incident.started_at),
  baselineMs: durationMs(config.baseline_window),
})
