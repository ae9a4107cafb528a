import { ClusterCapabilities } from '@aiops/contract/model/cluster'
import { describe, expect, it } from 'vitest'
import { capabilitiesOf, distributionOf, platformOf } from './capability.ts'
import type { Evidence, FoundName, FoundNode } from './evidence.ts'

const named = (name: string, namespace = '', labels: Record<string, string> = {}): FoundName => ({
  metadata: { name, namespace, labels, annotations: {} },
})
const node = (labels: Record<string, string>, capacity: Record<string, string> = {}): FoundNode => ({
  ...named('node', '', labels),
  status: { capacity },
})
const seen = (part: Partial<Evidence> = {}): Evidence => ({
  ...{ gitVersion: 'v1.32.1', groups: new Set(['apps']), openshiftVersion: undefined, nodes: [] },
  ...{ namespaces: [], services: [], routes: undefined, microshift: false, notSeen: [] },
  ...part,
})
const before = ClusterCapabilities.parse({})
const nowhere = { prometheus: false, tempo: false, loki: false }
const found = (part: Partial<Evidence>) => capabilitiesOf(seen(part), before, nowhere)

describe('the distribution', () => {
  it.each<[string, Partial<Evidence>]>([
    ['OpenShift', { groups: new Set(['config.openshift.io', 'route.openshift.io']) }],
    ['MicroShift', { groups: new Set(['route.openshift.io']), microshift: true }],
    ['k3s', { gitVersion: 'v1.31.2+k3s1' }],
    ['k3s', { nodes: [node({ 'k3s.io/hostname': 'a' })] }],
    ['AKS Arc', { namespaces: [named('azure-arc')] }],
    ['AKS', { nodes: [node({ 'kubernetes.azure.com/cluster': 'mc' })] }],
    ['EKS', { gitVersion: 'v1.30.4-eks-a737599' }],
    ['GKE', { gitVersion: 'v1.30.5-gke.1014001' }],
    ['Kubernetes', {}],
    [
      'Kubernetes',
      { namespaces: [named('azure-architects')], groups: new Set(['myconfig.openshift.io.example']) },
    ],
  ])('is %s by what is seen', (name, part) => {
    expect(distributionOf(seen(part))).toBe(name)
  })

  it('decides the platform', () => {
    expect(platformOf(seen({ microshift: true }))).toBe('MICROSHIFT')
    expect(platformOf(seen({ groups: new Set(['config.openshift.io']) }))).toBe('OPENSHIFT')
    expect(platformOf(seen())).toBe('KUBERNETES')
  })
})

describe('GPUs', () => {
  it('are counted by what nodes hold', () => {
    const h100 = { 'nvidia.com/gpu.product': 'NVIDIA-H100-80GB-HBM3' }
    const { has_gpu_nodes, gpu_count, gpu_types } = found({
      nodes: [
        node(h100, { 'nvidia.com/gpu': '8' }),
        node(h100, { 'nvidia.com/gpu': '8' }),
        node({}, { cpu: '4' }),
      ],
    })
    expect({ has_gpu_nodes, gpu_count, gpu_types }).toEqual({
      ...{ has_gpu_nodes: true, gpu_count: 16, gpu_types: ['NVIDIA-H100-80GB-HBM3'] },
    })
  })

  it('that are divided are counted as boards, not as slices', () => {
    const labels = { 'nvidia.com/gpu.count': '2' }
    expect(
      found({ nodes: [node(labels, { 'nvidia.com/gpu': '0', 'nvidia.com/mig-1g.10gb': '14' })] }).gpu_count,
    ).toBe(2)
  })

  it('are as before where nodes may not be read', () => {
    const known = ClusterCapabilities.parse({ has_gpu_nodes: true, gpu_count: 4, gpu_types: ['L4'] })
    const now = capabilitiesOf(seen({ nodes: undefined, notSeen: ['nodes: forbidden'] }), known, nowhere)
    expect(now).toMatchObject({ gpu_count: 4, gpu_types: ['L4'], not_seen: ['nodes: forbidden'] })
  })
})

describe('network functions', () => {
  it('are known by the namespaces they have', () => {
    const { has_cnf_workloads, cnf_types } = found({
      namespaces: [named('du-site-12'), named('cu-site-12'), named('upf-core'), named('default')],
    })
    expect([has_cnf_workloads, cnf_types]).toEqual([true, ['UPF', 'VCU', 'VDU']])
  })

  it('are not taken from names that merely look like it', () => {
    expect(
      found({ namespaces: [named('dune'), named('cut-off'), named('products'), named('my-du-tools')] })
        .has_cnf_workloads,
    ).toBe(false)
  })

  it('are expected where the operators of their hardware are', () => {
    const { has_cnf_workloads, cnf_types, operators } = found({
      groups: new Set(['ptp.openshift.io', 'sriovnetwork.openshift.io']),
    })
    expect([has_cnf_workloads, cnf_types]).toEqual([true, []])
    expect(operators).toEqual(['PTP Operator', 'SR-IOV Network Operator'])
  })
})

describe('backends', () => {
  it('are found by their services, with the address that a route gives', () => {
    const { found_backends, has_thanos, has_prometheus, has_loki, has_tempo } = found({
      services: [
        ...[named('thanos-querier', 'openshift-monitoring'), named('prometheus-k8s', 'openshift-monitoring')],
        ...[named('loki-gateway', 'openshift-logging'), named('tempo-query-frontend', 'observability')],
        ...[named('loki-ingester', 'openshift-logging'), named('promotions', 'shop')],
      ],
      routes: [
        {
          ...named('thanos-querier', 'openshift-monitoring'),
          spec: { host: 'thanos.apps.example', to: { name: 'thanos-querier' }, tls: {} },
        },
      ],
    })
    expect(found_backends.map(({ target, url }) => [target, url])).toEqual([
      ...[
        ['THANOS', 'https://thanos.apps.example'],
        ['PROMETHEUS', null],
        ['LOKI', null],
        ['TEMPO', null],
      ],
    ])
    expect([has_thanos, has_prometheus, has_loki, has_tempo]).toEqual([true, true, true, true])
  })

  it('count where queries have an address of them', () => {
    expect(capabilitiesOf(seen(), before, { ...nowhere, loki: true }).has_loki).toBe(true)
  })
})

it('knows a service mesh by its API, whatever groups it has', () => {
  expect(found({ groups: new Set(['networking.istio.io']) })).toMatchObject({
    ...{ has_service_mesh: true, service_mesh: 'Istio' },
  })
  expect(found({ groups: new Set(['notistio.io']) }).has_service_mesh).toBe(false)
})
