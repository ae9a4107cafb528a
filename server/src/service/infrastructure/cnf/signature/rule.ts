import type { FindingEvidence, FindingRule, ObjectRef } from '@aiops/contract/model/finding'
import { lengthOf } from '../../length.ts'
import type { ReadingHistory, Sighting, Signature } from '../../signature/signature.ts'
import { figure, type Series, selectorOf } from '../series.ts'

/** What every signature of network functions has in common. */
export const rule = (
  parts: Omit<FindingRule, 'area' | 'alert_name'> & { alert_name?: string } & Pick<
      Signature,
      'check' | 'openAfterMs' | 'consequenceOf'
    >,
): Signature => ({
  ...{ area: 'CNF', alert_name: null },
  ...parts,
  *check(history) {
    for (const sighting of parts.check(history))
      yield sighting.title.length <= titleMax
        ? sighting
        : { ...sighting, title: `${sighting.title.slice(0, titleMax - 1)}…` }
  },
})

/** Names are a cluster's own and may be of any length. */
const titleMax = 500

/** Documents of the field, by what they are about. */
export const documents = {
  g8275: 'https://www.itu.int/rec/T-REC-G.8275.1/en',
  g8271: 'https://www.itu.int/rec/T-REC-G.8271.1/en',
  ptp4l: 'https://linuxptp.nwtime.org/documentation/ptp4l/',
  phc2sys: 'https://linuxptp.nwtime.org/documentation/phc2sys/',
  ptpOperator: 'https://docs.openshift.com/container-platform/latest/networking/ptp/about-ptp.html',
  sriovExporter: 'https://github.com/k8snetworkplumbingwg/sriov-network-metrics-exporter',
  sriovPlugin: 'https://github.com/k8snetworkplumbingwg/sriov-network-device-plugin',
  topology: 'https://kubernetes.io/docs/tasks/administer-cluster/topology-manager/',
  cpuManager: 'https://kubernetes.io/docs/tasks/administer-cluster/cpu-management-policies/',
  hugepages: 'https://kubernetes.io/docs/tasks/manage-hugepages/scheduling-hugepages/',
  dpdkPolling: 'https://doc.dpdk.org/guides/prog_guide/ethdev/ethdev.html',
  dpdkTelemetry: 'https://doc.dpdk.org/guides/howto/telemetry.html',
  ovsPmd: 'https://docs.openvswitch.org/en/latest/topics/dpdk/pmd/',
  counters: 'https://www.3gpp.org/dynareport/28552.htm',
  kpis: 'https://www.3gpp.org/dynareport/28554.htm',
  pfcp: 'https://www.3gpp.org/dynareport/29244.htm',
  ngap: 'https://www.3gpp.org/dynareport/38413.htm',
  fronthaul: 'https://specifications.o-ran.org/specifications',
  ranReference:
    'https://docs.openshift.com/container-platform/latest/scalability_and_performance/telco-ran-du-rds.html',
  workload: 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-pods/',
} as const

export const clockRef = (node: string): ObjectRef => ({ kind: 'PTPClock', namespace: '', name: node })
export const nodeRef = (node: string): ObjectRef => ({ kind: 'Node', namespace: '', name: node })
/** The clock that the nodes of a cluster follow. */
export const grandmasterRef: ObjectRef = { kind: 'PTPGrandmaster', namespace: '', name: 'grandmaster' }

const evidenceMax = 10

export const metricEvidence = (
  history: ReadingHistory,
  object: ObjectRef,
  series: Series,
  text = `is ${figure(series.value)}`,
): FindingEvidence => ({
  ...{ kind: 'METRIC', object, source: selectorOf(series.labels), text },
  at: new Date(history.now.timeMs).toISOString(),
})

/** Evidence of the first few of many, and how many more there are. */
export function evidenceOf<T>(items: readonly T[], of: (item: T) => FindingEvidence): FindingEvidence[] {
  const shown = items.slice(0, evidenceMax).map(of)
  const last = shown.at(-1)
  const more = items.length - shown.length
  if (last && more > 0) shown[shown.length - 1] = { ...last, text: `${last.text}; and ${more} more` }
  return shown
}

/** Since when, by the longest of what holds. */
export const sinceOf = (history: ReadingHistory, heldMs: number): number | undefined =>
  heldMs > 0 ? history.now.timeMs - heldMs : undefined

export const forLong = (heldMs: number): string => (heldMs > 0 ? ` for ${lengthOf(heldMs)}` : '')

/** Words that may stand in a shell without being taken for something else; what else a cluster calls itself is left out. */
export const shellWord = (text: string): string => (/^[\w.:/@%+=-]{1,253}$/.test(text) ? text : '…')

export const advice = (text: string, command: string | null = null): Sighting['remediation'][number] => ({
  text,
  command,
})
