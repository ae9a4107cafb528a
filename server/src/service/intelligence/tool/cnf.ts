import { CnfType } from '@aiops/contract/model/cluster'
import { CnfKpi, CnfWorkload, DpdkPort, DpdkStats, PtpStatus, SriovStatus } from '@aiops/contract/model/cnf'
import { z } from 'zod'
import { Fault } from '../../../kernel/fault.ts'
import { resolveClusters } from './clusters-named.ts'
import { cnfLink, dpdkEvidence, kpiEvidence, ptpEvidence, sriovEvidence } from './cnf-evidence.ts'
import { isNamed } from './gpu.ts'
import { ClusterIds, clustersText, insideLink, objectParameter, wantedIds } from './inside.ts'
import { type EvidenceDraft, evidenceMax, tool } from './tool.ts'

const NodeName = z.string().max(253).default('').describe('Exact name of one node.')
const read = { permission: 'clusters:read', effect: 'READ' } as const

const getCnfWorkloads = tool({
  name: 'get_cnf_workloads',
  title: 'Look at network functions',
  description:
    'Network functions of vRAN and 5G core (vDU, vCU, UPF, AMF, SMF): their type, state, ready replicas, nodes, and whether CPUs are pinned, huge pages and virtual functions are given. ' +
    'Use it for which network functions run and how they are.',
  ...read,
  input: z.object({ cluster_ids: ClusterIds, cnf_type: CnfType.optional() }),
  output: z.object({ workloads: z.array(CnfWorkload), total: z.number().int() }),
  async run(client, input, scope) {
    const cluster_ids = await wantedIds(client, scope, input.cluster_ids)
    const query = { cluster_ids, cnf_type: input.cnf_type ?? [] }
    const { workloads, total } = await client.listCnfWorkloads({ query })
    const sorted = workloads.toSorted((a, b) => statusRank[a.status] - statusRank[b.status])
    return { workloads: sorted.slice(0, evidenceMax), total }
  },
  evidence: ({ workloads }) => workloads.map(workloadEvidence),
  sentence: ({ total }, { cluster_ids, cnf_type }) =>
    `Looked at network functions${cnf_type ? ` of type ${cnf_type}` : ''} of ${clustersText(cluster_ids)}: ${total}.`,
})

const getPtpStatus = tool({
  name: 'get_ptp_status',
  title: 'Look at precision time',
  description:
    'Clocks of precision time (PTP, IEEE 1588) by node and interface: state (LOCKED, HOLDOVER, FREERUN), offset in nanoseconds, path delay, clock class, since when. ' +
    'Use it for whether clocks are in sync. Whether an offset is too large is said by list_findings of area CNF.',
  ...read,
  input: z.object({ cluster_ids: ClusterIds, node: NodeName }),
  output: z.object({ statuses: z.array(PtpStatus), total: z.number().int() }),
  async run(client, input, scope) {
    const cluster_ids = await wantedIds(client, scope, input.cluster_ids)
    const answer = await client.listPtpStatus({ query: { cluster_ids } })
    const statuses = answer.statuses
      .filter(({ node_name }) => isNamed(node_name, input.node))
      .sort((a, b) => clockRank[a.state] - clockRank[b.state] || sizeOf(b) - sizeOf(a))
    return { statuses: statuses.slice(0, evidenceMax), total: statuses.length }
  },
  evidence: ({ statuses }, _input, { nowMs }) => statuses.map((one) => ptpEvidence(one, nowMs)),
  sentence: ({ total }, { cluster_ids, node }) =>
    `Looked at PTP clocks of ${node || clustersText(cluster_ids)}: ${total}.`,
})

const getSriovStatus = tool({
  name: 'get_sriov_status',
  title: 'Look at shared network cards',
  description:
    'Network cards that are divided into virtual functions (SR-IOV): how many there are and are given to pods, packets dropped and errors, by node and interface.',
  ...read,
  input: z.object({ cluster_ids: ClusterIds, node: NodeName }),
  output: z.object({ interfaces: z.array(SriovStatus.omit({ vfs: true })), total: z.number().int() }),
  async run(client, input, scope) {
    const cluster_ids = await wantedIds(client, scope, input.cluster_ids)
    const answer = await client.listSriovStatus({ query: { cluster_ids } })
    const interfaces = answer.interfaces.filter(({ node_name }) => isNamed(node_name, input.node))
    return {
      interfaces: interfaces.slice(0, evidenceMax).map(({ vfs: _, ...one }) => one),
      total: interfaces.length,
    }
  },
  evidence: ({ interfaces }) => interfaces.map(sriovEvidence),
  sentence: ({ total }, { cluster_ids, node }) =>
    `Looked at SR-IOV interfaces of ${node || clustersText(cluster_ids)}: ${total}.`,
})

const getDpdkStats = tool({
  name: 'get_dpdk_stats',
  title: 'Read packet counters of a DPDK pod',
  description:
    'Packet counters of one pod that uses DPDK, by port: received, sent, errors, packets missed because the card’s queue was full, and the share of cycles spent on packets. Name cluster and pod.',
  ...read,
  input: z.object({
    cluster_id: z.string().max(128).default('').describe('Id or name; empty: that of the conversation.'),
    pod_name: z.string().min(1).max(253),
  }),
  output: DpdkStats.extend({ ports: z.array(DpdkPort) }),
  async run(client, { cluster_id, pod_name }, scope) {
    const named = cluster_id === '' ? scope.clusterIds.slice(0, 1) : [cluster_id]
    const [id] = await resolveClusters(client, named)
    if (id === undefined) throw new Fault('CLUSTER_NOT_FOUND', `Name the cluster that ${pod_name} is in.`)
    const answer = await client.getDpdkStats({ query: { cluster_id: id, pod_name } })
    return { ...answer, ports: answer.ports.slice(0, evidenceMax) }
  },
  evidence: (output) => output.ports.map((port) => dpdkEvidence(port, output)),
  sentence: ({ pod_name, ports }) => `Read DPDK counters of ${pod_name}: ${ports.length} ports.`,
})

const getCnfKpis = tool({
  name: 'get_cnf_kpis',
  title: 'Look at indicators of the 5G core',
  description:
    'Key performance indicators of 5G cores (3GPP TS 28.554): success of registrations, PDU sessions and paging, PFCP peers, registered devices, each with target and attempts. ' +
    'An indicator with too few attempts has no value.',
  ...read,
  input: z.object({ cluster_ids: ClusterIds }),
  output: z.object({ kpis: z.array(CnfKpi), total: z.number().int() }),
  async run(client, input, scope) {
    const cluster_ids = await wantedIds(client, scope, input.cluster_ids)
    const { kpis, total } = await client.listCnfKpis({ query: { cluster_ids } })
    return { kpis: kpis.slice(0, evidenceMax), total }
  },
  evidence: ({ kpis }) => kpis.map(kpiEvidence),
  sentence: ({ total }, { cluster_ids }) =>
    `Looked at indicators of 5G cores of ${clustersText(cluster_ids)}: ${total}.`,
})

/** Network functions and what they stand on. */
export const cnfTools = {
  get_cnf_workloads: getCnfWorkloads,
  get_ptp_status: getPtpStatus,
  get_sriov_status: getSriovStatus,
  get_dpdk_stats: getDpdkStats,
  get_cnf_kpis: getCnfKpis,
} as const

const statusRank: Record<CnfWorkload['status'], number> = { FAILED: 0, DEGRADED: 1, UNKNOWN: 2, HEALTHY: 3 }
const clockRank: Record<PtpStatus['state'], number> = { FREERUN: 0, HOLDOVER: 1, UNKNOWN: 2, LOCKED: 3 }
const sizeOf = ({ offset_ns }: PtpStatus): number => Math.abs(offset_ns ?? 0)

const workloadEvidence = (one: CnfWorkload): EvidenceDraft => ({
  ...{ type: 'CNF', query: 'network functions', source: one.cluster_name, time: null },
  entity: `${one.kind.toLowerCase()}/${one.namespace}/${one.name}`,
  sentence: `${one.cnf_type} ${one.name} in ${one.namespace} is ${one.status}: ${one.ready} of ${one.desired} ready.`,
  fields: {
    ...{ cluster: one.cluster_name, namespace: one.namespace, name: one.name, kind: one.kind },
    ...{ cnf_type: one.cnf_type, status: one.status, desired: one.desired, ready: one.ready },
    nodes: one.nodes.slice(0, 20).join(', '),
    ...{ cpu_pinned: one.cpu_pinned, hugepages_bytes: one.hugepages_bytes, sriov_vfs: one.sriov_vfs },
    recognised_by: one.recognised_by,
  },
  trust: 'PLATFORM',
  link:
    one.kind === 'Pod'
      ? cnfLink({ text: one.name })
      : insideLink(one.cluster_id, 'workloads', {
          object: objectParameter(one.kind, one.namespace, one.name),
        }),
})
