import { GpuNode } from '@aiops/contract/model/gpu'
import { afterEach, describe, expect, it } from 'vitest'
import { Fault } from '../../kernel/fault.ts'
import type { Ask } from '../../port/cluster-backend.ts'
import { exposition, node, pod } from './gpu/gpu-scene.suite.ts'
import { appCsv, execApi, gpuCsv, xml } from './gpu/smi-text.suite.ts'
import { backendOf, clusterOf, createInfrastructureRig } from './infrastructure-rig.suite.ts'

const minute = 60_000
const all = { cluster_ids: [] }
const rigs: ReturnType<typeof createInfrastructureRig>[] = []

async function start(...given: Parameters<typeof createInfrastructureRig>) {
  const rig = createInfrastructureRig(...given)
  rigs.push(rig)
  await rig.infrastructure.start()
  return rig
}
afterEach(async () => {
  for (const { infrastructure } of rigs.splice(0)) await infrastructure.stop()
})

describe('Infrastructure', () => {
  it('shows the GPUs of all clusters of a tenant, and of no other', async () => {
    const text = () => exposition({ pod: 'job-0' })
    const others = clusterOf('b', { metrics: backendOf(text), tenant: 'other' })
    const { infrastructure, clock } = await start([clusterOf('a', { metrics: backendOf(text) }), others])
    await clock.advance(minute)
    const nodes = infrastructure.gpuNodes('default', all)
    expect(
      nodes.map(({ cluster_id, cluster_name, node_name, stale }) => [
        cluster_id,
        cluster_name,
        node_name,
        stale,
      ]),
    ).toEqual([['a', 'a-name', 'gpu-01', false]])
    expect(GpuNode.parse(nodes[0])).toEqual(nodes[0])
    expect(infrastructure.gpuNode('default', 'a', 'gpu-01')).toEqual(nodes[0])
    expect(infrastructure.gpuSummary('default', all)).toMatchObject({ total_gpus: 1, allocated_gpus: 1 })
    expect(() => infrastructure.gpuNode('default', 'b', 'gpu-01')).toThrow(Fault)
    expect(() => infrastructure.gpuNode('default', 'a', 'gpu-02')).toThrow(/gpu-02/)
    expect(() => infrastructure.dpdk('default', 'a', 'none')).toThrow(/none/)
  })

  it('opens and closes findings, tells of both, and judges the GPU by them', async () => {
    let temperature = 61
    const metrics = backendOf(() => exposition({ values: { GPU_TEMP: temperature } }))
    const { infrastructure, clock, events } = await start([clusterOf('a', { metrics })])
    await clock.advance(minute)
    temperature = 95
    await clock.advance(3 * minute)
    expect(infrastructure.findings('default').map(({ rule }) => rule)).toEqual(['gpu-temperature'])
    expect(infrastructure.findings('other')).toEqual([])
    expect(infrastructure.gpuNodes('default', all)[0]?.gpus[0]?.health).toBe('CRITICAL')
    expect(infrastructure.gpuSummary('default', all)).toMatchObject({
      findings: { CRITICAL: 1 },
      by_health: { CRITICAL: 1 },
    })
    temperature = 61
    await clock.advance(3 * minute)
    const told = events.filter(({ event_type }) => event_type.startsWith('FINDING'))
    expect(told.map(({ event_type, cluster_id, tenant_id }) => [event_type, cluster_id, tenant_id])).toEqual([
      ['FINDING_OPENED', 'a', 'default'],
      ['FINDING_CLOSED', 'a', 'default'],
    ])
    expect(infrastructure.gpuNodes('default', all)[0]?.gpus[0]?.health).toBe('OK')
  })

  it('tells of a node’s GPUs when they change and not otherwise', async () => {
    let used = 100
    const metrics = backendOf(() => exposition({ values: { FB_USED: used } }))
    const { clock, events } = await start([clusterOf('a', { metrics })])
    await clock.advance(5 * minute)
    const updates = () => events.filter(({ event_type }) => event_type === 'GPU_UPDATE')
    expect(updates()).toHaveLength(1)
    used = 200
    await clock.advance(minute)
    expect(updates()).toHaveLength(2)
    expect(updates()[1]?.payload).toMatchObject({ node_name: 'gpu-01', gpus: [{ memory_used_mb: 200 }] })
  })

  it('marks what is old as stale and of unknown health', async () => {
    let fails = false
    const metrics = backendOf(() => {
      if (fails) throw new Fault('UPSTREAM_FAILED', 'Not reached.')
      return exposition({})
    })
    const { infrastructure, clock } = await start([clusterOf('a', { metrics })])
    await clock.advance(minute)
    fails = true
    await clock.advance(5 * minute)
    expect(infrastructure.gpuNodes('default', all)[0]).toMatchObject({
      stale: true,
      gpus: [{ health: 'UNKNOWN' }],
    })
  })

  it('asks a cluster that fails less and less, and again as usual once it answers', async () => {
    let fails = true
    const metrics = backendOf(() => {
      if (fails) throw new Fault('UPSTREAM_FAILED', 'Not reached.')
      return exposition({})
    })
    const { infrastructure, clock, warnings } = await start([clusterOf('a', { metrics })], { rest: '5m' })
    await clock.advance(60 * minute)
    expect(metrics.queries.length).toBeLessThan(25)
    expect(warnings).toHaveLength(1)
    fails = false
    await clock.advance(6 * minute)
    const before = metrics.queries.filter((query) => query.includes('DCGM')).length
    await clock.advance(minute)
    expect(metrics.queries.filter((query) => query.includes('DCGM')).length - before).toBeGreaterThanOrEqual(
      3,
    )
    expect(infrastructure.gpuNodes('default', all)).toHaveLength(1)
  })

  it('takes no reading of which a part failed, which would look as if GPUs had vanished', async () => {
    let fails = false
    let partial = false
    const whole = backendOf(() => exposition({}))
    const metrics = {
      ...whole,
      async instant(...given: Parameters<typeof whole.instant>) {
        if (fails && given[0].includes('DCGM')) throw new Fault('TIMEOUT', 'Not in time.')
        return { ...(await whole.instant(...given)), partial }
      },
    }
    const { infrastructure, clock } = await start([clusterOf('a', { metrics })])
    await clock.advance(5 * minute)
    fails = true
    await clock.advance(4 * minute)
    expect(infrastructure.findings('default')).toEqual([])
    expect(infrastructure.gpuNodes('default', all)[0]).toMatchObject({ stale: true, gpus: [{ index: 0 }] })
    fails = false
    await clock.advance(6 * minute)
    expect(infrastructure.gpuNodes('default', all)[0]?.stale).toBe(false)
    partial = true
    await clock.advance(2 * minute)
    expect(infrastructure.gpuNodes('default', all)[0]?.stale).toBe(true)
  })

  it('goes on asking for what was there once, so that it is back as soon as it tells again', async () => {
    let text = exposition({})
    const { infrastructure, clock } = await start([clusterOf('a', { metrics: backendOf(() => text) })])
    await clock.advance(minute)
    text = ''
    await clock.advance(minute)
    expect(infrastructure.gpuNodes('default', all)).toEqual([])
    text = exposition({})
    await clock.advance(minute / 2)
    expect(infrastructure.gpuNodes('default', all)).toHaveLength(1)
  })

  it('still tells of a GPU that needs a reset after a start, if its code came within a day, and of no other', async () => {
    const whole = backendOf(() =>
      exposition({ values: { XID_ERRORS: 95 } }, { index: 1, values: { XID_ERRORS: 13 } }),
    )
    const asked = async (cameToday: boolean) => {
      const metrics = {
        ...whole,
        async instant(query: string, timeMs: number, ask: Ask) {
          const isBefore = query.includes('min_over_time')
          return whole.instant(isBefore && !cameToday ? 'nothing' : query, timeMs, ask)
        },
      }
      const { infrastructure, clock } = await start([clusterOf('a', { metrics })])
      await clock.advance(minute)
      return infrastructure.findings('default').map(({ rule, since }) => [rule, since])
    }
    expect(await asked(true)).toEqual([['gpu-xid-95', null]])
    expect(await asked(false)).toEqual([])
  })

  it('is not held up by clusters that never answer', async () => {
    const hanging = Array.from({ length: 40 }, (_, index) =>
      clusterOf(`h${index}`, { metrics: backendOf(() => new Promise<string>(() => {})) }),
    )
    const metrics = backendOf(() => exposition({}))
    const { infrastructure, clock } = await start([...hanging, clusterOf('a', { metrics })], {
      parallel_max: 4,
    })
    await clock.advance(2 * minute)
    expect(metrics.queries.filter((query) => query.includes('DCGM')).length).toBeGreaterThanOrEqual(7)
    expect(infrastructure.gpuNodes('default', all)).toHaveLength(1)
  })

  it('lets what a cluster has nothing of rest', async () => {
    const metrics = backendOf(() => exposition({}))
    const { clock } = await start([clusterOf('a', { metrics })], { rest: '5m' })
    await clock.advance(4 * minute)
    const counts = new Map<string, number>()
    for (const query of metrics.queries) counts.set(query, (counts.get(query) ?? 0) + 1)
    expect(counts.get('{__name__=~"DCGM_FI_.*|DCGM_EXP_.*"}')).toBeGreaterThan(12)
    expect(counts.get('{__name__=~"openshift_ptp_.+"}')).toBe(1)
  })

  it('gives samples with the label cluster to the cluster of that name, where that tells none itself', async () => {
    const pushed = () =>
      [
        exposition({ node: 'n1', labels: { cluster: 'a-name' } }),
        exposition({ node: 'n2', labels: { cluster: 'b-name' } }),
        exposition({ node: 'n3', labels: { cluster: 'elsewhere' } }),
      ].join('\n')
    const { infrastructure, clock } = await start([
      clusterOf('local', { metrics: backendOf(pushed) }),
      clusterOf('a'),
      clusterOf('b', { metrics: backendOf(() => exposition({ node: 'own' })) }),
    ])
    await clock.advance(2 * minute)
    const places = infrastructure
      .gpuNodes('default', all)
      .map(({ cluster_id, node_name }) => `${cluster_id}/${node_name}`)
    expect(places.sort()).toEqual(['a/n1', 'b/own', 'local/n3'])
  })

  it('runs nvidia-smi where there is no exporter, and shows processes, most memory first', async () => {
    const api = execApi((command) => {
      if (command.includes('--query-gpu=')) return gpuCsv
      if (command.includes('--query-compute-apps=')) return appCsv
      return command.endsWith('-x') ? xml() : ''
    })
    const inventory = {
      nodes: [node('gpu-01', 2)],
      pods: [pod('nvidia-driver-daemonset-a', { namespace: 'gpu', requests: {} }), pod('job-0')],
    }
    const { infrastructure, clock } = await start([clusterOf('a', { api, inventory: () => inventory })])
    await clock.advance(minute)
    expect(infrastructure.gpuNode('default', 'a', 'gpu-01')).toMatchObject({
      ...{ source: 'NVIDIA_SMI', allocatable: 2 },
      gpus: [
        { uuid: 'GPU-aaaa', cuda_version: '12.4', fan_speed_percent: null, power_draw_watts: 512.31 },
        { uuid: 'GPU-bbbb' },
      ],
    })
    expect(
      infrastructure.gpuProcesses('default', all).map(({ pid, pod: of, gpu_uuid }) => [pid, of, gpu_uuid]),
    ).toEqual([
      [4242, 'job-0', 'GPU-aaaa'],
      [4300, 'job-0', 'GPU-aaaa'],
    ])
    expect(infrastructure.gpuProcesses('default', { cluster_ids: ['b'] })).toEqual([])
  })

  it('forgets a cluster that is gone and closes its findings', async () => {
    const clusters = [
      clusterOf('a', { metrics: backendOf(() => exposition({ values: { ROW_REMAP_FAILURE: 1 } })) }),
    ]
    const { infrastructure, clock, events } = await start(clusters)
    await clock.advance(minute)
    expect(infrastructure.findings('default')).toHaveLength(1)
    clusters.pop()
    await clock.advance(minute)
    expect(infrastructure.findings('default')).toEqual([])
    expect(infrastructure.gpuNodes('default', all)).toEqual([])
    expect(events.at(-1)?.event_type).toBe('FINDING_CLOSED')
  })

  it('lists its rules of both areas', async () => {
    const { infrastructure } = await start([])
    const rules = infrastructure.rules()
    expect(new Set(rules.map(({ area }) => area))).toEqual(new Set(['GPU', 'CNF']))
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
    expect(rules.length).toBeGreaterThan(60)
  })
})
