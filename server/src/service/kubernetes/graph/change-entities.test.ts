import { expect, test } from 'vitest'
import { snapshotOf } from '../snapshot.ts'
import { entitiesOfChange } from './change-entities.ts'

const deployment = (name: string, spec: object) => ({
  kind: 'Deployment',
  metadata: { namespace: 'shop', name, uid: name },
  spec: { template: { spec } },
})
const pod = (name: string, owner: string, labels: object) => ({
  kind: 'Pod',
  metadata: {
    ...{ namespace: 'shop', name, labels },
    ownerReferences: [{ kind: 'Deployment', name: owner, uid: owner, controller: true }],
  },
})
const view = snapshotOf([
  deployment('cart', { volumes: [{ name: 'c', configMap: { name: 'settings' } }] }),
  deployment('front', { containers: [{ name: 'x', envFrom: [{ configMapRef: { name: 'settings' } }] }] }),
  deployment('mail', {
    containers: [
      { name: 'x', env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'a' } } }] },
    ],
  }),
  deployment('ads', {}),
  pod('cart-1', 'cart', { app: 'cart' }),
  pod('ads-1', 'ads', { app: 'ads' }),
  {
    ...{ kind: 'HorizontalPodAutoscaler', metadata: { namespace: 'shop', name: 'more' } },
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'cart' } },
  },
  {
    ...{ kind: 'NetworkPolicy', metadata: { namespace: 'shop', name: 'closed' } },
    spec: { podSelector: { matchLabels: { app: 'cart' } } },
  },
])
const of = (kind: string, name: string, owner: object | null = null, namespace = 'shop') =>
  entitiesOfChange(view, 'east', {
    object: { kind, namespace, name },
    owner: owner as { kind: string; namespace: string; name: string } | null,
  })
const workload = (name: string) => [`workload/east/shop/Deployment/${name}`]

test('a change is about the workload, node or service that it was made to', () => {
  expect(of('Deployment', 'cart')).toEqual([workload('cart')])
  expect(of('Node', 'n1', null, '')).toEqual([['node/east/n1', 'node/n1']])
  expect(of('Service', 'cart')).toEqual([['service/east/shop/cart', 'service/cart']])
  expect(of('ClusterVersion', 'version', null, '')).toEqual([['cluster/east']])
  expect(of('ResourceQuota', 'few')).toEqual([['namespace/east/shop']])
})

test('of a ConfigMap, an autoscaler or a policy it is about the workloads that it is for', () => {
  expect(of('ConfigMap', 'settings')).toEqual([workload('cart'), workload('front'), workload('mail')])
  expect(of('HorizontalPodAutoscaler', 'more')).toEqual([workload('cart')])
  expect(of('NetworkPolicy', 'closed')).toEqual([workload('cart')])
  expect(of('NetworkPolicy', 'gone')).toEqual([['namespace/east/shop']])
})

test('what nobody reads, or was made by something that tells of itself, is about nothing', () => {
  expect(of('ConfigMap', 'kube-root-ca.crt')).toEqual([])
  expect(of('Job', 'nightly-1', { kind: 'CronJob', namespace: 'shop', name: 'nightly' })).toEqual([])
})
