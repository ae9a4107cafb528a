import type { ClusterGraph } from '@aiops/contract/model/kubernetes'
import { describe, expect, it } from 'vitest'
import { foldGraph } from './graph-fold.ts'

const node = (kind: string, name: string, status = 'Running') => ({
  id: name,
  object: { kind, namespace: kind === 'Node' ? '' : 'shop', name },
  labels: {},
  status,
})
const pods = ['p1', 'p2', 'p3']
const graph: ClusterGraph = {
  nodes: [
    node('Service', 'svc', 'ClusterIP'),
    node('Deployment', 'web', 'Available'),
    ...pods.map((name) => node('Pod', name, name === 'p2' ? 'CrashLoopBackOff' : 'Running')),
    node('Node', 'w-1', 'Ready'),
  ],
  edges: pods.flatMap((name) => [
    { source: 'svc', target: name, relation: 'SELECTS' as const },
    { source: 'web', target: name, relation: 'OWNS' as const },
    { source: name, target: 'w-1', relation: 'RUNS_ON' as const },
  ]),
  truncated: false,
}

describe('foldGraph', () => {
  it('draws the pods of a workload as one, with how many are not well and what ails them', () => {
    const { items, edges } = foldGraph(graph, new Set())
    expect(items.find(({ pods }) => pods > 1)).toMatchObject({
      pods: 3,
      notWell: 1,
      status: 'CrashLoopBackOff',
    })
    expect(edges.map(({ source, target }) => `${source} → ${target}`)).toEqual([
      'svc → web',
      'web → pods of web',
      'pods of web → w-1',
    ])
  })

  it('draws them one by one when the workload is opened', () => {
    const { items, edges } = foldGraph(graph, new Set(['web']))
    expect(items).toHaveLength(6)
    expect(edges).toContainEqual({ source: 'p1', target: 'w-1', relation: 'RUNS_ON' })
  })
})
