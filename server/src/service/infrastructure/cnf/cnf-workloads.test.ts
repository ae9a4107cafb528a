import { CnfWorkload } from '@aiops/contract/model/cnf'
import { describe, expect, test } from 'vitest'
import { readingOf } from '../signature/exposition-reading.suite.ts'
import { recognise } from './cnf-type.ts'
import { cnfWorkloads, isSriovResource } from './cnf-workloads.ts'
import { inventoryOf, pod } from './inventory.suite.ts'

const cluster = { id: 'c1', name: 'edge-1' }
const of = (pods: Parameters<typeof inventoryOf>[0], text = '') =>
  cnfWorkloads(inventoryOf(pods), readingOf(text, 0), cluster)

type Case = { namespace?: string; name?: string; labels?: Record<string, string>; images?: string[] }
const typeOf = ({ namespace = 'app', name = 'x', labels = {}, images = [] }: Case) =>
  recognise({ namespace, name, labels, images })

describe('a network function is recognised', () => {
  test.each<[string, Case, string]>([
    ['by the label of its kind', { labels: { 'nf-type': 'UPF' } }, 'label nf-type=UPF'],
    ['by its name', { labels: { 'app.kubernetes.io/name': 'amf' } }, 'label app.kubernetes.io/name=amf'],
    [
      'by its component',
      { labels: { 'app.kubernetes.io/component': 'smf', app: 'web' } },
      'label app.kubernetes.io/component=smf',
    ],
    ['as open5gs calls its programs', { labels: { app: 'open5gs-smfd' } }, 'label app=open5gs-smfd'],
    ['with a number', { labels: { app: 'free5gc-upf1' } }, 'label app=free5gc-upf1'],
    ['by its image', { images: ['quay.io/vendor/oai-amf:v2'] }, 'image quay.io/vendor/oai-amf:v2'],
    ['by its namespace', { namespace: 'du-site7' }, 'namespace du-site7'],
    ['as a CU where radio is spoken of', { labels: { app: 'gnb-cu-cp' } }, 'label app=gnb-cu-cp'],
    ['as a DU of O-RAN', { images: ['registry/o-du-high:1'] }, 'image registry/o-du-high:1'],
  ])('%s', (_, traits, by) => {
    expect(typeOf(traits)?.by).toBe(by)
  })

  test('as what it is', () => {
    expect(
      [
        { images: ['x/o-du-high:1'] },
        { labels: { app: 'gnb-cu-cp' } },
        { namespace: 'cu-1' },
        { labels: { app: 'ausf' } },
      ].map((traits) => typeOf(traits)?.type),
    ).toEqual(['VDU', 'VCU', 'VCU', 'OTHER'])
  })
})

describe('what looks alike is none', () => {
  test.each<[string, Case]>([
    ['a web application called smfony', { labels: { app: 'smfony' }, images: ['smfony:6'] }],
    ['a jar called amfora', { labels: { app: 'amfora-shop' } }],
    ['tools for CUs', { namespace: 'cu-tools' }],
    [
      'the database beside an SMF',
      { namespace: 'smf-a', name: 'open5gs-mongodb', labels: { app: 'mongodb' } },
    ],
    ['the exporter beside a DU', { namespace: 'du-a', name: 'ptp-exporter' }],
    ['what counts disk usage', { labels: { app: 'du' } }],
    ['a Cuban shop', { labels: { app: 'cu-shop' } }],
    ['a project called upf in a registry', { images: ['quay.io/upf/nginx:1', 'smf.io/web'] }],
    ['a namespace that only ends so', { namespace: 'menu-du' }],
    ['a user interface of a core', { labels: { 'app.kubernetes.io/name': 'open5gs-webui' } }],
    ['a simulator of devices', { name: 'ueransim-gnb', labels: { app: 'ueransim-gnb' } }],
  ])('%s', (_, traits) => {
    expect(typeOf(traits)).toBeUndefined()
  })
})

describe('workloads', () => {
  const owner = { kind: 'ReplicaSet', name: 'upf-5d8' }
  const labels = { app: 'upf', 'pod-template-hash': '5d8' }
  const requests = { cpu: 8, 'hugepages-1Gi': 2 ** 34, 'openshift.io/n3': 2, 'nvidia.com/gpu': 1 }
  const upf = (name: string, more: object = {}) =>
    pod(name, { namespace: 'core', owner, labels, qosClass: 'Guaranteed', requests, ...more })

  test('are counted by what owns them, with what they have for themselves', () => {
    const found = of([
      upf('upf-5d8-a'),
      upf('upf-5d8-b', { ready: false, node: 'node-2' }),
      upf('old', { phase: 'Succeeded', ready: false }),
    ])
    expect(found).toEqual([
      {
        ...{ cluster_id: 'c1', cluster_name: 'edge-1', namespace: 'core', name: 'upf', kind: 'Deployment' },
        ...{ cnf_type: 'UPF', recognised_by: 'label app=upf', status: 'DEGRADED', desired: 2, ready: 1 },
        ...{ nodes: ['node-1', 'node-2'], cpu_pinned: true, hugepages_bytes: 2 ** 35, sriov_vfs: 4 },
      },
    ])
    expect(CnfWorkload.array().safeParse(found).success).toBe(true)
  })

  test('are pinned only with whole CPUs of their own', () => {
    expect(of([upf('a', { requests: { cpu: 7.5 } })])[0]).toMatchObject({
      cpu_pinned: false,
      hugepages_bytes: 0,
      sriov_vfs: 0,
    })
    expect(of([upf('a', { qosClass: 'Burstable' })])[0]?.cpu_pinned).toBe(false)
  })

  test('want as many as kube-state-metrics says, also where no pod is left', () => {
    const three = 'kube_deployment_spec_replicas{namespace="core",deployment="upf"} 3'
    expect(of([upf('a')], three)).toMatchObject([{ desired: 3, ready: 1, status: 'DEGRADED' }])
    expect(of([], three)).toMatchObject([
      { name: 'upf', desired: 3, ready: 0, status: 'FAILED', cpu_pinned: null },
    ])
    expect(of([], 'kube_deployment_spec_replicas{namespace="core",deployment="upf"} 0')).toEqual([])
  })

  test('are recognised by what their pods expose, where nothing else says it', () => {
    const plain = pod('x-0', { namespace: 'app' })
    expect(of([plain], 'fivegs_smffunction_sm_sessionnbr{namespace="app",pod="x-0"} 3')).toMatchObject([
      { cnf_type: 'SMF', recognised_by: 'metric fivegs_smffunction_sm_sessionnbr' },
    ])
    expect(of([plain], 'http_requests_total{namespace="app",pod="x-0"} 3')).toEqual([])
  })

  test('a job that runs to its end is no function', () => {
    expect(of([upf('migrate', { owner: { kind: 'Job', name: 'upf-migrate' } })])).toEqual([])
  })
})

test('resources of virtual functions are told from GPUs and accelerators', () => {
  const names = [
    'openshift.io/fronthaul',
    'intel.com/intel_sriov_dpdk',
    'vendor.io/sriov_a',
    'nvidia.com/gpu',
    'nvidia.com/mig-1g.5gb',
    'intel.com/qat',
    'cpu',
    'hugepages-1Gi',
  ]
  expect(names.filter(isSriovResource)).toEqual(names.slice(0, 3))
})
