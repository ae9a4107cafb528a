import type { ReadingHistory } from '../../signature/signature.ts'
import { ptp } from '../names.ts'
import { classesOf, clocksOf, interfaceOf, type PtpClock, processOf, roleOf, stateOf } from '../ptp-clock.ts'
import { inventoryOf, nodeOf, oncePerReading, type Series } from '../series.ts'

/** Clocks, classes and ports of one node. */
export type PtpNode = {
  node: string
  clocks: PtpClock[]
  /** The worst first. */
  classes: Series[]
  ports: { interface: string; role: string; series: Series }[]
  processes: { process: string; config: string; running: boolean; series: Series }[]
}

/** What the exporters say of precision time, by node. */
export const ptpNodes = oncePerReading((history: ReadingHistory): PtpNode[] => {
  if (
    [ptp.state, ptp.offset, ptp.clockClass, ptp.role, ptp.processStatus].every(
      (name) => history.samples(name).length === 0,
    )
  )
    return []
  const { now } = history
  const inventory = inventoryOf(history)
  const nodes = new Map<string, PtpNode>()
  const at = (name: string): PtpNode => {
    let entry = nodes.get(name)
    if (!entry) {
      entry = { node: name, clocks: [], classes: [], ports: [], processes: [] }
      nodes.set(name, entry)
    }
    return entry
  }
  for (const clock of clocksOf(now, inventory)) at(clock.node).clocks.push(clock)
  for (const [node, classes] of classesOf(now, inventory)) at(node).classes.push(...classes)
  for (const series of history.samples(ptp.role)) {
    const port = { interface: interfaceOf(series.labels), role: roleOf(series.value), series }
    at(nodeOf(series.labels, inventory)).ports.push(port)
  }
  for (const series of history.samples(ptp.processStatus)) {
    const { labels, value } = series
    const entry = { process: processOf(labels), config: labels.config ?? '', running: value !== 0, series }
    at(nodeOf(labels, inventory)).processes.push(entry)
  }
  return [...nodes.values()]
})

/** Processes whose clock is that of a receiver of satellites and not one that is steered. */
export const isReceiver = ({ process }: { process: string }): boolean => process === 'gnss'
export const isSystemClock = (clock: PtpClock): boolean => clock.interface === 'CLOCK_REALTIME'

/** For how long a clock has been in its state. */
export const stateHeldMs = (history: ReadingHistory, clock: PtpClock): number =>
  clock.stateSeries ? history.heldMs(clock.stateSeries, (value) => stateOf(value) === clock.state) : 0

/** For how long a clock has been anything but locked; 0 where it is, or does not say. */
export function unlockedMs(history: ReadingHistory, clock: PtpClock): number {
  if (!clock.stateSeries || clock.state === 'LOCKED' || clock.state === 'UNKNOWN') return 0
  return history.heldMs(clock.stateSeries, (value) => stateOf(value) !== 'LOCKED')
}
