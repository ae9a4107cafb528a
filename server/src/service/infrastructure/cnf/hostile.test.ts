import { CnfKpi, CnfWorkload, DpdkStats, PtpStatus, SriovStatus } from '@aiops/contract/model/cnf'
import { Finding } from '@aiops/contract/model/finding'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Sample } from '../index.ts'
import { History } from '../signature/history.ts'
import { Judge } from '../signature/judge.ts'
import { cnfSignatures, cnfViews, pmSamples } from './index.ts'
import { inventoryOf, node, pod } from './inventory.suite.ts'

const metrics = [
  ...[
    'offset_ns',
    'clock_state',
    'clock_class',
    'interface_role',
    'process_status',
    'process_restart_count',
  ].map((name) => `openshift_ptp_${name}`),
  ...['rx_packets', 'rx_dropped', 'tx_errors'].map((name) => `sriov_vf_${name}`),
  ...[
    'sriov_kubepoddevice',
    'sriov_kubepodcpu',
    'dpdk_rx_missed',
    'dpdk_busy_ratio',
    'dpdk_cpu_busy_cycles',
    'dpdk_cpu_total_cycles',
  ],
  ...[
    'fivegs_amffunction_rm_reginitreq',
    'fivegs_amffunction_rm_reginitsucc',
    'gnb',
    'pfcp_peers_active',
    'ran_ue',
  ],
  ...[
    'fivegs_ep_n3_gtp_indatapktn3upf',
    'fivegs_ep_n3_gtp_outdatapktn3upf',
    'oran_rx_late',
    'oran_rx_on_time',
    'pm_rru_prbtotdl',
  ],
  ...[
    'kubelet_cpu_manager_pinning_errors_total',
    'container_cpu_cfs_throttled_periods_total',
    'kube_deployment_spec_replicas',
    'node_memory_HugePages_Free',
  ],
]
const names = [
  'node',
  'process',
  'iface',
  'pf',
  'vf',
  'numa_node',
  'pciAddr',
  'pod',
  'namespace',
  'uid',
  'port',
  'cpu',
  'instance',
  'container',
  'deployment',
  'config',
  'granularity_period_seconds',
]
const value = fc.constantFrom(
  '',
  'a',
  'du-0',
  '__proto__',
  'ptp4l',
  'CLOCK_REALTIME',
  '$(reboot)',
  'x'.repeat(3_000),
  '\u0000',
  '"}',
  '0',
)
const number = fc.oneof(
  fc.constantFrom(
    0,
    1,
    2,
    3,
    6.5,
    248,
    999_999,
    -1,
    1e308,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
  ),
  fc.double(),
)
const sample: fc.Arbitrary<Sample> = fc
  .tuple(
    fc.constantFrom(...metrics),
    fc.dictionary(fc.constantFrom(...names), value, { noNullPrototype: true }),
    number,
  )
  .map(([name, labels, of]) => ({ labels: { ...labels, __name__: name }, value: of }))

const pods = [
  pod('du-0', {
    namespace: 'a',
    uid: 'a',
    qosClass: 'Guaranteed',
    requests: { cpu: 2, 'openshift.io/x': 1.5, 'hugepages-1Gi': Number.POSITIVE_INFINITY },
  }),
  pod('a', {
    namespace: 'du-0',
    node: '',
    phase: 'Pending',
    ready: false,
    requests: { 'openshift.io/x': 1e9 },
    labels: { app: 'gnb-du' },
  }),
]

test('a cluster that lies breaks no signature, no view, and no answer’s shape', async () => {
  const readings = fc.array(fc.array(sample, { maxLength: 30 }), { minLength: 3, maxLength: 8 })
  const run = fc.asyncProperty(readings, async (list) => {
    const history = new History({ readingsMax: 20, bytesMax: 1 << 24 }, () =>
      inventoryOf(pods, [node('n', { 'openshift.io/x': 1 })]),
    )
    const judge = new Judge({ tenant: 'default', id: 'c', name: 'c' }, cnfSignatures())
    for (const [index, samples] of list.entries()) {
      history.append({ timeMs: 1e12 + index * 60_000, samples })
      await judge.judge(history)
    }
    expect([...judge.defects]).toEqual([])
    for (const { remediation } of judge.open())
      for (const { command } of remediation) expect(command ?? '').not.toContain('reboot')
    const state = { id: 'c', name: 'c', history, stale: false }
    const schema = z.object({
      ...{ findings: z.array(Finding), workloads: z.array(CnfWorkload), ptp: z.array(PtpStatus) },
      ...{ sriov: z.array(SriovStatus), kpis: z.array(CnfKpi), dpdk: DpdkStats.optional() },
    })
    const shown = schema.safeParse({
      ...{ findings: judge.open(), workloads: cnfViews.workloads(state, []), ptp: cnfViews.ptp(state) },
      ...{ sriov: cnfViews.sriov(state), kpis: cnfViews.kpis(state), dpdk: cnfViews.dpdk(state, 'du-0') },
    })
    expect(shown.error?.issues ?? []).toEqual([])
  })
  await fc.assert(run, { numRuns: 150 })
})

test('a report with any names gives samples with ours alone', () => {
  const values = fc
    .array(fc.tuple(fc.string(), fc.double()), { maxLength: 10 })
    .map((entries) => new Map(entries))
  fc.assert(
    fc.property(fc.array(values, { maxLength: 5 }), (list) => {
      const measurements = list.map((of) => ({
        managedElement: 'e',
        object: 'o',
        granularitySeconds: 900,
        endMs: 0,
        suspect: false,
        values: of,
      }))
      for (const { labels } of pmSamples({ sender: '', vendor: '', beginMs: null, measurements }))
        expect(labels.__name__).toMatch(/^pm_[a-z_]+$/)
    }),
  )
})
