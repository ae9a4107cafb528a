import { describe, expect, test } from 'vitest'
import { snapshotOf } from '../snapshot.ts'
import { diagnostics, overallStatus } from './diagnostics.ts'

const at = '2026-01-02T00:00:00Z'
const timeMs = Date.parse(at)
const ago = (minutes: number): string => new Date(timeMs - minutes * 60_000).toISOString()
const api = { reachable: true, message: '' }

const checksOf = (objects: object[], more: object = {}, state: typeof api | undefined = api) =>
  Object.fromEntries(diagnostics(snapshotOf(objects, { timeMs, ...more }), state).map((one) => [one.id, one]))
const statusOf = (id: string, ...objects: object[]) => checksOf(objects)[id]?.status

const node = (
  name: string,
  more: { labels?: object; ready?: string; conditions?: object[]; spec?: object } = {},
) => ({
  kind: 'Node',
  metadata: { name, labels: more.labels ?? {} },
  spec: more.spec ?? {},
  status: {
    allocatable: { cpu: '4', memory: '8Gi', pods: '110' },
    conditions: [{ type: 'Ready', status: more.ready ?? 'True' }, ...(more.conditions ?? [])],
  },
})
const plane = { 'node-role.kubernetes.io/control-plane': '' }
const pod = (name: string, more: { ns?: string; meta?: object; spec?: object; status?: object } = {}) => ({
  kind: 'Pod',
  metadata: {
    namespace: more.ns ?? 'shop',
    name,
    creationTimestamp: ago(600),
    labels: { app: name },
    ...more.meta,
  },
  spec: { nodeName: 'n1', containers: [{ name: 'main' }], ...more.spec },
  status: { phase: 'Running', startTime: ago(600), ...more.status },
})
const service = (name: string, spec: object, ns = 'shop') => ({
  kind: 'Service',
  metadata: { namespace: ns, name, creationTimestamp: ago(60) },
  spec,
})
const slice = (name: string, ready: (boolean | null)[], ns = 'shop') => ({
  kind: 'EndpointSlice',
  metadata: { namespace: ns, name: `${name}-x`, labels: { 'kubernetes.io/service-name': name } },
  endpoints: ready.map((one) => ({ addresses: ['10.0.0.1'], conditions: { ready: one } })),
})

describe('the control plane', () => {
  test('passes where all of its nodes are ready, and where it is run outside', () => {
    expect(statusOf('control_plane_nodes', node('a', { labels: plane }), node('b'))).toBe('PASS')
    expect(statusOf('control_plane_nodes', node('b'))).toBe('PASS')
    expect(
      checksOf([node('b')], {}, { reachable: false, message: 'refused' }).control_plane_nodes?.status,
    ).toBe('UNKNOWN')
  })
  test('is critical without a majority', () => {
    const nodes = (lost: number) =>
      ['a', 'b', 'c'].map((name, i) => node(name, { labels: plane, ready: i < lost ? 'Unknown' : 'True' }))
    expect(checksOf(nodes(1)).control_plane_nodes).toMatchObject({ status: 'FAIL', severity: 'HIGH' })
    expect(checksOf(nodes(2)).control_plane_nodes).toMatchObject({ status: 'FAIL', severity: 'CRITICAL' })
  })
})

test('the API server is as the last call found it', () => {
  expect(checksOf([]).api_server?.status).toBe('PASS')
  expect(diagnostics(snapshotOf([]))[1]?.status).toBe('UNKNOWN')
  expect(checksOf([], {}, { reachable: false, message: 'refused' }).api_server).toMatchObject({
    ...{ status: 'FAIL', severity: 'CRITICAL', message: 'refused' },
  })
})

describe('nodes', () => {
  test('are under pressure by their condition, not by a healthy one that others added', () => {
    const custom = { type: 'KernelDeadlock', status: 'False' }
    expect(
      statusOf('node_pressure', node('a', { conditions: [custom, { type: 'EtcdIsVoter', status: 'True' }] })),
    ).toBe('PASS')
    const disk = [{ type: 'DiskPressure', status: 'True' }]
    expect(statusOf('node_pressure', node('a', { conditions: disk }), node('b'))).toBe('WARNING')
    expect(statusOf('node_pressure', node('a', { ready: 'Unknown' }), node('b'))).toBe('FAIL')
  })
  test('are full by what is requested of all of them, and by pods that find no room', () => {
    const asking = (cpu: string) =>
      pod('p', { spec: { containers: [{ name: 'm', resources: { requests: { cpu } } }], nodeName: 'a' } })
    expect(statusOf('node_resources', node('a'), asking('3900m'))).toBe('WARNING')
    expect(statusOf('node_resources', node('a'), node('b'), asking('3900m'))).toBe('PASS')
    const waiting = (message: string) =>
      pod('w', {
        spec: { nodeName: '' },
        status: {
          phase: 'Pending',
          conditions: [
            {
              type: 'PodScheduled',
              status: 'False',
              reason: 'Unschedulable',
              message,
              lastTransitionTime: ago(9),
            },
          ],
        },
      })
    expect(
      statusOf('node_resources', node('a'), waiting('0/1 nodes are available: 1 Insufficient cpu.')),
    ).toBe('FAIL')
    expect(statusOf('node_resources', node('a'), waiting('1 node(s) had untolerated taint'))).toBe('PASS')
  })
})

describe('services', () => {
  test('without a ready endpoint are named', () => {
    const web = service('web', { selector: { app: 'web' }, clusterIP: '10.1.1.1' })
    expect(checksOf([web, pod('web')]).service_endpoints).toMatchObject({
      status: 'WARNING',
      objects: [{ kind: 'Service', namespace: 'shop', name: 'web' }],
    })
    expect(statusOf('service_endpoints', web, pod('web'), slice('web', [false]))).toBe('WARNING')
    expect(statusOf('service_endpoints', web, pod('web'), slice('web', [true, false]))).toBe('PASS')
    expect(statusOf('service_endpoints', web, pod('web'), slice('web', [null]))).toBe('PASS')
  })
  test.each([
    ['an ExternalName', { type: 'ExternalName', externalName: 'db.example.com', selector: { app: 'x' } }, []],
    ['one without selector', { clusterIP: '10.0.0.1' }, []],
    ['a headless one that selects nothing', { clusterIP: 'None', selector: { app: 'x' } }, []],
    [
      'one of a workload that is scaled to none',
      { selector: { app: 'x' } },
      [
        {
          kind: 'Deployment',
          metadata: { namespace: 'shop', name: 'x' },
          spec: { replicas: 0, template: { metadata: { labels: { app: 'x' } } } },
        },
      ],
    ],
    ['one of a Job that is done', { selector: { app: 'x' } }, [pod('x', { status: { phase: 'Succeeded' } })]],
  ])('%s needs none', (_, spec, more) => {
    expect(statusOf('service_endpoints', service('s', spec), ...more)).toBe('PASS')
  })
})

describe('DNS', () => {
  const dns = service(
    'kube-dns',
    { selector: { 'k8s-app': 'kube-dns' }, ports: [{ port: 53, protocol: 'UDP' }] },
    'kube-system',
  )
  const system = pod('coredns-1', { ns: 'kube-system' })
  test('fails without a ready server, warns with some', () => {
    expect(statusOf('dns', dns, system, slice('kube-dns', [false], 'kube-system'))).toBe('FAIL')
    expect(statusOf('dns', dns, system, slice('kube-dns', [true, false], 'kube-system'))).toBe('WARNING')
    expect(statusOf('dns', dns, system, slice('kube-dns', [true, true], 'kube-system'))).toBe('PASS')
  })
  test('is not known where its namespace is not seen', () => {
    expect(statusOf('dns', pod('p'))).toBe('UNKNOWN')
    expect(statusOf('dns', system)).toBe('WARNING')
  })
})

describe('pods', () => {
  test('that pend long or failed for good are named; tries of a Job that went well are not', () => {
    const job = (condition: string) => ({
      kind: 'Job',
      metadata: { namespace: 'shop', name: 'j' },
      status: { conditions: [{ type: condition, status: 'True' }] },
    })
    const attempt = pod('j-1', {
      meta: { ownerReferences: [{ kind: 'Job', name: 'j', uid: 'u', controller: true }] },
      status: { phase: 'Failed' },
    })
    expect(statusOf('pod_phase', attempt, job('Complete'))).toBe('PASS')
    expect(statusOf('pod_phase', attempt, job('Failed'), pod('p'))).toBe('WARNING')
    expect(
      statusOf('pod_phase', pod('p', { meta: { creationTimestamp: ago(1) }, status: { phase: 'Pending' } })),
    ).toBe('PASS')
    expect(statusOf('pod_phase', pod('p', { status: { phase: 'Pending' } }), pod('q'))).toBe('WARNING')
    expect(
      statusOf(
        'pod_phase',
        pod('p', { spec: { schedulingGates: [{ name: 'g' }] }, status: { phase: 'Pending' } }),
      ),
    ).toBe('PASS')
  })

  const restarted = (restartCount: number, state: object, endedMinutes: number) =>
    pod('p', {
      meta: { creationTimestamp: ago(60 * 24 * 180) },
      status: {
        startTime: ago(60 * 24 * 180),
        containerStatuses: [
          {
            name: 'main',
            restartCount,
            state,
            lastState: { terminated: { exitCode: 1, finishedAt: ago(endedMinutes) } },
          },
        ],
      },
    })
  test('restart in a loop by rate, not by count', () => {
    expect(statusOf('restart_loops', restarted(1, { waiting: { reason: 'CrashLoopBackOff' } }, 1))).toBe(
      'FAIL',
    )
    expect(statusOf('restart_loops', restarted(90, { running: { startedAt: ago(600) } }, 601))).toBe('PASS')
    expect(statusOf('restart_loops', restarted(20, { running: { startedAt: ago(1) } }, 1))).toBe('PASS')
    expect(statusOf('restart_loops', restarted(20, { running: { startedAt: ago(1) } }, 4))).toBe('FAIL')
  })
  test('restart in a loop by the events of the kubelet', () => {
    const event = (uid: string) => ({
      kind: 'Event',
      metadata: { namespace: 'shop', name: 'e' },
      reason: 'BackOff',
      message: 'Back-off restarting failed container main',
      lastTimestamp: ago(2),
      involvedObject: { kind: 'Pod', namespace: 'shop', name: 'p', uid },
    })
    const running = restarted(20, { running: { startedAt: ago(1) } }, 1)
    expect(statusOf('restart_loops', running, event(''))).toBe('FAIL')
  })
})

describe('Azure Arc', () => {
  const space = { kind: 'Namespace', metadata: { name: 'azure-arc' } }
  const names = [
    'clusterconnect-agent',
    'config-agent',
    'controller-manager',
    'extension-manager',
    'metrics-agent',
    'resource-sync-agent',
  ]
  const agent = (name: string, availableReplicas = 1) => ({
    kind: 'Deployment',
    metadata: { namespace: 'azure-arc', name },
    spec: { replicas: 1 },
    status: { availableReplicas },
  })
  test('is left out where the cluster is not connected to it', () => {
    expect(statusOf('arc_agents', node('a'))).toBeUndefined()
  })
  test('passes, warns of an absent agent and fails for one that is down', () => {
    expect(statusOf('arc_agents', space, ...names.map((name) => agent(name)))).toBe('PASS')
    expect(statusOf('arc_agents', space, ...names.slice(1).map((name) => agent(name)))).toBe('WARNING')
    expect(statusOf('arc_agents', space, ...names.map((name, i) => agent(name, i)))).toBe('FAIL')
    expect(statusOf('arc_connectivity', space, ...names.map((name) => agent(name)))).toBe('UNKNOWN')
    expect(statusOf('arc_connectivity', space, agent('clusterconnect-agent', 0))).toBe('FAIL')
  })
})

test('what could not be read is not known, and a remark on policies is no failure', () => {
  const checks = checksOf([node('a'), pod('p')], { unknown: ['Pod', 'NetworkPolicy'] })
  expect(checks.pod_phase?.status).toBe('UNKNOWN')
  expect(checks.network_policies?.status).toBe('UNKNOWN')
  expect(statusOf('network_policies', pod('p'))).toBe('WARNING')
  expect(checksOf([pod('p')]).network_policies?.severity).toBe('LOW')
})

test('there are eleven checks, and over all counts the worst that is known', () => {
  const space = { kind: 'Namespace', metadata: { name: 'azure-arc' } }
  expect(Object.keys(checksOf([space]))).toHaveLength(11)
  expect(overallStatus(diagnostics(snapshotOf([])))).toBe('PASS')
  expect(overallStatus([])).toBe('UNKNOWN')
  expect(overallStatus(diagnostics(snapshotOf([]), { reachable: false, message: '' }))).toBe('FAIL')
})
