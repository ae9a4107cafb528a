import { createHash } from 'node:crypto'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../kernel/clock.ts'
import { isFault } from '../../kernel/fault.ts'
import type { MadeOccurrence, StoredWindow } from '../../port/maintenance-repository.ts'
import type { MaintenanceDeps } from './index.ts'
import { occurrencesOf, type Span } from './recurrence.ts'

/** Occurrences of one window that are silences at once. */
const madeMax = 10
/** What was made is remembered so long after its end: a clock that goes back makes nothing twice. */
const rememberMs = 86_400_000
const keptMs = 600_000

/**
 * Makes what is due of a window: a silence of each occurrence that goes on or begins soon, once, so that one that somebody has ended by
 * hand stays ended; ends those that are planned no longer; and announces the end of one that goes on. Safe to repeat at any time.
 */
export async function keepWindow(
  deps: MaintenanceDeps,
  { aheadMs }: { aheadMs: number },
  window: StoredWindow,
): Promise<StoredWindow> {
  const nowMs = deps.clock.now()
  const planned = new Map(
    occurrencesOf(window, nowMs, madeMax)
      .filter(({ startMs }) => startMs <= nowMs + aheadMs)
      .map((span) => [silenceIdOf(window, span), span] as const),
  )
  const made = window.made.filter(({ endMs }) => endMs > nowMs - rememberMs)
  // Beyond what lies ahead nothing is planned yet, which is no reason to end what was.
  const gone = made.filter(
    ({ silenceId, startMs, endMs }) => endMs > nowMs && startMs <= nowMs + aheadMs && !planned.has(silenceId),
  )
  await withdraw(deps, window, gone)
  const left = made.filter((one) => !gone.includes(one))
  for (const [silenceId, { startMs, endMs }] of planned) {
    if (left.some((one) => one.silenceId === silenceId)) continue
    await deps.silences.keep(window.tenant_id, silenceId, planOf(window, { startMs, endMs }))
    left.push({ silenceId, startMs, endMs, isReminded: false })
  }
  const reminded = await Promise.all(left.map((one) => remind(deps, window, one, nowMs)))
  const kept = { ...window, made: reminded }
  if (JSON.stringify(reminded) !== JSON.stringify(window.made)) await deps.repository.save(kept)
  return kept
}

/** When a window is to be kept again: it makes an occurrence, or announces an end; at the latest in ten minutes. */
export function dueMs(window: StoredWindow, { aheadMs }: { aheadMs: number }, nowMs: number): number {
  const beforeMs = durationMs(window.remind_before)
  const reminders = window.made
    .filter(({ isReminded, endMs }) => !isReminded && endMs > nowMs && beforeMs > 0)
    .map(({ startMs, endMs }) => Math.max(startMs, endMs - beforeMs))
  const beginnings = occurrencesOf(window, nowMs, madeMax)
    .map(({ startMs }) => startMs - aheadMs)
    .filter((atMs) => atMs > nowMs)
  return Math.min(nowMs + keptMs, ...reminders, ...beginnings)
}

/** Ends silences that go on or are to come. */
export async function withdraw(
  { silences, clock }: MaintenanceDeps,
  window: StoredWindow,
  made: readonly MadeOccurrence[],
): Promise<void> {
  for (const { silenceId, endMs } of made) {
    if (endMs <= clock.now()) continue
    try {
      await silences.expire(window.tenant_id, silenceId)
    } catch (error) {
      if (!isFault(error) || error.code !== 'NOT_FOUND') throw error
    }
  }
}

const planOf = (window: StoredWindow, { startMs, endMs }: Span) => ({
  ...{ matchers: window.matchers, startMs, endMs, createdBy: window.created_by },
  comment: `Maintenance: ${window.name}${window.comment === '' ? '' : `. ${window.comment}`}`.slice(0, 4_096),
  annotations: { maintenance: window.id },
})

/** As a UUID (RFC 9562, version 8), the same for the same occurrence. What it covers is part of it: another cover is another silence. */
function silenceIdOf({ tenant_id, id, matchers }: StoredWindow, { startMs, endMs }: Span): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([tenant_id, id, startMs, endMs, matchers.map((m) => [m.name, m.op, m.value])]))
    .digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

async function remind(
  deps: MaintenanceDeps,
  window: StoredWindow,
  one: MadeOccurrence,
  nowMs: number,
): Promise<MadeOccurrence> {
  const beforeMs = durationMs(window.remind_before)
  const isDue = beforeMs > 0 && nowMs >= Math.max(one.startMs, one.endMs - beforeMs) && nowMs < one.endMs
  if (one.isReminded || !isDue) return one
  if (!isActive(deps, window, one)) return { ...one, isReminded: true }
  const sentence = await sentenceOf(deps, window, one, nowMs)
  for (const name of deps.notifiers)
    await deps.outbox.add(name, window.tenant_id, {
      idempotencyKey: `maintenance/${window.id}/${one.startMs}/ENDING`,
      ...{ kind: 'MAINTENANCE_ENDING', incident: null, sentence, url: '' },
    })
  return { ...one, isReminded: true }
}

/** Somebody may have ended it by hand. */
function isActive({ silences }: MaintenanceDeps, window: StoredWindow, one: MadeOccurrence): boolean {
  try {
    return silences.get(window.tenant_id, one.silenceId).state === 'ACTIVE'
  } catch {
    return false
  }
}

async function sentenceOf(
  { silences }: MaintenanceDeps,
  window: StoredWindow,
  { endMs }: MadeOccurrence,
  nowMs: number,
): Promise<string> {
  const minutes = Math.max(1, Math.round((endMs - nowMs) / 60_000))
  const { now } = await silences.preview(window.tenant_id, window.matchers)
  const hides = [
    ...(now.alerts > 0 ? [`${now.alerts} ${now.alerts === 1 ? 'alert' : 'alerts'}`] : []),
    ...(now.anomalies > 0 ? [`${now.anomalies} ${now.anomalies === 1 ? 'anomaly' : 'anomalies'}`] : []),
  ].join(' and ')
  const after =
    hides === '' ? 'Nothing that it hides goes on now.' : `It still hides ${hides}, which will count then.`
  return `Maintenance “${window.name}” ends in ${minutes} min, at ${isoTime(endMs)}. ${after}`
}
