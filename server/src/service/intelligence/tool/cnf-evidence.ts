import type { CnfKpi, DpdkPort, DpdkStats, PtpStatus, SriovStatus } from '@aiops/contract/model/cnf'
import { ageSeconds } from './inside.ts'
import type { EvidenceDraft } from './tool.ts'

export const cnfLink = (search: Readonly<Record<string, string>>): string =>
  `/cnf?${new URLSearchParams(search)}`

export const ptpEvidence = (one: PtpStatus, nowMs: number): EvidenceDraft => ({
  ...{ type: 'CNF', query: 'PTP clocks', source: one.cluster_name, time: one.last_updated },
  entity: `node/${one.node_name}`,
  sentence: `Clock ${one.interface} (${one.process}) of ${one.node_name} is ${one.state}, ${one.offset_ns === null ? 'offset not told' : `offset ${one.offset_ns} ns`}.`,
  fields: {
    ...{ cluster: one.cluster_name, node: one.node_name, interface: one.interface, process: one.process },
    ...{ state: one.state, offset_ns: one.offset_ns, max_offset_ns: one.max_offset_ns },
    ...{ delay_ns: one.delay_ns, frequency_adjustment_ns: one.frequency_adjustment_ns },
    ...{ clock_class: one.clock_class, role: one.role, since: one.since },
    state_age_seconds: ageSeconds(one.since, nowMs),
  },
  trust: 'PLATFORM',
  link: cnfLink({ tab: 'ptp', text: one.node_name }),
})

export const sriovEvidence = (one: Omit<SriovStatus, 'vfs'>): EvidenceDraft => ({
  ...{ type: 'CNF', query: 'SR-IOV interfaces', source: one.cluster_name, time: one.last_updated },
  entity: `node/${one.node_name}`,
  sentence: `Interface ${one.interface} of ${one.node_name} has ${one.total_vfs} virtual functions, ${one.allocated_vfs ?? 'an unknown number'} given to pods.`,
  fields: {
    ...{ cluster: one.cluster_name, node: one.node_name, interface: one.interface },
    ...{ total_vfs: one.total_vfs, allocated_vfs: one.allocated_vfs, numa_node: one.numa_node },
    ...{ rx_dropped: one.rx_dropped, tx_dropped: one.tx_dropped, tx_errors: one.tx_errors },
  },
  trust: 'PLATFORM',
  link: cnfLink({ tab: 'sriov', text: one.node_name }),
})

export const dpdkEvidence = (port: DpdkPort, of: DpdkStats): EvidenceDraft => ({
  ...{ type: 'CNF', query: `DPDK counters of ${of.pod_name}`, source: of.cluster_id, time: of.last_updated },
  entity: `pod/${of.namespace}/${of.pod_name}`,
  sentence: `Port ${port.port} of ${of.pod_name}: ${port.rx_missed ?? 'an unknown number of'} packets missed.`,
  fields: { pod: of.pod_name, namespace: of.namespace, ...port, busy_ratio: of.busy_ratio },
  trust: 'PLATFORM',
  link: cnfLink({ tab: 'dpdk', pod: `${of.cluster_id}/${of.pod_name}` }),
})

export const kpiEvidence = (one: CnfKpi): EvidenceDraft => ({
  ...{ type: 'CNF', query: 'indicators of 5G cores', source: one.cluster_name, time: one.at },
  entity: `function/${one.instance}`,
  sentence: `${one.name} of ${one.function} ${one.instance}: ${one.value ?? 'no value'}${one.target === null ? '' : `, target ${one.target}`}.`,
  fields: {
    ...{ cluster: one.cluster_name, name: one.name, function: one.function, instance: one.instance },
    ...{ value: one.value, unit: one.unit, target: one.target, attempts: one.attempts },
    window_seconds: one.window_seconds,
  },
  trust: 'PLATFORM',
  link: cnfLink({ tab: 'kpis' }),
})
