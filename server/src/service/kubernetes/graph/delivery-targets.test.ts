import { expect, test } from 'vitest'
import { snapshotOf } from '../snapshot.ts'
import { deliveryTargets } from './delivery-targets.ts'

const deployment = (name: string, labels: object, podLabels: object = {}, spec: object = {}) => ({
  ...{ kind: 'Deployment', metadata: { namespace: 'shop', name, uid: name, labels } },
  spec: { template: { metadata: { labels: podLabels }, spec } },
})
const flux = 'kustomize.toolkit.fluxcd.io'
const view = snapshotOf([
  deployment('cart', { [`${flux}/name`]: 'shop', [`${flux}/namespace`]: 'flux-system' }, { app: 'cart' }),
  deployment('web', {}, { app: 'web' }, { volumes: [{ name: 'tls', secret: { secretName: 'web-tls' } }] }),
  {
    ...{ kind: 'Application', metadata: { namespace: 'argocd', name: 'shop' } },
    status: {
      resources: [
        { kind: 'Deployment', namespace: 'shop', name: 'web' },
        { kind: 'Deployment', namespace: 'elsewhere', name: 'gone' },
        { kind: 'ConfigMap', namespace: 'shop', name: 'x' },
      ],
    },
  },
  { kind: 'Certificate', metadata: { namespace: 'shop', name: 'web' }, spec: { secretName: 'web-tls' } },
  { kind: 'Certificate', metadata: { namespace: 'shop', name: 'other' }, spec: { secretName: 'other-tls' } },
  {
    ...{ kind: 'ChaosEngine', metadata: { namespace: 'litmus', name: 'kill' } },
    spec: { appinfo: { appns: 'shop', applabel: 'app=cart' } },
  },
  {
    ...{ kind: 'NetworkChaos', metadata: { namespace: 'chaos', name: 'slow' } },
    spec: { selector: { namespaces: ['shop'], labelSelectors: { app: 'web' } } },
  },
  {
    kind: 'PodChaos',
    metadata: { namespace: 'chaos', name: 'all' },
    spec: { selector: { namespaces: ['shop'] } },
  },
])
const of = (kind: string, namespace: string, name: string) =>
  deliveryTargets(view, { kind, namespace, name })?.map((ref) => `${ref.kind} ${ref.namespace}/${ref.name}`)

test('what was delivered is about the workloads that it is made of, where they are here', () => {
  expect(of('Kustomization', 'flux-system', 'shop')).toEqual(['Deployment shop/cart'])
  expect(of('Kustomization', 'flux-system', 'other')).toEqual([])
  expect(of('Application', 'argocd', 'shop')).toEqual(['Deployment shop/web'])
})

test('an experiment is about what its labels choose, and about the namespace where it names none', () => {
  expect(of('ChaosEngine', 'litmus', 'kill')).toEqual(['Deployment shop/cart'])
  expect(of('NetworkChaos', 'chaos', 'slow')).toEqual(['Deployment shop/web'])
  expect(of('PodChaos', 'chaos', 'all')).toEqual(['Namespace /shop'])
  expect(of('PodChaos', 'chaos', 'gone')).toEqual(['Namespace /chaos'])
})

test('a certificate is about those that mount it, or else about its namespace', () => {
  expect(of('Certificate', 'shop', 'web')).toEqual(['Deployment shop/web'])
  expect(of('Certificate', 'shop', 'other')).toEqual(['Namespace /shop'])
})

test('of another kind it has nothing to say', () => {
  expect(of('Deployment', 'shop', 'cart')).toBeUndefined()
})
