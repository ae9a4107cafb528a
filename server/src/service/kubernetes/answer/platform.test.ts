import { expect, test } from 'vitest'
import { snapshotOf } from '../snapshot.ts'
import { platformOf } from './platform.ts'

const node = (labels: object, kubeletVersion = 'v1.33.1', annotations: object = {}) => ({
  kind: 'Node',
  metadata: { name: 'n', labels, annotations },
  status: { nodeInfo: { kubeletVersion } },
})
const space = (name: string) => ({ kind: 'Namespace', metadata: { name } })
const openshift = {
  kind: 'ClusterVersion',
  metadata: { name: 'version' },
  status: {
    desired: { version: '4.19.2' },
    history: [
      { state: 'Partial', version: '4.19.2' },
      { state: 'Completed', version: '4.18.9' },
    ],
  },
}
const azure = node({ 'kubernetes.azure.com/cluster': 'x' })

test.each([
  ['openshift 4.18.9', [openshift, node({}, 'v1.31.6')]],
  [
    'microshift v1.31.6',
    [
      { kind: 'ConfigMap', metadata: { namespace: 'kube-public', name: 'microshift-version' } },
      node({}, 'v1.31.6'),
    ],
  ],
  ['microshift v1.31.6', [space('openshift-dns'), space('openshift-ingress'), node({}, 'v1.31.6')]],
  [
    'openshift v1.31.6',
    [
      space('openshift-dns'),
      space('openshift-ingress'),
      space('openshift-cluster-version'),
      node({}, 'v1.31.6'),
    ],
  ],
  ['aks-arc v1.33.1 arc', [azure, space('azure-arc')]],
  ['aks v1.33.1', [azure]],
  ['k3s v1.33.1+k3s1 arc', [node({}, 'v1.33.1+k3s1'), space('azure-arc')]],
  ['k3s v1.33.1', [node({ 'node.kubernetes.io/instance-type': 'k3s' })]],
  ['kubernetes v1.33.1 arc', [node({}, 'v1.33.1', { 'management.azure.com/arc-enabled': 'true' })]],
  ['kubernetes v1.33.1', [node({})]],
  ['kubernetes null', []],
])('%s', (expected, objects) => {
  const { distribution, version, arc } = platformOf(snapshotOf(objects))
  expect(`${distribution} ${version}${arc ? ' arc' : ''}`).toBe(expected)
})
