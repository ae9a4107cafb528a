import { expect, it, vi } from 'vitest'
import { fillServer } from '../../../../test/kubernetes/cluster-example.ts'
import { createApiServer } from '../../../../test/kubernetes/index.ts'
import { createClusterApi } from '../../adapter/kubernetes/cluster-api.ts'
import { createMemoryBus } from '../../adapter/memory/event-bus.ts'
import { systemClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import { KubernetesConfig } from './config.ts'
import { createKubernetes } from './kubernetes.ts'

/** A cluster with a node that is lost, watched from now on; the topology takes what it is told when it is let. */
function watched() {
  const clock = systemClock
  const server = createApiServer()
  fillServer(server, { nodes: 4, podsPerNode: 4, nowMs: clock.now() - 120_000 })
  const node = structuredClone(server.list('Node')[1]) as { status: { conditions: { type: string }[] } }
  node.status.conditions = node.status.conditions.map((one) =>
    one.type === 'Ready'
      ? { ...one, status: 'False', lastTransitionTime: new Date(clock.now() - 3_600_000).toISOString() }
      : one,
  )
  server.put('Node', node as never)
  const api = createClusterApi(
    { http: server.http, streams: server.http, clock },
    { server: 'http://cluster.test', access: async () => ({ headers: {} }) },
  )
  const cluster = {
    tenant: 'default',
    id: 'c1',
    name: 'lab',
    type: 'SPOKE' as const,
    version: '1',
    reason: '',
  }
  const metrics = createMetrics()
  const told = Promise.withResolvers<void>()
  const mirror = vi.fn(() => told.promise)
  const kubernetes = createKubernetes(
    {
      ...{ clock, random: seededRandom(1), metrics, log: silentLog, version: '0' },
      ...{ bus: createMemoryBus({ log: silentLog, metrics }), exists: () => true, mirror },
      clusters: async () => [{ ...cluster, api } as never],
    },
    KubernetesConfig.parse({ analyze_interval: '1s' }),
  )
  return { kubernetes, mirror, told }
}

it('finds nothing in a cluster before the topology knows what is in it: alerts of findings are joined by that', async () => {
  const { kubernetes, mirror, told } = watched()
  await kubernetes.start()
  try {
    await vi.waitUntil(() => mirror.mock.calls.length > 0, { timeout: 20_000 })
    expect(kubernetes.findings('default')).toEqual([])
    told.resolve()
    await vi.waitUntil(() => kubernetes.findings('default').length > 0, { timeout: 20_000 })
  } finally {
    await kubernetes.stop()
  }
})
