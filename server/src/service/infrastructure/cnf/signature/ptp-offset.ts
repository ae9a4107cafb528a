import type { Signature } from '../../signature/signature.ts'
import type { CnfConfig } from '../config.ts'
import { clockClasses, isFaulty, type PtpClock, rankOfClass } from '../ptp-clock.ts'
import { isReceiver, isSystemClock, type PtpNode, ptpNodes, stateHeldMs } from './ptp-scene.ts'
import { logsOf, namesOf, withinOf } from './ptp-state.ts'
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

/** Clocks that are steered, and not to where they should be. */
export const ptpOffsetSignatures = (config: CnfConfig): Signature[] => [
  offsetHigh(config),
  offsetFaulty(config),
  classDegraded(config),
  systemClockAstray(config),
]

type Held = { clock: PtpClock; heldMs: number }

const offsetHigh = (config: CnfConfig): Signature =>
  rule({
    id: 'ptp-offset-high',
    analyzer: 'ptp',
    kind: 'PTPClock',
    severity: 'MEDIUM',
    condition: `The offset of a clock from its master is beyond ±${config.ptp_offset_ns} ns for ${config.ptp_offset_seconds} s; beyond ±${config.ptp_offset_severe_ns} ns it is critical.`,
    not_when:
      'The offset is 999999, by which linuxptp-daemon says that there is none, or the clock follows nothing.',
    documentation_url: documents.g8271,
    *check(history) {
      const beyond = (value: number) => Math.abs(value) > config.ptp_offset_ns && !isFaulty(value)
      for (const entry of ptpNodes(history)) {
        const found = entry.clocks.flatMap((clock): Held[] => {
          if (!clock.offset || isReceiver(clock)) return []
          if (clock.state === 'FREERUN' || clock.state === 'HOLDOVER') return []
          const heldMs = history.heldMs(clock.offset, beyond)
          return heldMs >= config.ptp_offset_seconds * 1_000 ? [{ clock, heldMs }] : []
        })
        if (found.length === 0) continue
        const worst = Math.max(...found.map(({ clock }) => Math.abs(clock.offsetNs ?? 0)))
        const severe = worst > config.ptp_offset_severe_ns
        const heldMs = Math.max(...found.map((one) => one.heldMs))
        yield {
          ...placed(history, entry, config),
          title: `${namesOf(found.map(({ clock }) => clock))} of ${entry.node}: offset of ${worst} ns is beyond ${config.ptp_offset_ns} ns${forLong(heldMs)}`,
          severity: severe ? 'CRITICAL' : 'MEDIUM',
          sinceMs: sinceOf(history, heldMs),
          // A severe one is what late packets on the fronthaul come from.
          specificity: severe ? 0.58 : 0.3,
          evidence: offsets(history, entry, found),
          remediation: [
            advice(
              'Look for asymmetric or congested paths, changed cables, and whether every switch on the way is PTP-aware.',
            ),
            advice('See how offset and path delay moved.', logsOf(entry.node)),
          ],
        }
      }
    },
  })

const offsetFaulty = (config: CnfConfig): Signature =>
  rule({
    id: 'ptp-offset-unknown',
    analyzer: 'ptp',
    kind: 'PTPClock',
    severity: 'HIGH',
    condition: `A clock that calls itself locked, or does not say, has no offset (999999) for ${config.ptp_offset_seconds} s.`,
    not_when: 'The clock is in holdover or free run, where having no offset is a matter of course.',
    documentation_url: documents.ptpOperator,
    *check(history) {
      for (const entry of ptpNodes(history)) {
        const found = entry.clocks.flatMap((clock): Held[] => {
          if (!clock.offset || !clock.offsetIsFaulty) return []
          if (clock.state === 'FREERUN' || clock.state === 'HOLDOVER') return []
          const heldMs = history.heldMs(clock.offset, isFaulty)
          return heldMs >= config.ptp_offset_seconds * 1_000 ? [{ clock, heldMs }] : []
        })
        if (found.length === 0) continue
        const heldMs = Math.max(...found.map((one) => one.heldMs))
        yield {
          ...placed(history, entry, config),
          title: `${namesOf(found.map(({ clock }) => clock))} of ${entry.node}: no offset is known${forLong(heldMs)}, though the clock does not say that it is astray`,
          sinceMs: sinceOf(history, heldMs),
          specificity: 0.62,
          evidence: offsets(history, entry, found),
          remediation: [
            advice(
              'The daemon lost its process or the process its source: read its log.',
              logsOf(entry.node),
            ),
          ],
        }
      }
    },
  })

const classDegraded = (config: CnfConfig): Signature =>
  rule({
    id: 'ptp-class-degraded',
    analyzer: 'ptp',
    kind: 'PTPClock',
    severity: 'HIGH',
    condition: `The clock class that a node’s ptp4l works with is not that of a locked reference for ${config.ptp_state_seconds} s.`,
    not_when: 'The class is 6 or 13 (locked), or 255 (a clock that only follows).',
    documentation_url: documents.g8275,
    *check(history) {
      for (const entry of ptpNodes(history)) {
        const found = entry.classes
          .filter(({ value }) => rankOfClass(value) > 0)
          .map((series) => ({ series, heldMs: history.heldMs(series, (value) => rankOfClass(value) > 0) }))
          .filter(({ heldMs }) => heldMs >= config.ptp_state_seconds * 1_000)
        const [worst] = found
        if (!worst) continue
        const rank = rankOfClass(worst.series.value)
        const locked = entry.clocks.every(({ process, state }) => process !== 'ptp4l' || state === 'LOCKED')
        const text = clockClasses[worst.series.value]?.text ?? 'of no class that is defined'
        yield {
          ...placed(history, entry, config),
          title: `${entry.node} works with clock class ${worst.series.value}${forLong(worst.heldMs)}: ${text}`,
          severity: rank >= 4 ? 'CRITICAL' : rank === 1 ? 'MEDIUM' : 'HIGH',
          sinceMs: sinceOf(history, worst.heldMs),
          // While the node itself follows well, the trouble is upstream; else the class says what the state says.
          specificity: locked ? 0.76 : 0.5,
          evidence: evidenceOf(found, ({ series, heldMs }) =>
            metricEvidence(history, clockRef(entry.node), series, `class ${series.value}${forLong(heldMs)}`),
          ),
          remediation: [
            advice(
              locked
                ? 'The node follows its master, and the master has lost its reference: look upstream.'
                : 'See why the node lost its master.',
              logsOf(entry.node),
            ),
          ],
        }
      }
    },
  })

const systemClockAstray = (config: CnfConfig): Signature =>
  rule({
    id: 'ptp-system-clock-astray',
    analyzer: 'ptp',
    kind: 'PTPClock',
    severity: 'HIGH',
    condition: `ptp4l keeps the card’s clock locked while phc2sys has lost the system’s (not locked for ${config.ptp_state_seconds} s, or beyond ±${config.ptp_offset_ns} ns for ${config.ptp_offset_seconds} s).`,
    not_when: 'The card’s clock is astray too: the system’s follows it.',
    documentation_url: documents.phc2sys,
    *check(history) {
      for (const entry of ptpNodes(history)) {
        const cards = entry.clocks.filter(({ process }) => process === 'ptp4l')
        const well = cards.length > 0 && cards.every((clock) => isWell(clock, config))
        if (!well) continue
        const found = entry.clocks.flatMap((clock): Held[] => {
          if (!isSystemClock(clock)) return []
          const heldMs = astrayMs(history, clock, config)
          return heldMs > 0 ? [{ clock, heldMs }] : []
        })
        if (found.length === 0) continue
        const heldMs = Math.max(...found.map((one) => one.heldMs))
        yield {
          ...placed(history, entry, config),
          title: `The system clock of ${entry.node} does not follow its card’s, which is locked${forLong(heldMs)}`,
          sinceMs: sinceOf(history, heldMs),
          specificity: 0.78,
          evidence: [
            ...offsets(history, entry, found),
            ...offsets(
              history,
              entry,
              cards.map((clock) => ({ clock, heldMs: 0 })),
            ),
          ],
          remediation: [
            advice(
              'Look for a second program that sets the system’s time, such as chronyd, and for phc2sys starved of CPU.',
            ),
            advice('Read what phc2sys says.', logsOf(entry.node)),
          ],
        }
      }
    },
  })

const isWell = (clock: PtpClock, config: CnfConfig): boolean =>
  clock.state === 'LOCKED' && !clock.offsetIsFaulty && Math.abs(clock.offsetNs ?? 0) <= config.ptp_offset_ns

/** For how long the system's clock has been astray, where that is long enough; else 0. */
function astrayMs(history: Parameters<Signature['check']>[0], clock: PtpClock, config: CnfConfig): number {
  if (clock.state === 'FREERUN' || clock.state === 'HOLDOVER') {
    const heldMs = stateHeldMs(history, clock)
    return heldMs >= config.ptp_state_seconds * 1_000 ? heldMs : 0
  }
  if (!clock.offset || clock.offsetIsFaulty) return 0
  const heldMs = history.heldMs(
    clock.offset,
    (value) => Math.abs(value) > config.ptp_offset_ns && !isFaulty(value),
  )
  return heldMs >= config.ptp_offset_seconds * 1_000 ? heldMs : 0
}

const placed = (history: Parameters<Signature['check']>[0], { node }: PtpNode, config: CnfConfig) => ({
  object: clockRef(node),
  parent: nodeRef(node),
  within: withinOf(history, node, config),
})

const offsets = (history: Parameters<Signature['check']>[0], entry: PtpNode, found: readonly Held[]) =>
  evidenceOf(
    found.filter(({ clock }) => clock.offset ?? clock.stateSeries),
    ({ clock, heldMs }) => {
      const series = (clock.offset ?? clock.stateSeries) as NonNullable<PtpClock['offset']>
      const offset = clock.offsetNs === null ? 'no offset' : `offset ${clock.offsetNs} ns`
      return metricEvidence(
        history,
        clockRef(entry.node),
        series,
        `${clock.interface} by ${clock.process}: ${clock.state}, ${offset}${forLong(heldMs)}`,
      )
    },
  )
