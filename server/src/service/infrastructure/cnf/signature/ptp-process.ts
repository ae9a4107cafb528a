import { lengthOf } from '../../length.ts'
import type { ReadingHistory, Signature } from '../../signature/signature.ts'
import type { CnfConfig } from '../config.ts'
import { ptp } from '../names.ts'
import { configOf, faultyRole, processOf } from '../ptp-clock.ts'
import { figure, groupBy, inventoryOf, nodeOf } from '../series.ts'
import { type PtpNode, ptpNodes } from './ptp-scene.ts'
import { logsOf, withinOf } from './ptp-state.ts'
import {
  advice,
  clockRef,
  documents,
  evidenceOf,
  forLong,
  metricEvidence,
  nodeRef,
  rule,
  sinceOf,
} from './rule.ts'

/** Processes and ports that keep time. */
export const ptpProcessSignatures = (config: CnfConfig): Signature[] => [
  processDown(config),
  processRestarts(config),
  portFaulty(config),
  silent(),
]

const processDown = (config: CnfConfig): Signature =>
  rule({
    id: 'ptp-process-down',
    analyzer: 'ptp',
    kind: 'PTPClock',
    severity: 'CRITICAL',
    condition: `A process of linuxptp is not running on a node for ${config.ptp_state_seconds / 2} s.`,
    not_when: 'It is started anew at once.',
    documentation_url: documents.ptpOperator,
    openAfterMs: config.ptp_state_seconds * 500,
    *check(history) {
      for (const entry of ptpNodes(history)) {
        const down = entry.processes.filter(({ running }) => !running)
        if (down.length === 0) continue
        const heldMs = Math.max(...down.map(({ series }) => history.heldMs(series, (value) => value === 0)))
        const names = [...new Set(down.map(({ process }) => process))].join(', ')
        yield {
          ...placed(entry),
          title: `${names} ${down.length > 1 ? 'are' : 'is'} not running on ${entry.node}${forLong(heldMs)}`,
          sinceMs: sinceOf(history, heldMs),
          specificity: 0.92,
          evidence: evidenceOf(down, ({ process, config: file, series }) =>
            metricEvidence(
              history,
              clockRef(entry.node),
              series,
              `${process} (${file || 'no configuration named'}) is down`,
            ),
          ),
          remediation: [
            advice('Read why it ended.', logsOf(entry.node)),
            advice(
              'Compare its configuration with one that runs.',
              'kubectl -n openshift-ptp get ptpconfig -o yaml',
            ),
          ],
        }
      }
    },
  })

const processRestarts = (config: CnfConfig): Signature =>
  rule({
    id: 'ptp-process-restarts',
    analyzer: 'ptp',
    kind: 'PTPClock',
    severity: 'MEDIUM',
    condition: `A process of linuxptp was restarted more than ${config.ptp_restarts_max} times within ${config.ptp_restart_window_seconds} s.`,
    not_when: 'The count was there before the node was watched.',
    documentation_url: documents.ptp4l,
    *check(history) {
      const series = history.samples(ptp.restarts)
      if (series.length === 0) return
      const inventory = inventoryOf(history)
      for (const [node, list] of groupBy(series, ({ labels }) => nodeOf(labels, inventory))) {
        const found = list
          .map((one) => ({
            one,
            rise: history.increase(one, config.ptp_restart_window_seconds * 1_000) ?? 0,
          }))
          .filter(({ rise }) => rise > config.ptp_restarts_max)
        if (found.length === 0) continue
        const rise = Math.max(...found.map((entry) => entry.rise))
        const names = [...new Set(found.map(({ one }) => processOf(one.labels)))].join(', ')
        const astray = ptpNodes(history).some(
          (entry) =>
            entry.node === node &&
            entry.clocks.some(({ state }) => state === 'FREERUN' || state === 'HOLDOVER'),
        )
        const changed = history.changed(found[0]!.one)
        yield {
          ...{ object: clockRef(node), parent: nodeRef(node), within: [] },
          title: `${names} on ${node} restarted ${figure(rise)} times within ${lengthOf(config.ptp_restart_window_seconds * 1_000)}`,
          severity: astray ? 'CRITICAL' : 'MEDIUM',
          sinceMs: changed?.atMs,
          // One restart may have any reason; again and again it is what the clocks suffer from.
          specificity: rise >= 3 ? 0.9 : 0.2,
          evidence: evidenceOf(found, ({ one, rise: times }) =>
            metricEvidence(
              history,
              clockRef(node),
              one,
              `${processOf(one.labels)} ${configOf(one.labels)}: ${figure(times)} restarts`,
            ),
          ),
          remediation: [advice('Read why it ended.', logsOf(node))],
        }
      }
    },
  })

const portFaulty = (config: CnfConfig): Signature =>
  rule({
    id: 'ptp-port-faulty',
    analyzer: 'ptp',
    kind: 'PTPClock',
    severity: 'HIGH',
    condition: 'A port is FAULTY that had another role before, or no port of the node follows a master.',
    not_when:
      'It has been so ever since it was watched while another port follows a master: a port that is not plugged in.',
    documentation_url: documents.ptp4l,
    openAfterMs: config.ptp_state_seconds * 500,
    *check(history) {
      for (const entry of ptpNodes(history)) {
        const found = entry.ports.filter(
          ({ role, series }) =>
            role === 'FAULTY' && (!followsOne(entry) || history.changed(series) !== undefined),
        )
        if (found.length === 0) continue
        const heldMs = Math.max(...found.map(({ series }) => faultyMs(history, series)))
        const names = found.map((port) => port.interface).join(', ')
        yield {
          ...{ ...placed(entry), within: withinOf(history, entry.node, config) },
          title: `PTP port ${names} of ${entry.node} is faulty${forLong(heldMs)}`,
          severity: followsOne(entry) ? 'MEDIUM' : 'HIGH',
          sinceMs: sinceOf(history, heldMs),
          specificity: 0.88,
          evidence: evidenceOf(found, (port) =>
            metricEvidence(history, clockRef(entry.node), port.series, `${port.interface} is FAULTY`),
          ),
          remediation: [
            advice('Look at the link of this port, its transceiver and the switch at the other end.'),
            advice('Read which fault ptp4l met.', logsOf(entry.node)),
          ],
        }
      }
    },
  })

const silentWindowMs = 30 * 60_000

const silent = (): Signature =>
  rule({
    id: 'ptp-silent',
    analyzer: 'ptp',
    kind: 'PTPClock',
    severity: 'HIGH',
    condition:
      'Nothing is told of a node’s clocks any more that were told of within half an hour, while other nodes’ are.',
    not_when:
      'No node tells of any, as when the collection itself is broken, or the node is gone from the cluster.',
    documentation_url: documents.ptpOperator,
    openAfterMs: 60_000,
    *check(history) {
      const gone = history.vanished(ptp.state, silentWindowMs)
      if (gone.length === 0 || history.samples(ptp.state).length === 0) return
      const inventory = inventoryOf(history)
      const speaking = new Set(ptpNodes(history).map(({ node }) => node))
      const known = new Set(inventory.nodes.map(({ name }) => name))
      for (const [node, list] of groupBy(gone, ({ labels }) => nodeOf(labels, inventory))) {
        if (speaking.has(node) || (known.size > 0 && !known.has(node))) continue
        const lastMs = Math.max(...list.map((one) => one.lastMs))
        yield {
          ...{ object: clockRef(node), parent: nodeRef(node), within: [] },
          title: `${node} has told nothing of its clocks for ${lengthOf(history.now.timeMs - lastMs)}`,
          sinceMs: lastMs,
          specificity: 0.9,
          evidence: evidenceOf(list, (one) =>
            metricEvidence(history, clockRef(node), one, `last seen ${new Date(one.lastMs).toISOString()}`),
          ),
          remediation: [
            advice('See whether the daemon runs there.', 'kubectl -n openshift-ptp get pods -o wide'),
            advice('Read what it said last.', logsOf(node)),
          ],
        }
      }
    },
  })

const followsOne = ({ ports }: PtpNode): boolean => ports.some(({ role }) => role === 'SLAVE')

const faultyMs = (history: ReadingHistory, series: PtpNode['ports'][number]['series']): number =>
  history.heldMs(series, (value) => value === faultyRole)

const placed = ({ node }: PtpNode) => ({ object: clockRef(node), parent: nodeRef(node), within: [] })
