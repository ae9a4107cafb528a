/** 60 sites with a DU each, two 5G cores and a central unit pool; some clocks astray. */
import type { CnfKpi, CnfWorkload, DpdkStats, PtpStatus, SriovStatus } from '@aiops/contract/model/cnf'
import type { Finding } from '@aiops/contract/model/finding'
import { chance, infrastructureFinding, isoAgo } from './infrastructure-finding.ts'
import { type Input, Refusal } from './refusal.ts'

const siteCount = 60
const pad = (n: number): string => String(n).padStart(3, '0')
type Cluster = { cluster_id: string; cluster_name: string }
const sites: Cluster[] = Array.from({ length: siteCount }, (_, i) => ({
  ...{ cluster_id: `ran-site-${pad(i + 1)}`, cluster_name: `ran-site-${pad(i + 1)}` },
}))
const cores: Cluster[] = ['core-north', 'core-south'].map((name) => ({
  cluster_id: name,
  cluster_name: name,
}))
const grandmasterLost = 11

function workloadsOf(): CnfWorkload[] {
  const du = sites.map((site, i): CnfWorkload => {
    const status = i === 4 ? 'FAILED' : i === 17 ? 'DEGRADED' : i === 40 ? 'UNKNOWN' : 'HEALTHY'
    return {
      ...site,
      ...{ namespace: 'du', name: 'odu-high', kind: 'StatefulSet', cnf_type: 'VDU', status },
      recognised_by: i % 2 === 0 ? 'label app.kubernetes.io/component=du' : 'image quay.example/ran/odu-high',
      ...{ desired: 2, ready: status === 'FAILED' ? 0 : status === 'DEGRADED' ? 1 : 2 },
      ...{ nodes: [`du-${pad(i + 1)}`], cpu_pinned: i !== 23 },
      ...{ hugepages_bytes: 16 * 2 ** 30, sriov_vfs: 8 },
    }
  })
  const cu = sites.slice(0, 6).map(
    (site, i): CnfWorkload => ({
      ...site,
      ...{ namespace: 'cu', name: 'ocu-up', kind: 'Deployment', cnf_type: 'VCU', status: 'HEALTHY' },
      ...{
        recognised_by: 'namespace cu',
        desired: 3,
        ready: 3,
        nodes: [`du-${pad(i + 1)}`],
        cpu_pinned: null,
      },
      ...{ hugepages_bytes: null, sriov_vfs: null },
    }),
  )
  const core = cores.flatMap((cluster, c) =>
    (['AMF', 'SMF', 'UPF', 'OTHER'] as const).map(
      (type, i): CnfWorkload => ({
        ...cluster,
        ...{ namespace: 'open5gs', name: type === 'OTHER' ? 'nrf' : type.toLowerCase(), kind: 'Deployment' },
        ...{ cnf_type: type, status: c === 1 && type === 'SMF' ? 'DEGRADED' : 'HEALTHY', desired: 2 },
        ...{
          recognised_by:
            type === 'UPF' ? 'metric fivegs_upffunction_upf_sessionnbr' : 'image docker.example/open5gs',
          ready: c === 1 && type === 'SMF' ? 1 : 2,
        },
        nodes: [`${cluster.cluster_id}-worker-${i}`, `${cluster.cluster_id}-worker-${i + 1}`],
        ...{
          cpu_pinned: type === 'UPF',
          hugepages_bytes: type === 'UPF' ? 8 * 2 ** 30 : null,
          sriov_vfs: type === 'UPF' ? 4 : 0,
        },
      }),
    ),
  )
  return [...du, ...cu, ...core]
}

function clocksOf(site: Cluster, i: number): PtpStatus[] {
  const node_name = `du-${pad(i + 1)}`
  const random = chance(i)
  const lost = i === grandmasterLost
  const free = i === 30
  const off = i === 8 ? -640 : i === 44 ? 2_150 : Math.round(40 * (random() - 0.5))
  const clock = (part: Partial<PtpStatus>): PtpStatus => ({
    ...site,
    ...{ node_name, interface: 'ens2fx', process: 'ptp4l', state: lost ? 'HOLDOVER' : 'LOCKED' },
    ...{
      offset_ns: lost ? null : off,
      max_offset_ns: lost ? null : off * 1.6,
      delay_ns: 480,
      frequency_adjustment_ns: -8_120,
    },
    ...{ clock_class: lost ? 135 : 6, role: lost ? 'LISTENING' : 'SLAVE' },
    ...{
      since: i === 52 ? null : isoAgo(lost ? 260_000 : 90_000_000),
      last_updated: isoAgo(i === 52 ? 600_000 : 1_500),
    },
    ...part,
  })
  const system = free ? 'FREERUN' : 'LOCKED'
  return [
    clock({}),
    clock({
      process: 'phc2sys',
      interface: 'CLOCK_REALTIME',
      state: system,
      clock_class: null,
      role: null,
      offset_ns: free ? null : off / 3,
      max_offset_ns: null,
      delay_ns: 511,
      ...(free ? { since: isoAgo(780_000) } : {}),
    }),
    ...(i % 3 === 0
      ? [
          clock({
            process: 'ts2phc',
            interface: 'ens3fx',
            offset_ns: Math.round(6 * random()),
            clock_class: null,
            role: null,
            state: 'LOCKED',
          }),
        ]
      : []),
  ]
}

const cardOf = (site: Cluster, i: number, pf: string, k: number): SriovStatus => ({
  ...site,
  ...{ node_name: `du-${pad(i + 1)}`, interface: pf, numa_node: k, total_vfs: 16 },
  allocated_vfs: i % 9 === 4 ? null : i === 20 ? 16 : 8,
  ...{
    rx_dropped: i === 14 && k === 0 ? 48_211 : 0,
    tx_dropped: i % 9 === 4 ? null : 0,
    tx_errors: i === 33 && k === 1 ? 12 : 0,
  },
  vfs: Array.from({ length: 16 }, (_, v) => ({
    ...{
      vf: String(v),
      pci_address: `0000:${k === 0 ? '51' : 'ca'}:${(1 + Math.floor(v / 8)).toString(16).padStart(2, '0')}.${v % 8}`,
    },
    namespace: v < 8 && i % 9 !== 4 ? 'du' : null,
    pod: v < 8 && i % 9 !== 4 ? `odu-high-${k}` : null,
  })),
  last_updated: isoAgo(2_000),
})

function kpisOf(): CnfKpi[] {
  const kpi = (c: number, fn: CnfKpi['function'], name: string, part: Partial<CnfKpi>): CnfKpi => ({
    ...(cores[c] as Cluster),
    ...{
      name,
      function: fn,
      instance: `open5gs/${fn.toLowerCase()}-0`,
      unit: 'RATIO',
      value: null,
      attempts: null,
    },
    ...{ target: null, window_seconds: 300, at: isoAgo(3_000), ...part },
  })
  return cores.flatMap((_, c) => [
    kpi(c, 'AMF', 'registration_success', { value: c === 1 ? 0.942 : 0.9981, attempts: 1_523, target: 0.99 }),
    kpi(c, 'AMF', 'paging_success', {
      value: c === 0 ? 0.984 : null,
      attempts: c === 0 ? 412 : 7,
      target: 0.98,
    }),
    kpi(c, 'AMF', 'auth_success', { value: 0.991, attempts: 1_498, target: 0.95 }),
    kpi(c, 'AMF', 'registered_ues', { unit: 'COUNT', value: 8_412, window_seconds: 0 }),
    kpi(c, 'AMF', 'gnbs', { unit: 'COUNT', value: c === 1 ? 28 : 30, target: 30, window_seconds: 1_800 }),
    kpi(c, 'SMF', 'pdu_session_success', { value: c === 1 ? 0.871 : 0.9994, attempts: 2_204, target: 0.99 }),
    kpi(c, 'SMF', 'n4_success', { value: 1, attempts: 2_180, target: 0.99 }),
    kpi(c, 'SMF', 'pfcp_peers', { unit: 'COUNT', value: c === 1 ? 1 : 2, target: 2, window_seconds: 1_800 }),
    kpi(c, 'UPF', 'upf_sessions', { unit: 'COUNT', value: 7_901, window_seconds: 0 }),
    kpi(c, 'UPF', 'n3_packets_in', { unit: 'PER_SECOND', value: 412_300 }),
    kpi(c, 'UPF', 'n3_packets_out', { unit: 'PER_SECOND', value: 1_208_400 }),
  ])
}

const startMs = Date.now()
function dpdkOf(cluster_id: string, pod_name: string): DpdkStats {
  const seconds = (Date.now() - startMs) / 1_000 + 86_400
  const port = (name: string, rate: number, missed: number): DpdkStats['ports'][number] => ({
    ...{
      port: name,
      rx_packets: Math.round(rate * seconds),
      tx_packets: Math.round(rate * 0.7 * seconds),
      rx_errors: 0,
    },
    ...{ tx_errors: name === '1' ? null : 0, rx_missed: Math.round(missed * seconds), rx_nombuf: 0 },
  })
  return {
    ...{ cluster_id, namespace: 'du', pod_name, busy_ratio: 0.93, last_updated: isoAgo(1_200) },
    ports: [port('0', 410_000, 3.4), port('1', 86_000, 0)],
  }
}

function findingsOf(): Finding[] {
  const at = (i: number): Cluster => sites[i] as Cluster
  const clock = (i: number) => ({ kind: 'PTPClock', namespace: '', name: `du-${pad(i + 1)}` })
  const logs = 'oc logs -n openshift-ptp ds/linuxptp-daemon -c linuxptp-daemon-container --tail=100'
  const ptp = { analyzer: 'ptp', source: 'openshift_ptp_offset_ns{process="ptp4l"}', command: logs }
  return [
    infrastructureFinding(at(grandmasterLost), 'CNF', {
      ...{
        ...ptp,
        rule: 'ptp-grandmaster-lost',
        severity: 'CRITICAL',
        minutes: 4,
        source: 'openshift_ptp_clock_class{process="ptp4l"}',
      },
      title: `The PTP grandmaster of du-${pad(grandmasterLost + 1)} lost its own reference 4 min ago: it works with a degraded clock class`,
      ...{ object: { kind: 'PTPGrandmaster', namespace: '', name: 'grandmaster' }, text: 'class 6 → 135' },
    }),
    infrastructureFinding(at(30), 'CNF', {
      ...{
        ...ptp,
        rule: 'ptp-freerun',
        severity: 'CRITICAL',
        object: clock(30),
        text: 'state 0',
        minutes: 13,
      },
      ...{
        title: 'CLOCK_REALTIME of du-031 runs free for 13 min: nothing steers it',
        source: 'openshift_ptp_clock_state{process="phc2sys"}',
      },
    }),
    infrastructureFinding(at(8), 'CNF', {
      ...{ ...ptp, rule: 'ptp-offset-high', severity: 'MEDIUM', object: clock(8), text: '-640 ns' },
      title: 'ens2fx of du-009: offset of -640 ns is beyond 100 ns for 6 min',
    }),
    infrastructureFinding(at(44), 'CNF', {
      ...{ ...ptp, rule: 'ptp-offset-high', severity: 'CRITICAL', object: clock(44), text: '2150 ns' },
      title: 'ens2fx of du-045: offset of 2150 ns is beyond 100 ns for 3 min',
    }),
    infrastructureFinding(at(14), 'CNF', {
      ...{ rule: 'sriov-drops', analyzer: 'sriov', severity: 'HIGH', text: '0.2 % of received packets' },
      ...{
        title: 'ens1f0 of du-015 drops packets of 3 virtual functions, 0.2 % of VF 2’s',
        source: 'sriov_vf_rx_dropped{pf="ens1f0",vf="2"}',
      },
      ...{
        object: { kind: 'SRIOVInterface', namespace: '', name: 'du-015/ens1f0' },
        command: 'kubectl get sriovnetworknodestates -n openshift-sriov-network-operator',
      },
    }),
    infrastructureFinding(at(4), 'CNF', {
      ...{ rule: 'cnf-down', analyzer: 'cnf-workload', severity: 'CRITICAL', text: '0 of 2 ready' },
      ...{
        title: 'vDU du/odu-high has no ready replica',
        source: 'status.readyReplicas',
        command: 'kubectl describe statefulset odu-high -n du',
      },
      object: { kind: 'StatefulSet', namespace: 'du', name: 'odu-high' },
    }),
    infrastructureFinding(cores[1] as Cluster, 'CNF', {
      ...{
        rule: 'core-pdu-session-failing',
        analyzer: 'core',
        severity: 'HIGH',
        text: '87.1 % of 2,204, target 99 %',
      },
      ...{
        title: 'smf-0: 87.1 % of PDU session establishments succeed',
        source: 'fivegs_smffunction_sm_pdusessioncreationsucc',
      },
      ...{
        object: { kind: 'Pod', namespace: 'open5gs', name: 'smf-0' },
        command: 'kubectl logs smf-0 -n open5gs --tail=100',
      },
    }),
    infrastructureFinding(at(2), 'CNF', {
      ...{ rule: 'dpdk-rx-missed', analyzer: 'dpdk', severity: 'MEDIUM', text: '3.4 packets a second' },
      ...{
        title: 'odu-high-0 missed 1.02 k packets on port 0: its receive queue was full',
        source: 'dpdk_rx_missed{port="0"}',
      },
      ...{
        object: { kind: 'Pod', namespace: 'du', name: 'odu-high-0' },
        command: 'kubectl describe pod odu-high-0 -n du',
      },
    }),
  ]
}

export function createCnfFleet(empty: boolean) {
  const within = <T extends { cluster_id: string }>(list: readonly T[], { query }: Input): T[] => {
    const asked = (query.cluster_ids ?? []).flatMap((one) => one.split(',')).filter(Boolean)
    return empty ? [] : list.filter(({ cluster_id }) => asked.length === 0 || asked.includes(cluster_id))
  }
  const handlers = {
    listCnfWorkloads: (input: Input) => {
      const workloads = within(workloadsOf(), input)
      return { workloads, total: workloads.length }
    },
    listPtpStatus: (input: Input) => {
      const statuses = within(sites.flatMap(clocksOf), input)
      return { statuses, total: statuses.length }
    },
    listSriovStatus: (input: Input) => {
      const cards = sites.flatMap((site, i) => ['ens1f0', 'ens2f0'].map((pf, k) => cardOf(site, i, pf, k)))
      return { interfaces: within(cards, input), total: within(cards, input).length }
    },
    getDpdkStats: ({ query }: Input) => {
      const pod = query.pod_name?.[0] ?? ''
      if (empty || !/^odu-high/.test(pod))
        throw new Refusal(404, 'NOT_FOUND', `No packet counters of a pod ${pod} are known in that cluster.`)
      return dpdkOf(query.cluster_id?.[0] ?? '', pod)
    },
    listCnfKpis: (input: Input) => {
      const kpis = within(kpisOf(), input)
      return { kpis, total: kpis.length }
    },
  }
  return { handlers, findings: empty ? [] : findingsOf() }
}
