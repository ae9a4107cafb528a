import { describe, expect, test } from 'vitest'
import { EntityId, entitiesOfObject, entityOf, workloadOf } from './entity.ts'

const place = { cluster: 'east', namespace: 'shop' }

test('a name may hold line breaks: what a system calls itself is never a list that cannot be read', () => {
  for (const service of ['a\nb', 'a\u2028b', '\n', '__proto__', '[x](http://evil.example)'])
    expect(EntityId.parse(entityOf({ service }))).toBe(`service/${service}`)
})

describe('the entity that labels speak of', () => {
  test.each([
    [{ 'service.name': 'cart', 'k8s.pod.name': 'cart-1', 'host.name': 'n1' }, 'service/cart'],
    [{ ...place, pod: 'cart-1', node: 'n1', deployment: 'cart' }, 'pod/cart-1'],
    [{ ...place, deployment: 'cart', instance: '10.0.0.1:80' }, 'workload/east/shop/Deployment/cart'],
    [
      { 'k8s.cluster.name': 'east', 'k8s.namespace.name': 'shop', 'k8s.statefulset.name': 'db' },
      'workload/east/shop/StatefulSet/db',
    ],
    [{ ...place, cronjob: 'nightly', job_name: 'nightly-1' }, 'workload/east/shop/CronJob/nightly'],
    [{ namespace: 'shop', deployment: 'cart' }, undefined],
    [{ deployment: 'cart', job: 'api', instance: 'x' }, 'service/api'],
    [{ node: 'n1', instance: 'x' }, 'node/n1'],
    [{}, undefined],
  ])('%j is %s', (labels, entity) => {
    expect(entityOf(labels)).toBe(entity)
  })

  const speaker = { job: 'kube-state-metrics', service: 'prometheus-kube-state-metrics', instance: 'a:8080' }
  test.each([
    [{ ...speaker, ...place, pod: 'cart-1' }, 'pod/cart-1'],
    [{ ...speaker, ...place, deployment: 'cart' }, 'workload/east/shop/Deployment/cart'],
    [{ ...speaker, node: 'n1' }, 'node/n1'],
    [{ ...speaker, persistentvolumeclaim: 'data' }, 'service/prometheus-kube-state-metrics'],
  ])('where kube-state-metrics speaks, %j is %s', (labels, entity) => {
    expect(entityOf(labels)).toBe(entity)
  })

  test('is never read from what every object inherits', () => {
    expect(entityOf(JSON.parse('{"__proto__":{"pod":"x"}}'))).toBeUndefined()
    expect(workloadOf({ ...place, constructor: 'x' })).toBeUndefined()
  })
})

test('an object of a cluster is called by its whole name first, then as telemetry calls it', () => {
  const of = (kind: string, namespace = 'shop') => entitiesOfObject('east', { kind, namespace, name: 'x' })
  expect(of('Pod')).toEqual(['pod/east/shop/x', 'pod/x'])
  expect(of('Node', '')).toEqual(['node/east/x', 'node/x'])
  expect(of('Service')).toEqual(['service/east/shop/x', 'service/x'])
  expect(of('Deployment')).toEqual(['workload/east/shop/Deployment/x'])
  expect(of('Namespace', '')).toEqual(['namespace/east/x'])
  expect(of('PersistentVolumeClaim')).toEqual([])
  for (const kind of ['Pod', 'Node', 'Service', 'Job']) for (const id of of(kind)) EntityId.parse(id)
})
