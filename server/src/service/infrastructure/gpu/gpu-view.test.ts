import { GpuNode } from '@aiops/contract/model/gpu'
import { describe, expect, it } from 'vitest'
import type { ClusterInventory } from '../index.ts'
import { noInventory, readingOf } from '../signature/exposition-reading.suite.ts'
import { History } from '../signature/history.ts'
import { exposition, node, pod, sentinel } from './gpu-scene.suite.ts'
import { gpuNodesOf, summaryOf } from './gpu-view.ts'

function nodesOf(text: string, inventory: ClusterInventory = noInventory): GpuNode[] {
  const history = new History({ readingsMax: 10, bytesMax: 1 << 24 }, () => inventory)
  history.append(readingOf(text, Date.UTC(2026, 0, 1)))
  const nodes = gpuNodesOf({ id: 'c', name: 'cluster', history, stale: false }, [], undefined)
  for (const one of nodes) expect(GpuNode.parse(one)).toEqual(one)
  return nodes
}
const gpuOf = (text: string, inventory?: ClusterInventory) => nodesOf(text, inventory)[0]?.gpus[0]

describe('GPUs as DCGM tells of them', () => {
  it('reads figures, identity and to whom it is given', () => {
    expect(gpuOf(exposition({ pod: 'job-0' }))).toMatchObject({
      ...{ index: 0, uuid: 'GPU-gpu-01-0', name: 'NVIDIA H100 80GB HBM3', driver_version: '550.54.15' },
      ...{
        memory_total_mb: 81_559,
        memory_used_mb: 41_000,
        memory_free_mb: 40_000,
        utilization_gpu_percent: 97,
      },
      ...{
        sm_active_ratio: 0.8,
        temperature_celsius: 61,
        power_draw_watts: 510,
        last_xid: null,
        fan_speed_percent: null,
      },
      ...{ namespace: 'train', pod: 'job-0', health: 'OK', mig_enabled: null, mig_instances: [] },
    })
  })

  it('takes "not supported" values of every width for none, never for a figure', () => {
    for (const blank of [
      sentinel,
      '9223372036854775792',
      '9.223372036854776e+18',
      '140737488355328',
      '140737488355330',
      '2147483632',
      'NaN',
    ])
      expect(gpuOf(exposition({ values: { MEMORY_TEMP: blank, FAN_SPEED: blank } }))).toMatchObject({
        ...{ memory_temperature_celsius: null, fan_speed_percent: null },
      })
  })

  it('shows the last XID, and none where the register is 0', () => {
    expect(gpuOf(exposition({ values: { XID_ERRORS: 79 } }))?.last_xid).toBe(79)
  })

  it('shows slices of a divided GPU, and no utilisation of the whole', () => {
    const slice = (id: string, used: number, who: string) =>
      `DCGM_FI_DEV_FB_USED{gpu="0",UUID="GPU-a",Hostname="n",GPU_I_PROFILE="1g.10gb",GPU_I_ID="${id}",pod="${who}",namespace="train"} ${used}
DCGM_FI_PROF_GR_ENGINE_ACTIVE{gpu="0",UUID="GPU-a",Hostname="n",GPU_I_PROFILE="1g.10gb",GPU_I_ID="${id}",pod="${who}",namespace="train"} 0.3`
    expect(gpuOf(`${slice('7', 100, 'a')}\n${slice('8', 200, '')}`)).toMatchObject({
      ...{ mig_enabled: true, utilization_gpu_percent: null, memory_used_mb: 300, pod: null },
      mig_instances: [
        {
          gpu_instance_id: '7',
          profile: '1g.10gb',
          memory_used_mb: 100,
          engine_active_ratio: 0.3,
          pod: 'a',
          namespace: 'train',
        },
        {
          gpu_instance_id: '8',
          profile: '1g.10gb',
          memory_used_mb: 200,
          engine_active_ratio: 0.3,
          pod: null,
          namespace: null,
        },
      ],
    })
  })

  it('takes exported_pod for the workload where the scrape put the exporter into pod', () => {
    const labels = {
      pod: 'nvidia-dcgm-exporter-x1',
      namespace: 'gpu-operator',
      container: 'nvidia-dcgm-exporter',
    }
    expect(gpuOf(exposition({ labels }))).toMatchObject({ namespace: null, pod: null })
    const exported = { ...labels, exported_pod: 'job-0', exported_namespace: 'train' }
    expect(gpuOf(exposition({ labels: exported }))).toMatchObject({ namespace: 'train', pod: 'job-0' })
  })

  it('finds the node by whichever label the inventory knows', () => {
    const inventory = {
      nodes: [node('gpu-01.example.org', 8)],
      pods: [pod('dcgm-x', { node: 'gpu-01.example.org' })],
    }
    const names: Record<string, string>[] = [
      { Hostname: 'gpu-01' },
      { Hostname: 'x', node: 'gpu-01.example.org' },
      { Hostname: 'dcgm-x' },
    ]
    for (const labels of [...names, { Hostname: '', instance: 'gpu-01.example.org:9400' }])
      expect(nodesOf(exposition({ labels }), inventory)[0]).toMatchObject({
        ...{ node_name: 'gpu-01.example.org', allocatable: 8, source: 'DCGM' },
      })
  })

  it('passes over what names no GPU, and survives what a liar writes', () => {
    expect(nodesOf('DCGM_FI_DEV_GPU_TEMP 5\nDCGM_FI_DEV_GPU_TEMP{Hostname="n"} 5')).toEqual([])
    const lies = {
      values: { GPU_UTIL: 1e9, GPU_TEMP: -5, XID_ERRORS: '1e300' },
      labels: { gpu: '__proto__', UUID: '__proto__' },
    }
    expect(gpuOf(exposition(lies))).toMatchObject({
      index: 0,
      utilization_gpu_percent: null,
      temperature_celsius: null,
      last_xid: null,
    })
  })

  it('keeps an energy counter that has passed 2^47', () => {
    const history = new History({ readingsMax: 10, bytesMax: 1 << 24 }, () => noInventory)
    history.append(readingOf(exposition({ values: { THERMAL_VIOLATION: 2 ** 47 + 1_000 } }), 0))
    expect(history.samples('DCGM_FI_DEV_THERMAL_VIOLATION')[0]?.value).toBe(2 ** 47 + 1_000)
  })

  it('sums up: by model and health, over those that tell', () => {
    const nodes = nodesOf(
      exposition(
        { pod: 'a' },
        { index: 1, values: { GPU_UTIL: 3 } },
        { node: 'b', model: 'NVIDIA L4', values: { GPU_UTIL: null } },
      ),
    )
    expect(summaryOf(nodes, [])).toMatchObject({
      ...{
        total_nodes: 2,
        total_gpus: 3,
        avg_utilization_percent: 50,
        allocated_gpus: 1,
        idle_allocated_gpus: 0,
      },
      ...{
        by_type: { 'NVIDIA H100 80GB HBM3': 2, 'NVIDIA L4': 1 },
        by_health: { OK: 3 },
        power_draw_watts: 1_530,
      },
    })
    expect(summaryOf([], [])).toMatchObject({ avg_utilization_percent: null, power_draw_watts: null })
  })
})
