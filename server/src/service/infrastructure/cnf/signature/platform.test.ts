import { describe, expect, test } from 'vitest'
import { createPlayer } from '../../signature/exposition-reading.suite.ts'
import { cnfSignatures } from '../index.ts'
import { inventoryOf, node, pod } from '../inventory.suite.ts'

const minute = 60_000
const player = (inventory = inventoryOf([])) => createPlayer(cnfSignatures(), { inventory })

/** Findings after ten minutes of one text and eight of another; both tell the time since the whole began. */
async function found(
  healthy: (ms: number) => string,
  broken: (ms: number, since: number) => string,
  inventory = inventoryOf([]),
) {
  const play = player(inventory)
  expect(await play.play(10 * minute, healthy)).toEqual([])
  await play.play(8 * minute, (ms) => broken(10 * minute + 15_000 + ms, ms))
  return play.open()
}
const rulesOf = (findings: { rule: string }[]) => findings.map(({ rule }) => rule)

describe('virtual functions', () => {
  const vf = (ms: number, of: { dropped?: number; errors?: number; packets?: number; vf?: string } = {}) => {
    const labels = `numa_node="0",pciAddr="0000:02:0a.${of.vf ?? 0}",pf="ens785f2",vf="${of.vf ?? 0}",node="du-1"`
    return `sriov_vf_rx_packets{${labels}} ${of.packets ?? ms * 100}
sriov_vf_tx_packets{${labels}} ${of.packets ?? ms * 100}
sriov_vf_rx_dropped{${labels}} ${of.dropped ?? 7}
sriov_vf_tx_dropped{${labels}} 0
sriov_vf_tx_errors{${labels}} ${of.errors ?? 2}
`
  }

  const healthyVf = (ms: number) => vf(ms)

  test('old drops and errors are nothing to report, new ones are', async () => {
    expect(await found(healthyVf, healthyVf)).toEqual([])
    const drops = await found(healthyVf, (ms, since) => vf(ms, { dropped: 7 + since }))
    expect(drops).toMatchObject([
      { rule: 'sriov-drops', severity: 'HIGH', object: { kind: 'SRIOVInterface', name: 'du-1/ens785f2' } },
    ])
    const errors = await found(healthyVf, (ms, since) => vf(ms, { errors: 2 + since / 15_000 }))
    expect(rulesOf(errors)).toEqual(['sriov-tx-errors'])
  })

  test('drops of a function that hardly sees packets say nothing', async () => {
    const still = (dropped: number) => vf(0, { packets: 5, dropped })
    expect(
      await found(
        () => still(0),
        (_, since) => still(since > 0 ? 3 : 0),
      ),
    ).toEqual([])
  })

  test('functions that vanish are told from an exporter that fell silent', async () => {
    const both = (ms: number) => vf(ms) + vf(ms, { vf: '1' })
    expect(rulesOf(await found(both, (ms, since) => (since < 6 * minute ? both(ms) : vf(ms))))).toEqual([
      'sriov-vfs-vanished',
    ])
    expect(await found(both, (ms, since) => (since < 6 * minute ? both(ms) : ''))).toEqual([])
  })

  test('a pod with its function and its CPUs on different NUMA nodes is found, also where Prometheus renamed the labels', async () => {
    const inventory = inventoryOf([
      pod('du-0', { namespace: 'du-a', uid: '11111111-2222-3333-4444-555555555555', node: 'du-1' }),
    ])
    const text = (ms: number, numa: number) => `${vf(ms)}
sriov_kubepoddevice{pciAddr="0000:02:0a.0",dev_type="intel.com/sriov",exported_pod="du-0",exported_namespace="du-a",exported_container="du",pod="exporter-x",namespace="monitoring",node="du-1"} 1
sriov_kubepodcpu{cpu_id="4",numa_node="${numa}",uid="11111111_2222_3333_4444_555555555555",container_id="c",node="du-1"} 1`
    const findings = await found(
      (ms) => text(ms, 0),
      (ms) => text(ms, 1),
      inventory,
    )
    expect(findings).toMatchObject([
      {
        rule: 'sriov-numa-mismatch',
        severity: 'HIGH',
        object: { kind: 'Pod', namespace: 'du-a', name: 'du-0' },
      },
    ])
  })

  test('functions all in use are no finding until somebody waits for one', async () => {
    const nodes = [node('du-1', { 'openshift.io/fronthaul': 2 })]
    const user = pod('a', { node: 'du-1', requests: { 'openshift.io/fronthaul': 2 } })
    const waiter = pod('b', {
      node: '',
      phase: 'Pending',
      ready: false,
      requests: { 'openshift.io/fronthaul': 1 },
    })
    expect(await found(healthyVf, healthyVf, inventoryOf([user], nodes))).toEqual([])
    const play = player(inventoryOf([user, waiter], nodes))
    expect(await play.play(3 * minute, healthyVf)).toEqual(['sriov-vfs-exhausted'])
    const free = player(inventoryOf([{ ...user, requests: {} }, waiter], nodes))
    expect(await free.play(3 * minute, healthyVf)).toEqual([])
  })
})

describe('DPDK', () => {
  const port = (
    ms: number,
    of: { missed?: number; nombuf?: number; errors?: number; link?: number } = {},
  ) => {
    const labels = 'namespace="upf-a",pod="upf-0",port="0"'
    return `dpdk_counters_rx_packets{${labels}} ${ms * 50}
dpdk_counters_rx_missed{${labels}} ${of.missed ?? 12}
dpdk_counters_rx_nombuf{${labels}} ${of.nombuf ?? 0}
dpdk_counters_rx_errors{${labels}} ${of.errors ?? 1}
dpdk_link_status{${labels}} ${of.link ?? 1}
`
  }
  const core = (ms: number, busy: number) => {
    const labels = 'namespace="upf-a",pod="upf-0",cpu="4",numa="0"'
    return `dpdk_cpu_total_cycles{${labels}} ${ms * 2_000_000}
dpdk_cpu_busy_cycles{${labels}} ${ms * 2_000_000 * busy}
container_cpu_usage_seconds_total{namespace="upf-a",pod="upf-0"} ${ms / 1_000}
`
  }

  const healthyPort = (ms: number) => port(ms)

  test.each([
    ['dpdk-rx-missed', { missed: 1 }],
    ['dpdk-rx-nombuf', { nombuf: 1 }],
    ['dpdk-port-errors', { errors: 1 }],
  ])('%s is named from what rises', async (rule, rising) => {
    const findings = await found(healthyPort, (ms, since) =>
      port(ms, Object.fromEntries(Object.entries(rising).map(([key]) => [key, 12 + since / 1_000]))),
    )
    expect(findings).toMatchObject([{ rule, object: { kind: 'Pod', namespace: 'upf-a', name: 'upf-0' } }])
  })

  test('missed packets follow from missing buffers', async () => {
    const findings = await found(healthyPort, (ms, since) => port(ms, { missed: 12 + since, nombuf: since }))
    expect(rulesOf(findings)).toEqual(['dpdk-rx-nombuf'])
  })

  test('a link that goes down is found, one that never was up is not', async () => {
    expect(rulesOf(await found(healthyPort, (ms) => port(ms, { link: 0 })))).toEqual(['dpdk-link-down'])
    const down = (ms: number) => port(ms, { link: 0 })
    expect(await found(down, down)).toEqual([])
  })

  test('a polling core is at 100 % CPU and well; busy with packets it is not', async () => {
    const idle = (ms: number) => port(ms) + core(ms, 0.3)
    expect(await found(idle, idle)).toEqual([])
    let cycles = 0
    const findings = await found(idle, (ms, since) => {
      cycles = since * 2_000_000
      const start = (ms - since) * 2_000_000
      return `${port(ms)}dpdk_cpu_total_cycles{namespace="upf-a",pod="upf-0",cpu="4"} ${start + cycles}
dpdk_cpu_busy_cycles{namespace="upf-a",pod="upf-0",cpu="4"} ${start * 0.3 + cycles * 0.97}`
    })
    expect(rulesOf(findings)).toEqual(['dpdk-core-busy'])
  })
})

describe('CPUs and huge pages', () => {
  const kubelet = (errors: number) => `kubelet_cpu_manager_pinning_errors_total{node="du-1"} ${errors}`
  const topology = (errors: number) =>
    `kubelet_topology_manager_admission_errors_total{node="du-1"} ${errors}`

  test('the kubelet’s refusals count when they are new', async () => {
    expect(
      await found(
        () => kubelet(9),
        () => kubelet(9),
      ),
    ).toEqual([])
    expect(
      rulesOf(
        await found(
          () => kubelet(9),
          (_, since) => kubelet(since > 2 * minute ? 10 : 9),
        ),
      ),
    ).toEqual(['cpu-pinning-errors'])
    expect(
      rulesOf(
        await found(
          () => topology(0),
          (_, since) => topology(since > 2 * minute ? 3 : 0),
        ),
      ),
    ).toEqual(['topology-admission-errors'])
  })

  test('throttling matters to a pod with CPUs of its own, and to no other', async () => {
    const text = (ms: number) =>
      `container_cpu_cfs_throttled_periods_total{namespace="du-a",pod="du-0",container="du"} ${5 + ms / 1_000}`
    const pinned = pod('du-0', { namespace: 'du-a', qosClass: 'Guaranteed', requests: { cpu: 8 } })
    const own = player(inventoryOf([pinned]))
    expect(await own.play(8 * minute, text)).toContain('cpu-pinned-throttled')
    const shared = player(inventoryOf([{ ...pinned, qosClass: 'Burstable' }]))
    expect(await shared.play(8 * minute, text)).toEqual([])
    const fractions = player(inventoryOf([{ ...pinned, requests: { cpu: 1.5 } }]))
    expect(await fractions.play(8 * minute, text)).toEqual([])
  })

  test('huge pages all in use are no finding until a pod waits for them', async () => {
    const text = 'node_memory_HugePages_Total{node="du-1"} 16\nnode_memory_HugePages_Free{node="du-1"} 0'
    const nodes = [node('du-1', { 'hugepages-1Gi': 16 * 2 ** 30 })]
    const user = pod('a', { node: 'du-1', requests: { 'hugepages-1Gi': 16 * 2 ** 30 } })
    const waiter = pod('b', {
      node: '',
      phase: 'Pending',
      ready: false,
      requests: { 'hugepages-1Gi': 2 ** 30 },
    })
    expect(await player(inventoryOf([user], nodes)).play(10 * minute, text)).toEqual([])
    const play = player(inventoryOf([user, waiter], nodes))
    expect(await play.play(6 * minute, text)).toEqual(['hugepages-exhausted'])
    expect(play.open()[0]?.evidence.map(({ text: line }) => line)).toContain('du-1 has no free huge page')
  })

  test('huge pages that a node takes beyond its pool are a finding of that node, where it has a pool', async () => {
    const text = (pool: number, surplus: number, free = 0) =>
      `node_memory_HugePages_Total{node="du-1"} ${pool + surplus}\nnode_memory_HugePages_Free{node="du-1"} ${free}\nnode_memory_HugePages_Surp{node="du-1"} ${surplus}`
    const nodes = [node('du-1', { 'hugepages-2Mi': 2 ** 34 })]
    const play = player(inventoryOf([], nodes))
    expect(await play.play(6 * minute, text(8_192, 0))).toEqual([])
    expect(await play.play(6 * minute, text(8_192, 64, 32))).toEqual([])
    expect(await play.play(6 * minute, text(8_192, 256))).toEqual(['hugepages-exhausted'])
    expect(play.open()[0]?.object).toMatchObject({ kind: 'Node', name: 'du-1' })
    expect(play.open()[0]?.title).toContain('All 8,192 huge pages')
    expect(await player(inventoryOf([], nodes)).play(10 * minute, text(0, 256))).toEqual([])
  })

  test('a single node with a DU and more pods than it is made for is told, a cluster of many nodes is not', async () => {
    const many = Array.from({ length: 121 }, (_, index) => pod(`p${index}`))
    const du = pod('du-0', { namespace: 'du-a', owner: { kind: 'StatefulSet', name: 'du' } })
    expect(await player(inventoryOf([...many, du])).play(minute, '')).toEqual(['ran-du-limits'])
    expect(await player(inventoryOf([...many, du], [node('a'), node('b')])).play(minute, '')).toEqual([])
    expect(await player(inventoryOf(many)).play(minute, '')).toEqual([])
  })
})

describe('network functions as workloads', () => {
  const upf = (ready: boolean, index = 0) =>
    pod(`upf-${index}`, { namespace: 'upf-a', ready, owner: { kind: 'StatefulSet', name: 'upf' } })

  test('one that is down or lacks replicas is found once that has lasted', async () => {
    const play = player(inventoryOf([upf(true), upf(true, 1)]))
    expect(await play.play(5 * minute, '')).toEqual([])
    play.setInventory(inventoryOf([upf(true), upf(false, 1)]))
    expect(await play.play(minute, '')).toEqual([])
    expect(await play.play(3 * minute, '')).toEqual(['cnf-degraded'])
    play.setInventory(inventoryOf([upf(false), upf(false, 1)]))
    expect(await play.play(8 * minute, '')).toEqual(['cnf-down'])
  })
})
