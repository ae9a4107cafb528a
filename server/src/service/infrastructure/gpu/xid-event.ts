import type { Reading, Sample } from '../index.ts'
import type { ReadingHistory } from '../signature/signature.ts'
import { devicesIn } from './devices-in.ts'
import { allOf, type GpuDevice } from './gpu-device.ts'
import { lostDevices, lostWindowMs } from './lost-device.ts'
import { ownerOf, type PodName } from './placement.ts'
import { valueOrNull } from './value.ts'

/** An XID that was seen to happen: the register took the code, or the exporter counted it. */
export type XidEvent = {
  device: GpuDevice
  code: number
  atMs: number
  sample: Sample
  /** Whether it is still in the register, which keeps the last code until the driver is loaded anew. */
  stays: boolean
  owner: PodName | undefined
}

const register = 'DCGM_FI_DEV_XID_ERRORS'
/** A count over a window that the exporter chooses, and since its start. */
const counts = ['DCGM_EXP_XID_ERRORS_COUNT', 'DCGM_EXP_XID_ERRORS_TOTAL']
const known = new WeakMap<Reading, readonly XidEvent[]>()

/** All of the last 40 minutes, and older ones that are in the register still; oldest first for each GPU. */
export function xidEvents(history: ReadingHistory): readonly XidEvent[] {
  const made = known.get(history.now)
  if (made) return made
  const events: XidEvent[] = []
  for (const device of devicesIn(history)) events.push(...eventsOf(history, device, true))
  for (const { device } of lostDevices(history)) events.push(...eventsOf(history, device, false))
  for (const metric of counts)
    for (const gone of history.vanished(metric, lostWindowMs)) {
      const device = devicesIn(history).find(({ uuid }) => uuid === gone.labels.UUID)
      if (device) events.push(...countedOf(history, device, gone))
    }
  events.sort((a, b) => a.atMs - b.atMs)
  known.set(history.now, events)
  return events
}

function* eventsOf(history: ReadingHistory, device: GpuDevice, present: boolean): Generator<XidEvent> {
  for (const sample of allOf(device, register)) {
    const code = codeOf(valueOrNull(register, sample.value))
    const changes = history.changes(sample, lostWindowMs)
    for (const { atMs, from, to } of changes) {
      const changed = codeOf(valueOrNull(register, to))
      if (changed === undefined || (from === undefined && !isLate(history, device, atMs))) continue
      const stays = present && changed === code && atMs === changes.at(-1)?.atMs
      yield { device, code: changed, atMs, sample, stays, owner: ownerAt(history, sample, atMs) }
    }
    const last = history.changed(sample)
    if (
      present &&
      code !== undefined &&
      last &&
      last.from !== undefined &&
      !changes.some(({ atMs }) => atMs === last.atMs)
    )
      yield { device, code, atMs: last.atMs, sample, stays: true, owner: ownerAt(history, sample, last.atMs) }
  }
  for (const metric of counts)
    for (const sample of allOf(device, metric)) yield* countedOf(history, device, sample)
}

/** A count that rose; one that was there from the first reading and is of a window is an event of that window. */
function* countedOf(history: ReadingHistory, device: GpuDevice, sample: Sample): Generator<XidEvent> {
  const metric = sample.labels.__name__ ?? ''
  const code = codeOf(Number(sample.labels.xid ?? sample.labels.err_code))
  if (code === undefined) return
  const event = (atMs: number): XidEvent => ({
    ...{ device, code, atMs, sample, stays: false, owner: ownerAt(history, sample, atMs) },
  })
  for (const { atMs, from, to } of history.changes(sample, lostWindowMs))
    if (valueOrNull(metric, to) !== null && to > (from ?? 0)) yield event(atMs)
  const heldMs = metric === counts[0] ? history.heldMs(sample, (value) => value > 0) : 0
  const sinceMs = history.now.timeMs - heldMs
  if (metric === counts[0] && sample.value > 0 && sinceMs <= history.fromMs) yield event(history.fromMs)
}

/** Whether the register came later than the GPU: then it is an event, else the exporter or the GPU itself came. */
function isLate(history: ReadingHistory, device: GpuDevice, atMs: number): boolean {
  for (const [metric, sample] of device.metrics) {
    if (metric.startsWith('DCGM_FI_DEV_XID') || metric.startsWith('DCGM_EXP_')) continue
    const first = history.owners(sample)[0]
    if (first && first.fromMs < atMs) return true
  }
  return false
}

/** The pod that had the GPU then; where it was let go at that moment, the one before. */
function ownerAt(history: ReadingHistory, sample: Sample, atMs: number): PodName | undefined {
  let owner: PodName | undefined
  for (const { labels, fromMs } of history.owners(sample))
    if (fromMs <= atMs) owner = ownerOf(labels, history.inventory) ?? (fromMs < atMs ? undefined : owner)
  return owner
}

const codeOf = (value: number | null): number | undefined =>
  value !== null && Number.isInteger(value) && value > 0 && value < 10_000 ? value : undefined
