import type { ObjectRef } from '@aiops/contract/model/finding'
import type { ReadingHistory, Sighting, Signature } from '../../signature/signature.ts'
import { ownerRefOf } from '../cnf-workloads.ts'
import type { CnfConfig } from '../config.ts'
import { busyCores, type DpdkSeries, dpdkSeries, isPercent, podKeyOf } from '../dpdk-stats.ts'
import type { DpdkCounter } from '../names.ts'
import { figure, groupBy, inventoryOf, oncePerReading, percent, podsOf, type Series } from '../series.ts'
import { advice, documents, evidenceOf, metricEvidence, nodeRef, rule, shellWord } from './rule.ts'

/** Applications that poll their network cards themselves. That their cores are at 100 % CPU is how they work and no finding. */
export const dpdkSignatures = (config: CnfConfig): Signature[] => [
  missed(config),
  noBuffer(config),
  portErrors(config),
  linkDown(),
  coreBusy(config),
]

const applications = oncePerReading(({ now }: ReadingHistory) => groupBy(dpdkSeries(now), podKeyOf))

type Rise = { of: string; rise: number; series: Series }

/** Ports of one application whose counter rose within the window, most first. */
function rises(
  history: ReadingHistory,
  list: readonly DpdkSeries[],
  counters: readonly DpdkCounter[],
  windowMs: number,
): Rise[] {
  return list
    .filter(({ counter }) => counters.includes(counter))
    .map(({ of, series }) => ({ of, series, rise: history.increase(series, windowMs) ?? 0 }))
    .filter(({ rise }) => rise > 0)
    .sort((a, b) => b.rise - a.rise)
}

const missed = (config: CnfConfig): Signature =>
  rule({
    id: 'dpdk-rx-missed',
    analyzer: 'dpdk',
    kind: 'Pod',
    severity: 'HIGH',
    condition: `A port missed packets within ${config.dpdk_window_seconds} s, its receive queue being full${config.dpdk_missed_ratio > 0 ? `, more than ${percent(config.dpdk_missed_ratio)} of all` : ''}.`,
    not_when: 'The count is of before, as of a start.',
    documentation_url: documents.dpdkPolling,
    *check(history) {
      const windowMs = config.dpdk_window_seconds * 1_000
      for (const list of applications(history).values()) {
        const received = new Map(
          rises(history, list, ['rx_packets'], windowMs).map(({ of, rise }) => [of, rise]),
        )
        const share = ({ of, rise }: Rise) => rise / (rise + (received.get(of) ?? 0))
        const found = rises(history, list, ['rx_missed'], windowMs).filter(
          (one) => share(one) > config.dpdk_missed_ratio,
        )
        const [worst] = found
        if (!worst) continue
        yield {
          ...placed(history, list),
          title: `${nameOf(list)} missed ${figure(worst.rise)} packets on port ${worst.of} (${percent(share(worst))}): its receive queue was full`,
          sinceMs: history.changed(worst.series)?.atMs,
          specificity: 0.6,
          evidence: risen(history, list, found, 'missed'),
          remediation: [
            advice(
              'Give it more receive queues and cores, or larger rings; see whether its cores are its own and on the card’s NUMA node.',
            ),
            telemetry(list, '/ethdev/xstats,0'),
          ],
        }
      }
    },
  })

const noBuffer = (config: CnfConfig): Signature =>
  rule({
    id: 'dpdk-rx-nombuf',
    analyzer: 'dpdk',
    kind: 'Pod',
    severity: 'HIGH',
    condition: `A port found no free buffer for packets within ${config.dpdk_window_seconds} s.`,
    not_when: 'The count is of before.',
    documentation_url: documents.dpdkTelemetry,
    *check(history) {
      for (const list of applications(history).values()) {
        const found = rises(history, list, ['rx_nombuf'], config.dpdk_window_seconds * 1_000)
        const [worst] = found
        if (!worst) continue
        yield {
          ...placed(history, list),
          title: `${nameOf(list)} has no buffers left for packets: ${figure(worst.rise)} allocations failed on port ${worst.of}`,
          sinceMs: history.changed(worst.series)?.atMs,
          // Without buffers the queue runs full, and packets are missed.
          specificity: 0.7,
          evidence: risen(history, list, found, 'allocations failed'),
          remediation: [
            advice(
              'Look for a leak of buffers, or make the memory pool larger than all rings and caches together.',
            ),
            telemetry(list, '/mempool/list'),
          ],
        }
      }
    },
  })

const portErrors = (config: CnfConfig): Signature =>
  rule({
    id: 'dpdk-port-errors',
    analyzer: 'dpdk',
    kind: 'Pod',
    severity: 'MEDIUM',
    condition: `A port had receive or transmit errors within ${config.dpdk_window_seconds} s.`,
    not_when: 'The counts are of before.',
    documentation_url: documents.dpdkTelemetry,
    *check(history) {
      for (const list of applications(history).values()) {
        const found = rises(history, list, ['rx_errors', 'tx_errors'], config.dpdk_window_seconds * 1_000)
        const [worst] = found
        if (!worst) continue
        yield {
          ...placed(history, list),
          title: `${nameOf(list)} has ${figure(worst.rise)} errors on port ${worst.of}`,
          sinceMs: history.changed(worst.series)?.atMs,
          specificity: 0.65,
          evidence: risen(history, list, found, 'errors'),
          remediation: [
            advice('Check cable, transceiver and MTU on both ends: such frames arrive broken or do not fit.'),
            telemetry(list, '/ethdev/xstats,0'),
          ],
        }
      }
    },
  })

const linkDown = (): Signature =>
  rule({
    id: 'dpdk-link-down',
    analyzer: 'dpdk',
    kind: 'Pod',
    severity: 'CRITICAL',
    condition: 'The link of a port is down that was up.',
    not_when: 'It has been down ever since it was watched: a port that nobody uses.',
    documentation_url: documents.dpdkTelemetry,
    openAfterMs: 30_000,
    *check(history) {
      for (const list of applications(history).values()) {
        const found = list.filter(
          ({ counter, series }) =>
            counter === 'link_up' && series.value === 0 && history.changed(series) !== undefined,
        )
        const [first] = found
        if (!first) continue
        yield {
          ...placed(history, list),
          title: `The link of port ${first.of} of ${nameOf(list)} is down`,
          sinceMs: history.changed(first.series)?.atMs,
          specificity: 0.9,
          evidence: evidenceOf(found, ({ series, of }) =>
            metricEvidence(history, refOf(list), series, `link of port ${of} is down`),
          ),
          remediation: [
            advice('Check cable, transceiver and the switch port.'),
            telemetry(list, '/ethdev/link_status,0'),
          ],
        }
      }
    },
  })

const coreBusy = (config: CnfConfig): Signature =>
  rule({
    id: 'dpdk-core-busy',
    analyzer: 'dpdk',
    kind: 'Pod',
    severity: 'MEDIUM',
    condition: `A polling core spent more than ${percent(config.dpdk_busy_ratio)} of its cycles on packets over ${config.dpdk_busy_seconds} s.`,
    not_when: 'Only its CPU time is at 100 %: a polling core’s always is.',
    documentation_url: documents.ovsPmd,
    *check(history) {
      const windowMs = config.dpdk_busy_seconds * 1_000
      for (const list of applications(history).values()) {
        const found = busyCores(history, list, windowMs)
          .filter(({ ratio, series }) => ratio > config.dpdk_busy_ratio && isLasting(history, series, config))
          .sort((a, b) => b.ratio - a.ratio)
        const [worst] = found
        if (!worst) continue
        yield {
          ...placed(history, list),
          title: `Core ${worst.core || '?'} of ${nameOf(list)} spends ${percent(worst.ratio)} of its cycles on packets: it has no room left`,
          sinceMs: undefined,
          specificity: 0.75,
          evidence: evidenceOf(found, ({ core, ratio, series }) =>
            metricEvidence(history, refOf(list), series, `core ${core}: ${percent(ratio)} busy`),
          ),
          remediation: [
            advice('Spread its queues over more cores, or move a busy queue to a core with room.'),
            advice('See how queues lie on cores.', 'ovs-appctl dpif-netdev/pmd-rxq-show'),
          ],
        }
      }
    },
  })

/** A share that is told as such must have lasted; one of cycles is over the window anyway. */
function isLasting(history: ReadingHistory, series: Series, config: CnfConfig): boolean {
  if (!/busy_(ratio|percent)/.test(series.labels.__name__ ?? '')) return true
  const divisor = isPercent(series) ? 100 : 1
  const heldMs = history.heldMs(series, (value) => value / divisor > config.dpdk_busy_ratio)
  return heldMs >= config.dpdk_busy_seconds * 500
}

const refOf = ([first]: readonly DpdkSeries[]): ObjectRef =>
  first && first.pod !== first.node
    ? { kind: 'Pod', namespace: first.namespace, name: first.pod }
    : nodeRef(first?.node ?? '')

function placed(
  history: ReadingHistory,
  list: readonly DpdkSeries[],
): Pick<Sighting, 'object' | 'parent' | 'within'> {
  const object = refOf(list)
  const pod = podsOf(inventoryOf(history)).get(`${object.namespace}/${object.name}`)
  const parent = pod && ownerRefOf(pod)
  return parent ? { object, parent, within: [parent] } : { object }
}

const nameOf = ([first]: readonly DpdkSeries[]): string => first?.pod ?? ''

const risen = (history: ReadingHistory, list: readonly DpdkSeries[], found: readonly Rise[], what: string) =>
  evidenceOf(found, ({ of, rise, series }) =>
    metricEvidence(history, refOf(list), series, `port ${of}: ${figure(rise)} ${what}`),
  )

function telemetry(list: readonly DpdkSeries[], command: string): Sighting['remediation'][number] {
  const { kind, namespace, name } = refOf(list)
  if (kind !== 'Pod') return advice(`Ask its telemetry socket for ${command}.`)
  return advice(
    `Ask its telemetry socket for ${command}.`,
    `kubectl -n ${shellWord(namespace)} exec ${shellWord(name)} -- sh -c "echo ${command} | dpdk-telemetry.py"`,
  )
}
