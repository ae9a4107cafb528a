import { defaultTenant } from '@aiops/contract/model/tenant'
import { readAlertmanagerLine } from './alertmanager-line.ts'
import { CorrelateConfig } from './config.ts'
import { createCore, step } from './core/correlate-core.ts'
import type { CorrelateTopology } from './core/correlate-topology.ts'
import { settingsOf } from './core/settings.ts'
import { signalOfAlert } from './core/signal.ts'
import type { Core, Output } from './core/turn.ts'

export type CorrelateStreamOptions = {
  topology: CorrelateTopology
  config?: CorrelateConfig
  progress?: (alerts: number) => void
}

/** While anything is open or waits, time passes at least in such steps, as it does live. */
const tickMs = 10_000

/**
 * The live correlation over recorded webhooks, newline-delimited `{received_at, payload}` in order of delivery: event id → incident
 * or null. Time is the recorded one. Throws INVALID_REQUEST naming the line it cannot read.
 */
export async function correlateStream(
  lines: AsyncIterable<string> | Iterable<string>,
  options: CorrelateStreamOptions,
): Promise<Record<string, string | null>> {
  const config = options.config ?? CorrelateConfig.parse({})
  let incidents = 0
  const core = createCore({
    tenant: defaultTenant,
    topology: options.topology,
    settings: settingsOf(config),
    newId() {
      incidents += 1
      return `incident-${incidents}`
    },
  })
  const memberOfEvent = new Map<string, string>()
  const incidentOfMember = new Map<string, string | null>()
  let lineNumber = 0
  let nowMs = Number.NEGATIVE_INFINITY
  for await (const line of lines) {
    lineNumber += 1
    if (line.trim() === '') continue
    for (const { eventId, receivedMs, alert } of readAlertmanagerLine(line, lineNumber)) {
      note(passTime(core, nowMs, receivedMs), incidentOfMember)
      nowMs = Math.max(nowMs, receivedMs)
      memberOfEvent.set(eventId, alert.id)
      note(step(core, { type: 'SIGNAL', nowMs, signal: signalOfAlert(alert) }), incidentOfMember)
    }
    options.progress?.(memberOfEvent.size)
  }
  return Object.fromEntries(
    [...memberOfEvent].map(([event, member]) => [event, incidentOfMember.get(member) ?? null]),
  )
}

/** Ticks from one time to another, while anything is open or waits. */
export function passTime(core: Core, fromMs: number, toMs: number): Output[] {
  const outputs: Output[] = []
  if (!Number.isFinite(fromMs)) return outputs
  let atMs = Math.floor(fromMs / tickMs) * tickMs + tickMs
  for (; atMs <= toMs && core.groups.all.size > 0; atMs += tickMs)
    outputs.push(...step(core, { type: 'TICK', nowMs: atMs }))
  return outputs
}

function note(outputs: readonly Output[], incidentOfMember: Map<string, string | null>): void {
  for (const output of outputs)
    if (output.type === 'MEMBER') incidentOfMember.set(output.memberId, output.incidentId)
}
