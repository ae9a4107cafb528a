import type { PtpStatus } from '@aiops/contract/model/cnf'
import type { Labels } from '@aiops/contract/model/label'
import type { ClusterInventory, Reading } from '../index.ts'
import { ptp } from './names.ts'
import { finite, keyOf, labelOf, nodeOf, type Series, samplesOf, viewMax } from './series.ts'

/** Offset that linuxptp-daemon reports for a clock that has none. */
export const faultyOffsetNs = 999_999

export type PtpState = PtpStatus['state']

/** One clock as its exporter tells of it: a process that steers the clock of an interface, or of the system. */
export type PtpClock = {
  node: string
  process: string
  /** `CLOCK_REALTIME` is the clock of the system; `ens2fx` stands for all ports of a card. */
  interface: string
  state: PtpState
  stateSeries: Series | undefined
  offset: Series | undefined
  /** Null where there is none or it is the sign of a fault. */
  offsetNs: number | null
  offsetIsFaulty: boolean
  maxOffsetNs: number | null
  delayNs: number | null
  frequencyNs: number | null
}

/** IEEE 1588 table 4 and ITU-T G.8275.1 table 6.4. The rank orders them: 0 best. */
export const clockClasses: Readonly<Record<number, { rank: number; text: string }>> = {
  6: { rank: 0, text: 'locked to a primary reference' },
  7: { rank: 1, text: 'in holdover, within specification of its primary reference' },
  13: { rank: 0, text: 'locked to an application’s own time' },
  14: { rank: 1, text: 'in holdover of an application’s own time' },
  52: { rank: 3, text: 'in holdover, out of specification' },
  58: { rank: 3, text: 'in holdover of an application’s own time, out of specification' },
  135: { rank: 2, text: 'a boundary clock in holdover, within specification' },
  140: { rank: 3, text: 'in holdover, out of specification' },
  150: { rank: 3, text: 'in holdover, out of specification' },
  160: { rank: 3, text: 'in holdover, out of specification' },
  165: { rank: 3, text: 'a boundary clock in holdover, out of specification' },
  187: { rank: 3, text: 'in holdover, out of specification, and ready to follow another' },
  193: {
    rank: 3,
    text: 'in holdover of an application’s own time, out of specification, and ready to follow another',
  },
  248: { rank: 4, text: 'without a source (default)' },
  255: { rank: 0, text: 'slave only' },
}

/** A class that nobody defines is as good as none. */
export const rankOfClass = (clockClass: number): number => clockClasses[clockClass]?.rank ?? 4

const states: Readonly<Record<number, PtpState>> = { 0: 'FREERUN', 1: 'LOCKED', 2: 'HOLDOVER' }
export const stateOf = (value: number | undefined): PtpState => states[value ?? -1] ?? 'UNKNOWN'

const roles: Readonly<Record<number, string>> = {
  0: 'PASSIVE',
  1: 'SLAVE',
  2: 'MASTER',
  3: 'FAULTY',
  4: 'UNKNOWN',
  5: 'LISTENING',
}
export const roleOf = (value: number): string => roles[value] ?? 'UNKNOWN'
export const faultyRole = 3

/** linuxptp-daemon calls all ports of a card by its last port’s name with an x: `ens2f0` and `ens2f1.100` are `ens2fx` and `ens2fx.100`. */
export const aliasOf = (name: string): string => name.replace(/\d((?:np\d+)?(?:[.]\d+)?)$/, 'x$1')

export const processOf = (labels: Readonly<Labels>): string => labels.process ?? ''
export const interfaceOf = (labels: Readonly<Labels>): string => labels.iface ?? labels.interface ?? ''

type Parts = { state?: Series; offset?: Series; maxOffset?: Series; delay?: Series; frequency?: Series }

/** All clocks of a cluster, in the order in which the exporter names them. */
export function clocksOf(reading: Reading, inventory?: ClusterInventory): PtpClock[] {
  const found = new Map<string, { node: string; process: string; interface: string; parts: Parts }>()
  const take = (metric: string, field: keyof Parts) => {
    for (const sample of samplesOf(reading, metric)) {
      const node = nodeOf(sample.labels, inventory)
      const [process, name] = [processOf(sample.labels), interfaceOf(sample.labels)]
      const key = keyOf(node, process, name)
      let clock = found.get(key)
      if (!clock) {
        if (found.size >= viewMax) return
        clock = { node, process, interface: name, parts: {} }
        found.set(key, clock)
      }
      // Of the same clock measured `from` several sources the one with the worst offset speaks.
      const before = clock.parts[field]
      if (!before || Math.abs(sample.value) > Math.abs(before.value)) clock.parts[field] = sample
    }
  }
  take(ptp.state, 'state')
  take(ptp.offset, 'offset')
  take(ptp.maxOffset, 'maxOffset')
  take(ptp.delay, 'delay')
  take(ptp.frequency, 'frequency')
  return [...found.values()].map(({ parts, ...clock }) => ({
    ...clock,
    state: stateOf(parts.state?.value),
    stateSeries: parts.state,
    offset: parts.offset,
    offsetNs: offsetOf(parts.offset?.value),
    offsetIsFaulty: isFaulty(parts.offset?.value),
    maxOffsetNs: offsetOf(parts.maxOffset?.value),
    delayNs: finite(parts.delay?.value),
    frequencyNs: finite(parts.frequency?.value),
  }))
}

export const isFaulty = (offset: number | undefined): boolean =>
  offset !== undefined && Math.abs(offset) >= faultyOffsetNs && Math.abs(offset) < faultyOffsetNs + 1

const offsetOf = (value: number | undefined): number | null => (isFaulty(value) ? null : finite(value))

/** Class series of a node’s ptp4l, the worst first. */
export function classesOf(reading: Reading, inventory?: ClusterInventory): Map<string, Series[]> {
  const byNode = new Map<string, Series[]>()
  for (const sample of samplesOf(reading, ptp.clockClass)) {
    if (!(sample.value >= 0 && sample.value <= 255 && Number.isInteger(sample.value))) continue
    const node = nodeOf(sample.labels, inventory)
    byNode.set(node, [...(byNode.get(node) ?? []), sample])
  }
  for (const list of byNode.values()) list.sort((a, b) => rankOfClass(b.value) - rankOfClass(a.value))
  return byNode
}

const preferred = ['SLAVE', 'FAULTY', 'LISTENING', 'MASTER', 'PASSIVE', 'UNKNOWN']

/** Role of the port that a clock follows: of a card’s ports the one that is a slave, else the one that is faulty. */
export function roleOfClock(roleSamples: readonly Series[], clock: PtpClock): string | null {
  let best: string | null = null
  for (const { labels, value } of roleSamples) {
    const name = interfaceOf(labels)
    if (name !== clock.interface && aliasOf(name) !== aliasOf(clock.interface)) continue
    if (processOf(labels) && clock.process && processOf(labels) !== clock.process) continue
    const role = roleOf(value)
    if (best === null || preferred.indexOf(role) < preferred.indexOf(best)) best = role
  }
  return best
}

export const configOf = (labels: Readonly<Labels>): string => labelOf(labels, 'config') ?? ''
