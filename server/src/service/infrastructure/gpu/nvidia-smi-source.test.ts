import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { ClusterInventory } from '../index.ts'
import { readingOf } from '../signature/exposition-reading.suite.ts'
import { exposition, node, pod } from './gpu-scene.suite.ts'
import { NvidiaSmiSource } from './nvidia-smi-source.ts'
import { appCsv, execApi, gpuCsv, migList, migXml, plain, xml } from './smi-text.suite.ts'

const limits = { timeoutMs: 1_000, detailMs: 60_000, nodesMax: 10 }
const { signal } = new AbortController()
const uid = '0f3e8a52-1111-4222-8333-944455556666'
const container = 'c'.repeat(64)

const driver = (name: string, on: string) =>
  pod(name, { namespace: 'nvidia-gpu-operator', node: on, requests: {} })
const inventory: ClusterInventory = {
  nodes: [node('gpu-01', 2), node('cpu-01', 0)],
  pods: [
    driver('nvidia-device-plugin-daemonset-a', 'gpu-01'),
    driver('nvidia-driver-daemonset-a', 'gpu-01'),
    driver('nvidia-driver-daemonset-b', 'cpu-01'),
    pod('job-0', { uid, containerIds: [`containerd://${container}`] }),
    pod('job-1'),
  ],
}
const cgroups = `== 4242\n0::/kubepods.slice/kubepods-pod${uid.replaceAll('-', '_')}.slice/cri-containerd-${'d'.repeat(64)}.scope\n== 4300\n`
const smi = (command: string): string => {
  if (command.includes('--query-gpu=')) return gpuCsv
  if (command.includes('--query-compute-apps=')) return appCsv
  if (command.startsWith('sh -c')) return cgroups
  if (command === 'nvidia-smi -q -x') return xml()
  return command === 'nvidia-smi -L' ? migList : plain
}

describe('NvidiaSmiSource', () => {
  it('asks the driver’s pod of nodes that no exporter tells of, and joins processes to pods', async () => {
    const api = execApi(smi)
    const reading = await new NvidiaSmiSource(new ManualClock(), limits).collect(api, inventory, [], signal)
    expect(new Set(api.commands.map((one) => one.split(':')[0]))).toEqual(
      new Set(['nvidia-driver-daemonset-a']),
    )
    expect(api.commands[0]).toContain(
      '--query-gpu=index,uuid,name,driver_version,memory.total,memory.used,memory.free,utilization.gpu,utilization.memory,temperature.gpu,power.draw,power.limit,fan.speed --format=csv,noheader,nounits',
    )
    expect(
      reading?.samples
        .filter(({ labels }) => labels.__name__ === 'DCGM_FI_DEV_GPU_TEMP')
        .map(({ value, labels }) => [value, labels.cuda_version]),
    ).toEqual([
      [61, '12.4'],
      [31, '12.4'],
    ])
    expect(reading?.processes.get('GPU-aaaa')).toEqual([
      {
        pid: 4242,
        process_name: 'python3, train.py',
        used_memory_mb: 40_960,
        type: 'COMPUTE',
        namespace: 'train',
        pod: 'job-0',
      },
      {
        pid: 4300,
        process_name: '/usr/bin/dcgmproftester',
        used_memory_mb: null,
        type: 'COMPUTE',
        namespace: null,
        pod: null,
      },
    ])
  })

  it('finds a pod by the id of its container, and by being the only one with GPUs there', async () => {
    const byContainer = execApi((command) =>
      command.startsWith('sh -c') ? `== 4242\n0::/docker/${container}\n` : smi(command),
    )
    const first = await new NvidiaSmiSource(new ManualClock(), limits).collect(
      byContainer,
      inventory,
      [],
      signal,
    )
    expect(first?.processes.get('GPU-aaaa')?.[0]?.pod).toBe('job-0')
    const alone = { ...inventory, pods: inventory.pods.filter(({ name }) => name !== 'job-0') }
    const silent = execApi((command) => (command.startsWith('sh -c') ? '' : smi(command)))
    const second = await new NvidiaSmiSource(new ManualClock(), limits).collect(silent, alone, [], signal)
    expect(second?.processes.get('GPU-aaaa')?.map((one) => one.pod)).toEqual(['job-1', 'job-1'])
  })

  it('asks for everything, and for unknown processes, only now and then', async () => {
    const clock = new ManualClock()
    const api = execApi(smi)
    const source = new NvidiaSmiSource(clock, limits)
    await source.collect(api, inventory, [], signal)
    const first = api.commands.length
    await source.collect(api, inventory, [], signal)
    expect(api.commands.slice(first).map((one) => one.split(' ')[2]?.split('=')[0])).toEqual([
      '--query-gpu',
      '--query-compute-apps',
    ])
    await clock.advance(60_000)
    await source.collect(api, inventory, [], signal)
    expect(api.commands.filter((one) => one.includes('-q -x'))).toHaveLength(2)
  })

  it('gives slices their profiles', async () => {
    const api = execApi((command) => {
      if (command === 'nvidia-smi -q -x') return migXml
      return command === 'nvidia-smi -L'
        ? migList
            .replace('GPU-aaaa', 'x')
            .replace('GPU-bbbb)', 'GPU-bbbb)\n  MIG 1g.10gb     Device  0: (UUID: MIG-3)')
        : smi(command)
    })
    const reading = await new NvidiaSmiSource(new ManualClock(), limits).collect(api, inventory, [], signal)
    expect(reading?.samples.find(({ labels }) => labels.GPU_I_ID === '7')?.labels.GPU_I_PROFILE).toBe(
      '1g.10gb',
    )
  })

  it('asks nobody where an exporter tells, where there are no GPUs, or where it may not', async () => {
    const told = readingOf(exposition({}), 0).samples
    const api = execApi(smi)
    const source = new NvidiaSmiSource(new ManualClock(), limits)
    expect(await source.collect(api, inventory, told, signal)).toBeUndefined()
    expect(
      await source.collect(api, { nodes: [node('cpu-01', 0)], pods: inventory.pods }, [], signal),
    ).toBeUndefined()
    const forbidden = execApi(smi, false)
    expect((await source.collect(forbidden, inventory, [], signal))?.samples).toEqual([])
    expect([...api.commands, ...forbidden.commands]).toEqual([])
  })

  it('leaves out a node that does not answer, and tells of the others', async () => {
    const two = {
      nodes: [...inventory.nodes, node('gpu-02', 1)],
      pods: [...inventory.pods, driver('nvidia-driver-daemonset-c', 'gpu-02')],
    }
    const api = execApi((command, { pod: name }) => {
      if (name.endsWith('-c')) throw new Fault('TIMEOUT', 'The command did not end in time.')
      return smi(command)
    })
    const reading = await new NvidiaSmiSource(new ManualClock(), limits).collect(api, two, [], signal)
    expect(new Set(reading?.samples.map(({ labels }) => labels.Hostname))).toEqual(new Set(['gpu-01']))
  })
})
