import type { Gpu, GpuNode } from '@aiops/contract/model/gpu'
import { describe, expect, it } from 'vitest'
import { facetsOf, findGpu, groupsOf, processesOf, rowsOf, sortRows, vanishedOf } from './gpu-row.ts'

const gpu = (uuid: string, part: Partial<Gpu> = {}): Gpu =>
  ({
    ...{
      uuid,
      index: 0,
      name: 'H100',
      health: 'OK',
      namespace: null,
      pod: null,
      mig_instances: [],
      processes: [],
    },
    ...{ utilization_gpu_percent: null, temperature_celsius: null, ...part },
  }) as unknown as Gpu
const node = (cluster: string, name: string, gpus: Gpu[], part: Partial<GpuNode> = {}): GpuNode => ({
  ...{ cluster_id: cluster, cluster_name: cluster, node_name: name, source: 'DCGM', allocatable: null, gpus },
  ...{ last_updated: '2026-01-01T00:00:00Z', stale: false, ...part },
})

const fleet = [
  node('west', 'n10', [gpu('a', { health: 'CRITICAL' }), gpu('b')]),
  node('west', 'n9', [gpu('c', { name: 'T4', pod: 'train-1', namespace: 'ml' })]),
  node('east', 'n1', [gpu('d')], { stale: true }),
]
const uuids = (groups: ReturnType<typeof groupsOf>): string[] => rowsOf(groups).map((row) => row.gpu.uuid)

describe('groupsOf', () => {
  it('orders clusters and nodes as people count', () => {
    expect(uuids(groupsOf(fleet, {}))).toEqual(['d', 'c', 'a', 'b'])
  })

  it('keeps the list of a node all of whose GPUs fit, so that nothing is drawn anew', () => {
    const [west] = groupsOf(fleet, { health: ['OK'] })
    expect(west?.nodes[0]?.gpus).toBe(fleet[1]?.gpus)
    expect(west?.nodes[1]?.gpus.map(({ uuid }) => uuid)).toEqual(['b'])
  })

  it('takes the health of a stale node for unknown', () => {
    expect(uuids(groupsOf(fleet, { health: ['UNKNOWN'] }))).toEqual(['d'])
    expect(uuids(groupsOf(fleet, { health: ['OK'] }))).not.toContain('d')
  })

  it('finds every word somewhere: node, pod, model', () => {
    expect(uuids(groupsOf(fleet, { text: 'n9 TRAIN' }))).toEqual(['c'])
    expect(uuids(groupsOf(fleet, { text: 'n9 other' }))).toEqual([])
  })

  it('joins cluster, node and type', () => {
    expect(uuids(groupsOf(fleet, { cluster: ['west'], type: ['H100'] }))).toEqual(['a', 'b'])
    expect(uuids(groupsOf(fleet, { node: 'n1' }))).toEqual(['d'])
  })
})

describe('sortRows', () => {
  it('puts what is not told last', () => {
    const rows = rowsOf(
      groupsOf(
        [
          node('x', 'n', [
            gpu('none'),
            gpu('cold', { temperature_celsius: 30 }),
            gpu('hot', { temperature_celsius: 90 }),
          ]),
        ],
        {},
      ),
    )
    expect(sortRows(rows, 'temperature').map((row) => row.gpu.uuid)).toEqual(['hot', 'cold', 'none'])
  })

  it('puts the worst health first', () => {
    expect(sortRows(rowsOf(groupsOf(fleet, {})), 'health').map((row) => row.gpu.uuid)).toEqual([
      'a',
      'd',
      'c',
      'b',
    ])
  })
})

describe('findGpu', () => {
  it('tells GPUs of one UUID in two clusters apart', () => {
    const twins = [node('one', 'n', [gpu('same')]), node('two', 'n', [gpu('same')])]
    expect(findGpu(twins, 'two/n/same')?.node.cluster_id).toBe('two')
    expect(findGpu(twins, 'three/n/same')).toBeUndefined()
  })
})

it('counts as vanished what a node offers and nobody tells of', () => {
  expect(vanishedOf(node('x', 'n', [gpu('a')], { allocatable: 3 }))).toBe(2)
  expect(vanishedOf(node('x', 'n', [gpu('a')], { allocatable: null }))).toBe(0)
  expect(vanishedOf(node('x', 'n', [gpu('a'), gpu('b')], { allocatable: 0 }))).toBe(0)
})

it('lists processes by memory, those that do not tell it last', () => {
  const process = (pid: number, used_memory_mb: number | null) =>
    ({ pid, process_name: 'p', used_memory_mb, type: 'COMPUTE', namespace: null, pod: null }) as const
  const nodes = [
    node('x', 'n', [gpu('a', { processes: [process(1, null), process(2, 10), process(3, 900)] })]),
  ]
  expect(processesOf(rowsOf(groupsOf(nodes, {}))).map((row) => row.process.pid)).toEqual([3, 2, 1])
})

it('counts GPUs for each thing to filter by', () => {
  expect(facetsOf(fleet).types).toEqual([
    { value: 'H100', word: 'H100', count: 3 },
    { value: 'T4', word: 'T4', count: 1 },
  ])
})
