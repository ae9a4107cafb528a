import { describe, expect, test } from 'vitest'
import { atOnce } from '../../../kernel/stepwise.ts'
import { snapshotOf } from '../snapshot.ts'
import { clusterGraph } from './cluster-graph.ts'

const meta = (name: string, more: object = {}, namespace = 'shop') => ({ namespace, name, ...more })
const controlled = (kind: string, name: string, uid = name) => ({
  ownerReferences: [{ kind, name, uid, controller: true }],
})
const shop = [
  { kind: 'Node', metadata: { name: 'n1' }, status: { conditions: [{ type: 'Ready', status: 'True' }] } },
  { kind: 'Node', metadata: { name: 'n2' } },
  { kind: 'Deployment', metadata: meta('web', { uid: 'd' }), spec: { replicas: 1 } },
  { kind: 'ReplicaSet', metadata: meta('web-1', { uid: 'r', ...controlled('Deployment', 'web', 'd') }) },
  {
    kind: 'Pod',
    metadata: meta('web-1-x', { labels: { app: 'web' }, ...controlled('ReplicaSet', 'web-1', 'r') }),
    spec: {
      nodeName: 'n1',
      containers: [{ name: 'm', envFrom: [{ configMapRef: { name: 'settings' } }] }],
      volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }],
    },
    status: { phase: 'Running' },
  },
  { kind: 'PersistentVolumeClaim', metadata: meta('data'), status: { phase: 'Bound' } },
  { kind: 'Service', metadata: meta('web'), spec: { selector: { app: 'web' } } },
  { kind: 'Service', metadata: meta('db'), spec: { type: 'ExternalName', externalName: 'db.example.com' } },
  {
    kind: 'Ingress',
    metadata: meta('front'),
    spec: { rules: [{ http: { paths: [{ path: '/', backend: { service: { name: 'web' } } }] } }] },
  },
  {
    kind: 'NetworkPolicy',
    metadata: meta('deny'),
    spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] },
  },
  {
    kind: 'HorizontalPodAutoscaler',
    metadata: meta('web'),
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } },
  },
]
const graphOf = (objects: object[], ask: { namespace?: string; limit?: number } = {}) =>
  atOnce(clusterGraph(snapshotOf(objects), { limit: 1_000, ...ask }))

describe('the graph of a cluster', () => {
  test('says what owns, runs, selects, routes, mounts, scales and restricts what', () => {
    const { nodes, edges, truncated } = graphOf(shop)
    const external = nodes.filter(({ id }) => /^ext-[0-9a-f]{8}$/.test(id))
    expect(external.map(({ object }) => object.name).sort()).toEqual(['10.0.0.0/8', 'db.example.com'])
    const idOf = (name: string) => external.find(({ object }) => object.name === name)?.id
    const found = edges.map(({ source, relation, target }) => `${source} ${relation} ${target}`)
    expect(found.sort()).toEqual(
      [
        'workload-deployment-shop-web OWNS pod-shop-web-1-x',
        'pod-shop-web-1-x RUNS_ON node-n1',
        'pod-shop-web-1-x MOUNTS pvc-shop-data',
        'pod-shop-web-1-x MOUNTS configmap-shop-settings',
        'svc-shop-web SELECTS pod-shop-web-1-x',
        'ingress-shop-front ROUTES_TO svc-shop-web',
        'netpol-shop-deny APPLIES_TO pod-shop-web-1-x',
        'hpa-shop-web SCALES workload-deployment-shop-web',
        `netpol-shop-deny ALLOWS ${idOf('10.0.0.0/8')}`,
        `svc-shop-db ROUTES_TO ${idOf('db.example.com')}`,
      ].sort(),
    )
    expect(truncated).toBe(false)
    expect(nodes.find(({ id }) => id === 'configmap-shop-settings')?.status).toBe('Missing')
  })

  test('of one namespace has the nodes that its pods run on', () => {
    const other = { kind: 'Pod', metadata: meta('p', {}, 'pay'), spec: { nodeName: 'n2' } }
    expect(graphOf([...shop, other], { namespace: 'pay' }).nodes.map(({ id }) => id)).toEqual([
      'node-n2',
      'pod-pay-p',
    ])
  })

  test('keeps to its limit, one namespace whole before the next, and no edge ends nowhere', () => {
    const first = { kind: 'Pod', metadata: meta('p', {}, 'a'), spec: { nodeName: 'n1' } }
    const { nodes, edges, truncated } = graphOf([...shop, first], { limit: 4 })
    expect(nodes.map(({ id }) => id)).toEqual([
      'node-n1',
      'pod-a-p',
      'workload-deployment-shop-web',
      'svc-shop-db',
    ])
    expect(edges).toEqual([{ source: 'pod-a-p', target: 'node-n1', relation: 'RUNS_ON' }])
    expect(truncated).toBe(true)
    expect(graphOf([first], { limit: 1 }).nodes).toHaveLength(1)
  })

  test('of a namespace that does not fit shows some of each kind', () => {
    const many = Array.from({ length: 100 }, (_, i) => [
      { kind: 'Deployment', metadata: meta(`w${i}`, { uid: `u${i}` }) },
      { kind: 'Pod', metadata: meta(`w${i}-x`, controlled('Deployment', `w${i}`, `u${i}`)) },
    ]).flat()
    const { nodes, edges, truncated } = graphOf(many, { limit: 40 })
    expect([nodes.length, truncated]).toEqual([40, true])
    expect(edges.length).toBeGreaterThanOrEqual(10)
  })

  test('tells things apart whose ids would be alike', () => {
    const pod = (namespace: string, name: string) => ({ kind: 'Pod', metadata: { namespace, name } })
    const ids = graphOf([pod('a-b', 'c'), pod('a', 'b-c')]).nodes.map(({ id }) => id)
    expect(new Set(ids).size).toBe(2)
    expect(ids).toContain('pod-a-b-c')
  })
})
