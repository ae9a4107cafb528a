import { entityOf } from '@aiops/contract/model/entity'
import { TopologyInput } from '@aiops/contract/model/topology'
import { describe, expect, test } from 'vitest'
import { atOnce } from '../../../kernel/stepwise.ts'
import { snapshotOf } from '../snapshot.ts'
import { ambiguityOf, entitiesOf } from './entities.ts'

const pod = (namespace: string, name: string, more: object = {}) => ({
  kind: 'Pod',
  metadata: { namespace, name, labels: { app: 'db' }, ...more },
  spec: { nodeName: 'n1' },
  status: { phase: 'Running' },
})
const node = { kind: 'Node', metadata: { name: 'n1' } }
const owner = { ownerReferences: [{ kind: 'StatefulSet', name: 'db', uid: 's', controller: true }] }
const service = {
  kind: 'Service',
  metadata: { namespace: 'a', name: 'db' },
  spec: { selector: { app: 'db' } },
}

describe('entities of a cluster', () => {
  test('are called as telemetry calls them, and need one another', () => {
    const set = { kind: 'StatefulSet', metadata: { namespace: 'a', name: 'db', uid: 's' } }
    const space = { kind: 'Namespace', metadata: { name: 'a' } }
    const view = snapshotOf([node, space, set, pod('a', 'db-0', owner), service])
    const { topology } = atOnce(entitiesOf(view, { name: 'east' }))
    expect(() => TopologyInput.parse(topology)).not.toThrow()
    const ids = topology.entities.map(({ id }) => id)
    expect(ids).toContain(entityOf({ 'k8s.pod.name': 'db-0' }))
    expect(ids).toContain(entityOf({ node: 'n1' }))
    expect(ids).toContain(entityOf({ 'service.name': 'db' }))
    expect(topology.edges.map(({ source, type, target }) => `${source} ${type} ${target}`).sort()).toEqual([
      'cluster/east OWNS node/n1',
      'namespace/east/a OWNS workload/east/a/StatefulSet/db',
      'pod/db-0 RUNS_ON node/n1',
      'service/db DEPENDS workload/east/a/StatefulSet/db',
      'service/db SELECTS pod/db-0',
      'workload/east/a/StatefulSet/db OWNS pod/db-0',
    ])
  })

  test('alike in name, in two namespaces or two clusters, are told apart and join no telemetry', () => {
    const one = snapshotOf([node, pod('a', 'db-0'), pod('b', 'db-0'), pod('a', 'web')])
    const ids = (view: typeof one, name: string, others: (typeof one)[] = []) =>
      atOnce(entitiesOf(view, { name }, atOnce(ambiguityOf([view, ...others])))).topology.entities.map(
        ({ id }) => id,
      )
    expect(ids(one, 'east').filter((id) => id.startsWith('pod/'))).toEqual([
      'pod/east/a/db-0',
      'pod/web',
      'pod/east/b/db-0',
    ])
    const two = snapshotOf([node, pod('a', 'web')])
    expect(ids(one, 'east', [two])).toContain('pod/east/a/web')
    expect(ids(two, 'west', [one])).toEqual(['cluster/west', 'node/west/n1', 'pod/west/a/web'])
  })

  test('with a name that no object has are left out', () => {
    const { topology } = atOnce(entitiesOf(snapshotOf([pod('a', 'x\ny')]), { name: 'east' }))
    expect(topology.entities.map(({ id }) => id)).toEqual(['cluster/east'])
    expect(() => TopologyInput.parse(topology)).not.toThrow()
  })

  test('mount what they read from, by volume or environment, and have the address that flows name', () => {
    const db = pod('a', 'db-0')
    const volumes = [
      { name: 'v', persistentVolumeClaim: { claimName: 'data' } },
      { name: 'c', configMap: { name: 'settings' } },
    ]
    const container = {
      name: 'db',
      image: 'db',
      envFrom: [{ secretRef: { name: 'login' } }, { configMapRef: { name: 'settings' } }],
    }
    const mounting = {
      ...db,
      spec: { ...db.spec, volumes, containers: [container] },
      status: { phase: 'Running', podIP: '10.1.2.3' },
    }
    const { topology } = atOnce(entitiesOf(snapshotOf([node, mounting]), { name: 'east' }))
    expect(
      topology.edges
        .filter(({ type }) => type === 'MOUNTS')
        .map(({ source, target }) => `${source} ${target}`),
    ).toEqual([
      'pod/db-0 volume/east/a/data',
      'pod/db-0 configmap/east/a/settings',
      'pod/db-0 secret/east/a/login',
    ])
    expect(topology.entities.find(({ id }) => id === 'pod/db-0')?.labels.ip).toBe('10.1.2.3')
    expect(() => TopologyInput.parse(topology)).not.toThrow()
  })
})
