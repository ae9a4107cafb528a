import { lengthOf } from '../../length.ts'
import type { Sighting, Signature } from '../../signature/signature.ts'
import type { CnfConfig } from '../config.ts'
import type { PtpClock } from '../ptp-clock.ts'
import { commonLoss } from './ptp-common-loss.ts'
import { isReceiver, isSystemClock, type PtpNode, ptpNodes, stateHeldMs } from './ptp-scene.ts'
import {
  advice,
  clockRef,
  documents,
  evidenceOf,
  forLong,
  grandmasterRef,
  metricEvidence,
  nodeRef,
  rule,
  shellWord,
  sinceOf,
} from './rule.ts'

/** Clocks that have lost what they follow. */
export const ptpStateSignatures = (config: CnfConfig): Signature[] => [
  grandmasterLost(config),
  receiverLost(config),
  freerun(config),
  holdover(config),
]

const grandmasterLost = (config: CnfConfig): Signature =>
  rule({
    id: 'ptp-grandmaster-lost',
    analyzer: 'ptp',
    kind: 'PTPGrandmaster',
    severity: 'CRITICAL',
    condition: `At least ${config.ptp_grandmaster_nodes_min} nodes, and ${config.ptp_grandmaster_share * 100} % of those that follow a master by ptp4l, have lost it within ${config.ptp_grandmaster_spread_seconds} s of one another.`,
    not_when:
      'The process is down or the port faulty on the nodes themselves, or one node alone has lost it.',
    documentation_url: documents.g8275,
    consequenceOf: ['ptp-gnss-lost'],
    *check(history) {
      const loss = commonLoss(history, config)
      if (!loss) return
      const ago = lengthOf(history.now.timeMs - loss.sinceMs)
      const nodes = `${loss.nodes.length} of ${loss.all} nodes`
      yield {
        object: grandmasterRef,
        title: loss.locked
          ? `The PTP grandmaster of ${nodes} lost its own reference ${ago} ago: they follow it and work with a degraded clock class`
          : `${nodes} lost their PTP grandmaster at the same time, ${ago} ago`,
        sinceMs: loss.sinceMs,
        specificity: 0.92,
        // A grandmaster of the cluster itself whose receiver has no fix is the reason.
        within: ptpNodes(history)
          .filter(({ clocks }) => clocks.some((clock) => isReceiver(clock) && clock.state !== 'LOCKED'))
          .map(({ node }) => clockRef(node)),
        evidence: evidenceOf(loss.nodes, ({ node, series, text, heldMs }) =>
          metricEvidence(history, clockRef(node), series, `${node}: ${text}${forLong(heldMs)}`),
        ),
        remediation: [
          advice(
            'Look at the grandmaster, its antenna and the switches between it and these nodes; the nodes themselves are well.',
          ),
          advice('See the daemons of these nodes.', 'kubectl -n openshift-ptp get pods -o wide'),
        ],
      }
    },
  })

const receiverLost = (config: CnfConfig): Signature =>
  rule({
    id: 'ptp-gnss-lost',
    analyzer: 'ptp',
    kind: 'PTPClock',
    severity: 'CRITICAL',
    condition: `The satellite receiver of a grandmaster is not locked for ${config.ptp_state_seconds} s.`,
    not_when: 'The node has no receiver: it follows another clock by ptp4l.',
    documentation_url: documents.ptpOperator,
    *check(history) {
      for (const entry of ptpNodes(history)) {
        const sighting = unlocked(
          history,
          entry,
          config,
          (clock) => isReceiver(clock) && clock.state !== 'LOCKED',
        )
        if (!sighting) continue
        yield {
          ...sighting.base,
          title: `The GNSS receiver of ${entry.node} has no fix${forLong(sighting.heldMs)}`,
          specificity: 0.93,
          remediation: [
            advice(
              'Check antenna, cable and splitter, and the sky that the antenna sees; then the receiver’s status.',
            ),
            advice('Read what the receiver says.', logsOf(entry.node)),
          ],
        }
      }
    },
  })

const freerun = (config: CnfConfig): Signature =>
  rule({
    id: 'ptp-freerun',
    analyzer: 'ptp',
    kind: 'PTPClock',
    severity: 'CRITICAL',
    condition: `A clock is in FREERUN for ${config.ptp_state_seconds} s: nothing steers it. CLOCK_REALTIME gets there without a holdover before.`,
    not_when: 'It settles sooner, as after a start.',
    documentation_url: documents.ptpOperator,
    *check(history) {
      for (const entry of ptpNodes(history)) {
        const sighting = unlocked(
          history,
          entry,
          config,
          (clock) => !isReceiver(clock) && clock.state === 'FREERUN',
        )
        if (!sighting) continue
        const names = namesOf(sighting.clocks)
        const onlySystem = sighting.clocks.every(isSystemClock)
        yield {
          ...sighting.base,
          title: `${names} of ${entry.node} ${sighting.clocks.length > 1 ? 'run' : 'runs'} free${forLong(sighting.heldMs)}: nothing steers ${sighting.clocks.length > 1 ? 'them' : 'it'}`,
          // The system's clock follows that of the card: where both are astray the card's speaks.
          specificity: onlySystem ? 0.6 : 0.72,
          remediation: [
            advice('See whether announce and sync messages arrive at the port, and whether its link is up.'),
            advice('Read what linuxptp says on the node.', logsOf(entry.node)),
          ],
        }
      }
    },
  })

const holdover = (config: CnfConfig): Signature =>
  rule({
    id: 'ptp-holdover',
    analyzer: 'ptp',
    kind: 'PTPClock',
    severity: 'HIGH',
    condition: `A clock is in HOLDOVER for ${config.ptp_state_seconds} s: it lost its source and keeps time by its own oscillator.`,
    not_when:
      'It is back sooner: a short holdover, as at a switch-over between masters, is what holdover is for.',
    documentation_url: documents.g8275,
    *check(history) {
      for (const entry of ptpNodes(history)) {
        const sighting = unlocked(
          history,
          entry,
          config,
          (clock) => !isReceiver(clock) && clock.state === 'HOLDOVER',
        )
        if (!sighting) continue
        yield {
          ...sighting.base,
          title: `${namesOf(sighting.clocks)} of ${entry.node} ${sighting.clocks.length > 1 ? 'are' : 'is'} in holdover${forLong(sighting.heldMs)}`,
          specificity: 0.74,
          remediation: [
            advice(
              'Bring its source back before the holdover is out of specification; then the radio must stop.',
            ),
            advice('Read why the port left its master.', logsOf(entry.node)),
          ],
        }
      }
    },
  })

type Unlocked = {
  clocks: PtpClock[]
  heldMs: number
  base: Pick<Sighting, 'object' | 'parent' | 'within' | 'sinceMs' | 'evidence'>
}

/** What the sightings of one node's clocks have in common; undefined where none has been so for long enough. */
function unlocked(
  history: Parameters<Signature['check']>[0],
  entry: PtpNode,
  config: CnfConfig,
  matches: (clock: PtpClock) => boolean,
): Unlocked | undefined {
  const found = entry.clocks
    .filter(matches)
    .map((clock) => ({ clock, heldMs: stateHeldMs(history, clock) }))
    .filter(({ heldMs }) => heldMs >= config.ptp_state_seconds * 1_000)
  if (found.length === 0) return undefined
  const heldMs = Math.max(...found.map((one) => one.heldMs))
  const object = clockRef(entry.node)
  return {
    clocks: found.map(({ clock }) => clock),
    heldMs,
    base: {
      object,
      parent: nodeRef(entry.node),
      within: withinOf(history, entry.node, config),
      sinceMs: sinceOf(history, heldMs),
      evidence: evidenceOf(found, (one) =>
        metricEvidence(
          history,
          object,
          one.clock.stateSeries as NonNullable<PtpClock['stateSeries']>,
          `${one.clock.interface} by ${one.clock.process}: ${one.clock.state}${forLong(one.heldMs)}, offset ${one.clock.offsetNs === null ? 'unknown' : `${one.clock.offsetNs} ns`}`,
        ),
      ),
    },
  }
}

/** What could explain a node's trouble: the grandmaster, where this node is among those that lost it together. */
export function withinOf(
  history: Parameters<Signature['check']>[0],
  node: string,
  config: CnfConfig,
): Sighting['within'] {
  const loss = commonLoss(history, config)
  return loss?.nodes.some((one) => one.node === node) ? [grandmasterRef] : []
}

export const namesOf = (clocks: readonly PtpClock[]): string =>
  clocks
    .slice(0, 4)
    .map(({ interface: name, process }) => (name ? `${name} (${process})` : process))
    .join(', ')

export const logsOf = (node: string): string =>
  `kubectl -n openshift-ptp logs -c linuxptp-daemon-container --tail=200 $(kubectl -n openshift-ptp get pods -l app=linuxptp-daemon --field-selector spec.nodeName=${shellWord(node)} -o name)`
