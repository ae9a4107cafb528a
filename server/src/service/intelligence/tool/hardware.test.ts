import type { Finding } from '@aiops/contract/model/finding'
import type { Gpu } from '@aiops/contract/model/gpu'
import { expect, test } from 'vitest'
import { clusterTools } from './cluster.ts'
import { cnfTools } from './cnf.ts'
import { findingTools } from './finding.ts'
import { gpuTools } from './gpu.ts'
import { clientOf, clusterOf, fleetOf, scopeOf } from './inside.suite.ts'

const gpu = (index: number, more: Partial<Gpu> = {}): Gpu => ({
  ...{
    index,
    uuid: `GPU-${index}`,
    name: 'A100',
    pci_bus_id: null,
    driver_version: null,
    cuda_version: null,
  },
  ...{ memory_total_mb: 100, memory_used_mb: 0, memory_free_mb: 100, utilization_gpu_percent: null },
  ...{ utilization_memory_percent: null, sm_active_ratio: null, tensor_active_ratio: null },
  ...{ dram_active_ratio: null, temperature_celsius: 40, memory_temperature_celsius: null },
  ...{ power_draw_watts: null, power_limit_watts: null, fan_speed_percent: null, sm_clock_mhz: null },
  ...{ memory_clock_mhz: null, ecc_uncorrected: null, last_xid: null, mig_enabled: null },
  ...{ mig_instances: [], processes: [], namespace: null, pod: null, health: 'OK' },
  ...more,
})

test('GPUs are listed one by one, the unhealthy first, and what is not told is null', async () => {
  const tool = gpuTools.get_gpu_nodes
  const node = {
    ...{ cluster_id: 'c', cluster_name: 'east', node_name: 'n2', source: 'DCGM' as const, allocatable: 2 },
    ...{ gpus: [gpu(0), gpu(1, { health: 'WARNING' })], last_updated: '2026-03-02T14:31:00Z', stale: false },
  }
  const client = clientOf({ listGpuNodes: async () => ({ nodes: [node], total: 1 }) })
  const input = tool.input.parse({ node: 'N2' })
  const output = await tool.run(client, input, scopeOf())
  expect(tool.output.parse(output)).toEqual(output)
  expect(
    tool.evidence(output, input, scopeOf()).map(({ fields }) => [fields.gpu, fields.utilization_percent]),
  ).toEqual([
    [1, null],
    [0, null],
  ])
  const none = await tool.run(client, tool.input.parse({ node: 'n9' }), scopeOf())
  expect([none.total, tool.evidence(none, input, scopeOf())]).toEqual([0, []])
})

const finding = (name: string, more: Partial<Finding> = {}): Finding => ({
  ...{ id: name, tenant_id: 'default' as Finding['tenant_id'], cluster_id: 'c', cluster_name: 'east' },
  ...{
    area: 'KUBERNETES',
    analyzer: 'Pod',
    rule: 'pod-oom-killed',
    severity: 'HIGH',
    title: 'It was killed.',
  },
  object: { kind: 'Pod', namespace: 'shop', name },
  ...{
    parent: null,
    since: '2026-03-02T14:21:00Z',
    found_at: '2026-03-02T14:30:00Z',
    evidence: [],
    causes: [],
  },
  remediation: [
    { text: 'Look.', command: 'kubectl get pod' },
    { text: 'Raise it.', command: 'kubectl set resources --dry-run=server' },
  ],
  ...{ documentation_url: 'https://kubernetes.io/docs', alert_name: null },
  ...more,
})

test('findings about a workload are those of its own, of its pods and of what it causes', async () => {
  const tool = findingTools.list_findings
  const cart = { kind: 'Deployment', namespace: 'shop', name: 'cart' }
  const items = [
    finding('other'),
    finding('pod', { parent: cart }),
    finding('effect', { causes: [{ object: cart, rule: null, text: 'rollout', relation: 'owns' }] }),
    finding('cart', { object: cart, severity: 'LOW' }),
  ]
  const client = clientOf({
    listFindings: async () => ({
      ...{ items, total: 4, page: 1, page_size: 200, total_pages: 1 },
      ...{ by_severity: {}, by_analyzer: {}, by_cluster: {}, by_area: {}, by_rule: {} },
    }),
  })
  const input = tool.input.parse({ name: 'CART' })
  const output = await tool.run(client, input, scopeOf())
  expect(output.findings.map(({ id }) => id)).toEqual(['pod', 'effect', 'cart'])
  expect(output.by_severity).toEqual({ HIGH: 2, LOW: 1 })
  expect(tool.evidence(output, input, scopeOf())[0]).toMatchObject({
    trust: 'TELEMETRY',
    link: '/findings/pod',
    fields: {
      age_seconds: 600,
      command: 'kubectl set resources --dry-run=server',
      what_to_do: 'Look. Raise it.',
    },
  })
})

test('clocks that are not locked come first, the farther off the earlier', async () => {
  const tool = cnfTools.get_ptp_status
  const clock = (port: string, state: 'LOCKED' | 'FREERUN', offset_ns: number) => ({
    ...{ cluster_id: 'c', cluster_name: 'east', node_name: 'n1', interface: port, process: 'ptp4l', state },
    ...{ offset_ns, max_offset_ns: null, delay_ns: null, frequency_adjustment_ns: null, clock_class: null },
    ...{ role: null, since: '2026-03-02T14:26:00Z', last_updated: '2026-03-02T14:31:00Z' },
  })
  const statuses = [clock('a', 'LOCKED', 3), clock('b', 'FREERUN', 200), clock('c', 'FREERUN', -900)]
  const client = clientOf({ listPtpStatus: async () => ({ statuses, total: 3 }) })
  const input = tool.input.parse({})
  const output = await tool.run(client, input, scopeOf())
  expect(output.statuses.map((one) => one.interface)).toEqual(['c', 'b', 'a'])
  expect(tool.evidence(output, input, scopeOf())[0]?.fields).toMatchObject({
    offset_ns: -900,
    state_age_seconds: 300,
  })
})

test('clusters that are not online come first, and neither addresses nor credentials are told', async () => {
  const tool = clusterTools.list_clusters
  const off = clusterOf('quay', {
    status: { ...clusterOf('x').status, state: 'OFFLINE', last_error: 'connection refused' },
    api_server_url: 'https://10.0.0.1',
  })
  const client = clientOf(fleetOf(clusterOf('east'), off))
  const input = tool.input.parse({})
  const output = await tool.run(client, input, scopeOf())
  expect(output).toMatchObject({ total: 2, by_state: { ONLINE: 1, OFFLINE: 1 } })
  expect(JSON.stringify(output)).not.toMatch(/10\.0\.0\.1|credentials|endpoints/)
  expect(tool.evidence(output, input, scopeOf())[0]?.fields).toMatchObject({
    ...{ cluster: 'quay', state: 'OFFLINE', reason: 'connection refused' },
  })
})

test('a cluster whose inside is not watched is told as it is, with the reason', async () => {
  const tool = clusterTools.get_cluster_status
  const none = { total: 0, ready: 0, cordoned: 0, by_phase: {}, not_ready: 0, restarts: 0, unavailable: 0 }
  const client = clientOf({
    ...fleetOf(clusterOf('edge')),
    getCluster: async () => clusterOf('edge'),
    getClusterOverview: async () => ({
      ...{ cluster_id: 'id-edge', watch: 'OFF' as const, message: 'Edges are not watched.', kinds: [] },
      ...{ memory: null, nodes: none, pods: none, workloads: none, namespaces: 0, namespace_names: [] },
      ...{ warning_events_last_hour: 0, findings: {} },
    }),
  })
  const input = tool.input.parse({ cluster_id: 'edge' })
  const output = await tool.run(client, input, scopeOf())
  const [, inside] = tool.evidence(output, input, scopeOf())
  expect(inside?.sentence).toBe('The inside of edge is not watched. Edges are not watched.')
  // A number of what was not seen would be an invented one.
  expect(inside?.fields).toEqual({ cluster: 'edge', watch: 'OFF', message: 'Edges are not watched.' })
})
