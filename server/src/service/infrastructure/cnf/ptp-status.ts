import type { PtpStatus } from '@aiops/contract/model/cnf'
import type { ReadingHistory } from '../signature/signature.ts'
import { ptp } from './names.ts'
import { classesOf, clocksOf, type PtpClock, roleOfClock, stateOf } from './ptp-clock.ts'
import { type ClusterName, groupBy, inventoryOf, nodeOf } from './series.ts'

/** Every clock of precision time that a cluster’s nodes keep. */
export function ptpStatus(history: ReadingHistory, cluster: ClusterName): PtpStatus[] {
  const { now } = history
  const inventory = inventoryOf(history)
  const classes = classesOf(now, inventory)
  const roles = groupBy(history.samples(ptp.role), ({ labels }) => nodeOf(labels, inventory))
  const at = new Date(now.timeMs).toISOString()
  return clocksOf(now, inventory).map((clock) => ({
    ...{ cluster_id: cluster.id, cluster_name: cluster.name },
    ...{ node_name: clock.node, interface: clock.interface, process: clock.process, state: clock.state },
    offset_ns: clock.offsetNs,
    max_offset_ns: clock.maxOffsetNs,
    delay_ns: clock.delayNs,
    frequency_adjustment_ns: clock.frequencyNs,
    // Only ptp4l speaks with other clocks; what steers a clock within the node has no class.
    clock_class: clock.process === 'ptp4l' ? (classes.get(clock.node)?.[0]?.value ?? null) : null,
    role: roleOfClock(roles.get(clock.node) ?? [], clock),
    since: sinceOf(history, clock),
    last_updated: at,
  }))
}

/** Since when the clock is in its state, as far back as it was watched. */
function sinceOf(history: ReadingHistory, { stateSeries, state }: PtpClock): string | null {
  if (!stateSeries) return null
  const heldMs = history.heldMs(stateSeries, (value) => stateOf(value) === state)
  return heldMs > 0 ? new Date(history.now.timeMs - heldMs).toISOString() : null
}
