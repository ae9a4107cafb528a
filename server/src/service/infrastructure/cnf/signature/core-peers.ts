import { lengthOf } from '../../length.ts'
import type { ReadingHistory, Signature } from '../../signature/signature.ts'
import type { CnfConfig } from '../config.ts'
import { type CoreInstance, coreInstances, gaugeOf, peakOf } from '../core-network.ts'
import type { CoreGauge } from '../names.ts'
import { figure, percent } from '../series.ts'
import { logs, place } from './core.ts'
import { advice, documents, evidenceOf, forLong, metricEvidence, rule, sinceOf } from './rule.ts'

/** What a 5G core is connected to, and who by way of it. */
export const corePeerSignatures = (config: CnfConfig): Signature[] => [
  peerLost(config, {
    ...{ id: 'core-pfcp-peer-lost', gauge: 'pfcp_peers', what: 'PFCP peers', needs: ['UPF', 'SMF'] },
    ...{ documentation: documents.pfcp, specificity: 0.88 },
    hint: 'See whether the peer runs and answers heartbeats on UDP 8805 over N4.',
  }),
  peerLost(config, {
    ...{ id: 'core-gnb-lost', gauge: 'gnbs', what: 'gNBs', needs: ['VCU', 'VDU'] },
    ...{ documentation: documents.ngap, specificity: 0.88 },
    hint: 'See whether the gNB runs and its SCTP association to port 38412 over N2 is up.',
  }),
  devicesLost(config),
  oneWay(config),
]

type Peer = {
  id: string
  gauge: CoreGauge
  what: string
  needs: Parameters<typeof place>[2]
  documentation: string
  specificity: number
  hint: string
}

/** An association that is set up anew takes some seconds. */
const graceMs = 30_000

const peerLost = (config: CnfConfig, peer: Peer): Signature =>
  rule({
    id: peer.id,
    analyzer: 'core-network',
    kind: 'Pod',
    severity: 'HIGH',
    condition: `A function has fewer ${peer.what} than it had at most within ${config.peer_window_seconds} s; none at all is critical.`,
    not_when: 'They are back within half a minute.',
    documentation_url: peer.documentation,
    openAfterMs: graceMs,
    *check(history) {
      for (const instance of coreInstances(history)) {
        const now = gaugeOf(instance, peer.gauge)
        const before =
          peakOf(history, instance, peer.gauge, config.peer_window_seconds * 1_000) ??
          peakSeen(history, instance, peer.gauge)
        if (now === undefined || before === undefined || now >= before) continue
        const placed = place(history, instance, peer.needs)
        const series = instance.counters.get(peer.gauge) ?? []
        const heldMs = series.length === 1 ? history.heldMs(series[0]!, (value) => value < before) : 0
        yield {
          ...placed,
          title: `${instance.name} has ${figure(now)} of ${figure(before)} ${peer.what}${forLong(heldMs)}`,
          severity: now <= 0 ? 'CRITICAL' : 'HIGH',
          sinceMs: sinceOf(history, heldMs),
          specificity: peer.specificity,
          evidence: evidenceOf(series, (one) =>
            metricEvidence(history, placed.object, one, `is ${figure(one.value)}, was ${figure(before)}`),
          ),
          remediation: [advice(peer.hint), logs(placed.object)],
        }
      }
    },
  })

/** Where it is not watched for half the window yet: the value before the last change, if that was higher. */
function peakSeen(history: ReadingHistory, { counters }: CoreInstance, gauge: CoreGauge): number | undefined {
  const series = counters.get(gauge)
  return series?.length === 1 ? history.changed(series[0]!)?.from : undefined
}

const deviceGauges: readonly CoreGauge[] = ['registered_ues', 'ran_ues', 'pdu_sessions', 'upf_sessions']

const devicesLost = (config: CnfConfig): Signature =>
  rule({
    id: 'core-ue-drop',
    analyzer: 'core-network',
    kind: 'Pod',
    severity: 'CRITICAL',
    condition: `A function lost more than ${percent(config.ue_drop_ratio)} of its devices or sessions within ${config.ue_drop_window_seconds} s.`,
    not_when: `There were fewer than ${config.ue_min}, or they are back within half a minute.`,
    documentation_url: documents.kpis,
    // By then it is known whether a peer or a gNB went with them, which says more.
    openAfterMs: graceMs,
    *check(history) {
      const windowMs = config.ue_drop_window_seconds * 1_000
      for (const instance of coreInstances(history)) {
        for (const gauge of deviceGauges) {
          const [now, before] = [gaugeOf(instance, gauge), peakOf(history, instance, gauge, windowMs)]
          if (now === undefined || before === undefined || before < config.ue_min) continue
          const lost = (before - now) / before
          if (lost <= config.ue_drop_ratio) continue
          const placed = place(history, instance, ['UPF', 'SMF', 'VCU', 'VDU'])
          yield {
            ...placed,
            title: `${instance.name} lost ${percent(lost)} of its ${gauge.replace('_', ' ')} within ${lengthOf(windowMs)}: ${figure(before)} to ${figure(now)}`,
            sinceMs: undefined,
            specificity: 0.4,
            evidence: evidenceOf(instance.counters.get(gauge) ?? [], (one) =>
              metricEvidence(
                history,
                placed.object,
                one,
                `is ${figure(one.value)}, was ${figure(before)} in all`,
              ),
            ),
            remediation: [
              advice('See whether gNBs, the UPF or a slice went with them, and whether they come back.'),
              logs(placed.object),
            ],
          }
          break
        }
      }
    },
  })

const oneWay = (config: CnfConfig): Signature =>
  rule({
    id: 'core-n3-one-way',
    analyzer: 'core-network',
    kind: 'Pod',
    severity: 'HIGH',
    condition: `Over N3 packets come from the radio and none go there, within ${config.core_window_seconds} s, though they did before.`,
    not_when: 'Packets that go there were never counted, or there is no traffic.',
    documentation_url: documents.counters,
    *check(history) {
      const windowMs = config.core_window_seconds * 1_000
      for (const instance of coreInstances(history)) {
        const [incoming, outgoing] = [
          instance.counters.get('n3_packets_in'),
          instance.counters.get('n3_packets_out'),
        ]
        const [one, other] = [incoming?.[0], outgoing?.[0]]
        if (!one || !other || incoming?.length !== 1 || outgoing?.length !== 1 || other.value <= 0) continue
        const [came, went] = [history.increase(one, windowMs), history.increase(other, windowMs)]
        if (came === undefined || came < config.core_attempts_min || went !== 0) continue
        const placed = place(history, instance, [])
        yield {
          ...placed,
          title: `${instance.name} got ${figure(came)} packets over N3 within ${lengthOf(windowMs)} and sent none`,
          sinceMs: history.changed(other)?.atMs,
          specificity: 0.6,
          evidence: [
            metricEvidence(history, placed.object, one, `rose by ${figure(came)}`),
            metricEvidence(history, placed.object, other, 'stands still'),
          ],
          remediation: [
            advice(
              'See routes and address translation on N6, and whether answers from the data network arrive.',
            ),
            logs(placed.object),
          ],
        }
      }
    },
  })
