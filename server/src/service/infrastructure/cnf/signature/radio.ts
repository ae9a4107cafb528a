import type { ObjectRef } from '@aiops/contract/model/finding'
import { lengthOf } from '../../length.ts'
import type { Sighting, Signature } from '../../signature/signature.ts'
import { ownerRefOf } from '../cnf-workloads.ts'
import type { CnfConfig } from '../config.ts'
import type { PmCounter } from '../names.ts'
import { countOf, type RadioObject, radioObjects } from '../radio.ts'
import { figure, inventoryOf, percent, podsOf, type Series } from '../series.ts'
import { withinOf } from './ptp-state.ts'
import { advice, clockRef, documents, evidenceOf, metricEvidence, nodeRef, rule, sinceOf } from './rule.ts'

/** Radio: fronthaul and cells. */
export const radioSignatures = (config: CnfConfig): Signature[] => [
  outsideWindow(config, {
    ...{ id: 'fronthaul-late', counter: 'fronthaul_late', word: 'late' },
    hint: 'See the node’s clock, its real-time latency, and the delay of the fronthaul network against the DU’s window (Ta4).',
  }),
  outsideWindow(config, {
    ...{ id: 'fronthaul-early', counter: 'fronthaul_early', word: 'early' },
    hint: 'See the clocks of radio unit and DU, and the DU’s reception window (Ta4min) against the delay there is.',
  }),
  setupFailing(config),
  cellFull(config),
]

const outsideWindow = (
  config: CnfConfig,
  of: { id: string; counter: PmCounter; word: string; hint: string },
): Signature =>
  rule({
    id: of.id,
    analyzer: 'fronthaul',
    kind: 'RadioUnit',
    severity: 'HIGH',
    condition: `More than ${percent(config.fronthaul_late_ratio)} of fronthaul packets come ${of.word}, over ${config.fronthaul_window_seconds} s or the newest period of a report.`,
    not_when: `There were fewer than ${config.fronthaul_packets_min} packets.`,
    documentation_url: documents.fronthaul,
    *check(history) {
      const windowMs = config.fronthaul_window_seconds * 1_000
      for (const object of radioObjects(history)) {
        const count = (counter: PmCounter) => countOf(history, object, counter, windowMs)
        const outside = count(of.counter)
        if (!outside) continue
        const parts = ['fronthaul_late', 'fronthaul_early', 'fronthaul_on_time'] as const
        const all = count('fronthaul_total') ?? parts.reduce((sum, part) => sum + (count(part) ?? 0), 0)
        const share = Math.min(1, outside / Math.max(all, outside))
        // Without a count of those on time a share cannot be known.
        const known = object.counters.has('fronthaul_on_time') || object.counters.has('fronthaul_total')
        if (!known || all < config.fronthaul_packets_min || share <= config.fronthaul_late_ratio) continue
        const placed = place(history, object)
        yield {
          ...placed,
          within: [
            ...(placed.within ?? []),
            ...(object.node
              ? [clockRef(object.node), ...(withinOf(history, object.node, config) ?? [])]
              : []),
          ],
          title: `${percent(share)} of the fronthaul packets of ${nameOf(object)} come ${of.word} (${figure(outside)} of ${figure(all)})`,
          severity: share > 0.01 ? 'CRITICAL' : 'HIGH',
          sinceMs: undefined,
          specificity: 0.55,
          evidence: shown(history, placed.object, object, [
            of.counter,
            'fronthaul_on_time',
            'fronthaul_total',
          ]),
          remediation: [advice(of.hint)],
        }
      }
    },
  })

const setupFailing = (config: CnfConfig): Signature =>
  rule({
    id: 'ran-rrc-setup-failing',
    analyzer: 'ran',
    kind: 'NRCell',
    severity: 'HIGH',
    condition: `Fewer than ${percent(config.rrc_success)} of RRC connections are set up, over ${config.core_window_seconds} s or the newest period of a report.`,
    not_when: `There were fewer than ${config.core_attempts_min} attempts.`,
    documentation_url: documents.counters,
    *check(history) {
      const windowMs = config.core_window_seconds * 1_000
      for (const object of radioObjects(history)) {
        const [attempts, successes] = [
          countOf(history, object, 'rrc_attempts', windowMs),
          countOf(history, object, 'rrc_successes', windowMs),
        ]
        if (attempts === undefined || successes === undefined || attempts < config.core_attempts_min) continue
        const share = successes / attempts
        if (share >= config.rrc_success) continue
        const placed = place(history, object)
        yield {
          ...placed,
          title: `${percent(1 - share)} of ${figure(attempts)} RRC connections of ${nameOf(object)} were not set up`,
          severity: share < 0.5 ? 'CRITICAL' : 'HIGH',
          sinceMs: undefined,
          specificity: 0.5,
          evidence: shown(history, placed.object, object, ['rrc_attempts', 'rrc_successes']),
          remediation: [
            advice('See load and interference of the cell, and whether the CU takes connections.'),
          ],
        }
      }
    },
  })

const cellFull = (config: CnfConfig): Signature =>
  rule({
    id: 'ran-cell-full',
    analyzer: 'ran',
    kind: 'NRCell',
    severity: 'MEDIUM',
    condition: `More than ${config.prb_load_percent} % of a cell’s downlink resource blocks are used for ${config.prb_load_seconds} s.`,
    not_when: 'It is full for a moment, as one download makes it.',
    documentation_url: documents.counters,
    *check(history) {
      for (const object of radioObjects(history)) {
        const series = object.counters.get('prb_load_dl')?.[0]
        if (!series) continue
        // RRU.PrbTotDl is a percentage (TS 28.552 clause 5.1.1.2.1); what goes beyond is none.
        const full = (value: number) => value > config.prb_load_percent && value <= 100
        const heldMs = history.heldMs(series, full)
        if (heldMs < config.prb_load_seconds * 1_000) continue
        const placed = place(history, object)
        yield {
          ...placed,
          title: `${nameOf(object)} is full: ${figure(series.value)} % of its downlink resource blocks are used for ${lengthOf(heldMs)}`,
          sinceMs: sinceOf(history, heldMs),
          specificity: 0.4,
          evidence: [metricEvidence(history, placed.object, series, `is ${figure(series.value)} %`)],
          remediation: [advice('See who uses it, and whether neighbours could take some of them.')],
        }
      }
    },
  })

function place(
  history: Parameters<Signature['check']>[0],
  object: RadioObject,
): Pick<Sighting, 'object' | 'parent' | 'within' | 'discriminator'> & { object: ObjectRef } {
  if (!object.pod) {
    const name = object.name || object.node
    return { object: { kind: 'ManagedElement', namespace: '', name } }
  }
  const ref = { kind: 'Pod', namespace: object.namespace, name: object.pod }
  const pod = podsOf(inventoryOf(history)).get(`${object.namespace}/${object.pod}`)
  const place = { object: ref, discriminator: object.name }
  if (!pod) return place
  return {
    ...place,
    parent: ownerRefOf(pod),
    within: [ownerRefOf(pod), nodeRef(pod.node), clockRef(pod.node)],
  }
}

const nameOf = ({ name, pod, node }: RadioObject): string => [name, pod].filter(Boolean).join(' of ') || node

const shown = (
  history: Parameters<Signature['check']>[0],
  ref: ObjectRef,
  { counters }: RadioObject,
  names: readonly PmCounter[],
) =>
  evidenceOf(
    names.flatMap((name): Series[] => counters.get(name) ?? []),
    (series) => metricEvidence(history, ref, series),
  )
