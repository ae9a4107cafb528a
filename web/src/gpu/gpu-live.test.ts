import type { GpuNode } from '@aiops/contract/model/gpu'
import { QueryClient } from '@tanstack/react-query'
import { describe, expect, it } from 'vitest'
import { createGpuLive, type GpuNodes, gpuNodesKey, patchNodes } from './gpu-live.ts'

const node = (name: string, second = 0, stale = false): GpuNode => ({
  ...{ cluster_id: 'c', cluster_name: 'c', node_name: name, source: 'DCGM', allocatable: 8, gpus: [], stale },
  last_updated: new Date(second * 1_000).toISOString(),
})
const told = (...nodes: GpuNode[]) => new Map(nodes.map((one) => [`c/${one.node_name}`, one]))

describe('patchNodes', () => {
  const list = { nodes: [node('a', 10), node('b', 10)], total: 2 }
  it('leaves other nodes the objects that they are', () => {
    const patched = patchNodes(list, told(node('b', 11, true)))
    expect(patched.nodes[0]).toBe(list.nodes[0])
    expect(patched.nodes[1]?.stale).toBe(true)
  })
  it('takes a node that is new, and no older telling', () => {
    const patched = patchNodes(list, told(node('c', 1), node('a', 9, true)))
    expect(patched.total).toBe(3)
    expect(patched.nodes[0]?.stale).toBe(false)
  })
})

describe('createGpuLive', () => {
  it('draws many updates once, within a quarter of a second', () => {
    const cache = new QueryClient()
    const waits: { ms: number; run: () => void }[] = []
    const live = createGpuLive(cache, (ms, run) => waits.push({ ms, run }))
    cache.setQueryData<GpuNodes>(gpuNodesKey, { nodes: [node('a'), node('b')], total: 2 })
    live.take(node('a', 5))
    live.take(node('b', 5))
    live.take(node('a', 6))
    expect(waits.map(({ ms }) => ms)).toEqual([250])
    waits[0]?.run()
    const times = cache.getQueryData<GpuNodes>(gpuNodesKey)?.nodes.map((one) => Date.parse(one.last_updated))
    expect(times).toEqual([6_000, 5_000])
  })

  it('keeps nothing where no page shows GPUs', () => {
    const waits: number[] = []
    createGpuLive(new QueryClient(), (ms) => waits.push(ms)).take(node('a'))
    expect(waits).toEqual([])
  })
})
