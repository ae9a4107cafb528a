import type { FindingEvidence } from '@aiops/contract/model/finding'
import type { KubeEvent } from '../object/event.ts'
import type { Condition } from '../object/meta.ts'
import type { ClusterView, ObjectRef } from '../view.ts'

/** What was seen of an object: `source` as `status.phase`. */
export const fieldEvidence = (
  object: ObjectRef,
  source: string,
  text: string,
  atMs?: number,
): FindingEvidence => ({ kind: 'FIELD', object, source, text: plainText(text), at: timeOf(atMs) })

export const conditionEvidence = (object: ObjectRef, condition: Condition): FindingEvidence =>
  fieldEvidence(
    object,
    `status.conditions[${condition.type}]`,
    [condition.status, condition.reason, condition.message].filter(Boolean).join(': '),
    msOf(condition.lastTransitionTime ?? condition.lastUpdateTime),
  )

export const eventEvidence = (event: KubeEvent): FindingEvidence => ({
  kind: 'EVENT',
  object: { kind: event.about.kind, namespace: event.about.namespace, name: event.about.name },
  source: event.reason,
  text: plainText(event.count > 1 ? `${event.message} (${event.count} times)` : event.message),
  at: timeOf(event.lastMs),
})

export const logEvidence = (
  object: ObjectRef,
  container: string,
  text: string,
  atMs: number,
): FindingEvidence => ({ kind: 'LOG', object, source: container, text: plainText(text), at: timeOf(atMs) })

/** Longer texts of a cluster end in `…`. */
const textMax = 600

/** A message as patterns may look at it: some of them take the square of its length. */
export const readable = (message: string): string => message.slice(0, 2_000)

/** On one line, without what would steer a terminal. */
export function plainText(text: string): string {
  const cut = text.length > textMax ? `${text.slice(0, textMax)}…` : text
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
  return cut.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim()
}

/** Undefined where there is no time. */
export function msOf(time: string | undefined): number | undefined {
  const ms = time === undefined ? Number.NaN : Date.parse(time)
  return Number.isNaN(ms) ? undefined : ms
}

/** Year 9999: what lies beyond has no ISO form that others read. */
const timeMaxMs = 253_402_300_799_999

/** Null where there is no time; an event without one has 0. */
export const timeOf = (ms: number | undefined): string | null =>
  ms !== undefined && ms > 0 && ms <= timeMaxMs ? new Date(ms).toISOString() : null

/** The earlier of those that are known. */
export function earliest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((ms): ms is number => ms !== undefined && ms > 0)
  return known.length > 0 ? Math.min(...known) : undefined
}

export const minute = 60_000
export const hour = 60 * minute

/** How long a condition has held; 0 where the cluster does not say. */
export const heldMs = (view: Pick<ClusterView, 'timeMs'>, sinceMs: number | undefined): number =>
  sinceMs === undefined ? 0 : Math.max(0, view.timeMs - sinceMs)

export const conditionOf = (conditions: readonly Condition[], type: string): Condition | undefined =>
  conditions.find((one) => one.type === type)

/** `2 pods`, `1 pod`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** As people say it: `3 h`, `12 min`. */
export function spanOf(ms: number): string {
  if (ms < 2 * minute) return `${Math.round(ms / 1_000)} s`
  if (ms < 2 * hour) return `${Math.round(ms / minute)} min`
  if (ms < 48 * hour) return `${Math.round(ms / hour)} h`
  return `${Math.round(ms / (24 * hour))} days`
}
