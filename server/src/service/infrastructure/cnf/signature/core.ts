import type { ObjectRef } from '@aiops/contract/model/finding'
import { lengthOf } from '../../length.ts'
import type { ReadingHistory, Sighting, Signature } from '../../signature/signature.ts'
import { ownerRefOf } from '../cnf-workloads.ts'
import type { CnfConfig } from '../config.ts'
import {
  type CoreInstance,
  coreInstances,
  mostLikely,
  type RatioKpi,
  ratioKpis,
  ratioOf,
} from '../core-network.ts'
import { figure, inventoryOf, percent, podsOf } from '../series.ts'
import { functionRefs } from './function-refs.ts'
import { advice, documents, evidenceOf, metricEvidence, rule, shellWord } from './rule.ts'

/** Procedures of a 5G core that fail too often. */
export const coreRatioSignatures = (config: CnfConfig): Signature[] =>
  procedures.map((procedure) => failing(config, procedure))

type Procedure = {
  id: string
  kpis: readonly string[]
  what: string
  severity: Signature['severity']
  specificity: number
  documentation: string
  hint: string
  /** What names its reason may need a moment longer. */
  openAfterMs?: number
  /** Functions whose loss would explain it. */
  needs: readonly ('UPF' | 'SMF' | 'AMF' | 'VDU' | 'VCU')[]
}

const procedures: readonly Procedure[] = [
  {
    ...{ id: 'core-registration-failing', kpis: ['registration_success'], what: 'initial registrations' },
    ...{ severity: 'HIGH', specificity: 0.5, documentation: documents.kpis, needs: [] },
    openAfterMs: 90_000,
    hint: 'See which 5GMM causes the AMF gives: 3, 6 and 11 are of subscriptions, 22 of congestion, 111 of the protocol; then AUSF, UDM and NRF.',
  },
  {
    ...{ id: 'core-pdu-session-failing', kpis: ['pdu_session_success'], what: 'PDU session establishments' },
    ...{ severity: 'HIGH', specificity: 0.5, documentation: documents.kpis, needs: ['UPF'] },
    openAfterMs: 90_000,
    hint: 'See which 5GSM causes the SMF gives: 26 and 67 of resources, 27 and 70 of names that nobody knows; then the UPF and its address pools.',
  },
  {
    ...{ id: 'core-auth-rejects', kpis: ['auth_success'], what: 'authentications' },
    ...{ severity: 'HIGH', specificity: 0.7, documentation: documents.counters, needs: [] },
    hint: 'Keys or sequence numbers of subscribers do not agree with those of the UDM, or somebody tries identities: see whose they are.',
  },
  {
    ...{ id: 'core-paging-failing', kpis: ['paging_success'], what: 'pagings' },
    ...{ severity: 'MEDIUM', specificity: 0.45, documentation: documents.kpis, needs: ['VCU', 'VDU'] },
    hint: 'Devices do not answer: see which tracking areas, and whether their gNBs are there.',
  },
  {
    ...{ id: 'core-n4-failing', kpis: ['n4_success', 'n4_report_success'], what: 'N4 sessions' },
    ...{ severity: 'HIGH', specificity: 0.7, documentation: documents.pfcp, needs: ['UPF', 'SMF'] },
    openAfterMs: 60_000,
    hint: 'See which PFCP causes come back and whether SMF and UPF agree on features and address pools.',
  },
  {
    ...{ id: 'core-policy-failing', kpis: ['policy_success'], what: 'policy associations' },
    ...{ severity: 'MEDIUM', specificity: 0.55, documentation: documents.counters, needs: [] },
    hint: 'See whether the PCF finds the subscriber’s policy data in the UDR.',
  },
]

function failing(config: CnfConfig, procedure: Procedure): Signature {
  const kpis = ratioKpis.filter(({ name }) => procedure.kpis.includes(name))
  const targets = kpis.map((kpi) => percent(kpi.target(config))).join(' or ')
  return rule({
    id: procedure.id,
    analyzer: 'core-network',
    kind: 'Pod',
    severity: procedure.severity,
    ...(procedure.openAfterMs === undefined ? {} : { openAfterMs: procedure.openAfterMs }),
    condition: `Fewer than ${targets} of ${procedure.what} succeed within ${config.core_window_seconds} s, by more than chance (99 %).`,
    not_when: `There were fewer than ${config.core_attempts_min} attempts or ${config.core_failures_min} failures, or the failures are of before: increases are compared, not totals.`,
    documentation_url: procedure.documentation,
    *check(history) {
      for (const instance of coreInstances(history)) {
        const worst = worstOf(history, instance, kpis, config)
        if (!worst) continue
        const placed = place(history, instance, procedure.needs)
        yield {
          ...placed,
          title: `${percent(1 - worst.success)} of ${figure(worst.attempts)} ${procedure.what} at ${instance.name} ${procedure.id === 'core-auth-rejects' ? 'were rejected' : 'failed'} within ${lengthOf(config.core_window_seconds * 1_000)}`,
          severity: worst.success < 0.5 ? 'CRITICAL' : procedure.severity,
          sinceMs: undefined,
          specificity: procedure.specificity,
          evidence: evidenceOf(worst.series, (series) => {
            const rise = history.increase(series, config.core_window_seconds * 1_000)
            return metricEvidence(
              history,
              placed.object,
              series,
              rise === undefined ? `is ${figure(series.value)}` : `rose by ${figure(rise)}`,
            )
          }),
          remediation: [advice(procedure.hint), logs(placed.object)],
        }
      }
    },
  })
}

/** Of what misses its target, the procedure that succeeds least. */
function worstOf(
  history: ReadingHistory,
  instance: CoreInstance,
  kpis: readonly RatioKpi[],
  config: CnfConfig,
) {
  const missed = kpis.flatMap((kpi) => {
    const ratio = ratioOf(history, instance, kpi, config)
    if (ratio?.success === undefined) return []
    const { success, attempts, series } = ratio
    const failures = (1 - success) * attempts
    const isChance = mostLikely(success, attempts) >= kpi.target(config)
    return isChance || failures < config.core_failures_min ? [] : [{ success, attempts, series }]
  })
  return missed.sort((a, b) => a.success - b.success)[0]
}

/** The thing that a function’s finding is of, and what could explain it. */
export function place(
  history: ReadingHistory,
  { isPod, namespace, name }: CoreInstance,
  needs: readonly ('UPF' | 'SMF' | 'AMF' | 'VDU' | 'VCU')[],
): Pick<Sighting, 'object' | 'parent' | 'within'> & { object: ObjectRef } {
  const object: ObjectRef = isPod
    ? { kind: 'Pod', namespace, name }
    : { kind: 'NetworkFunction', namespace, name }
  const pod = isPod ? podsOf(inventoryOf(history)).get(`${namespace}/${name}`) : undefined
  const parent = pod && ownerRefOf(pod)
  const within = [...(parent ? [parent] : []), ...functionRefs(history, needs)]
  return parent ? { object, parent, within } : { object, within }
}

export const logs = ({ kind, namespace, name }: ObjectRef) =>
  kind === 'Pod'
    ? advice('Read what it says.', `kubectl -n ${shellWord(namespace)} logs ${shellWord(name)} --tail=200`)
    : advice('Read what it says.')
