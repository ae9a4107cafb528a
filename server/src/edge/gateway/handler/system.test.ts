import type { Series } from '@aiops/contract/model/series'
import { expect, it } from 'vitest'
import { ManualClock } from '../../../kernel/clock.ts'
import type { HandlerDeps } from '../handler-deps.ts'
import { systemHandlers } from './system.ts'

const series = (id: number, name: string, labels: Record<string, string>): Series => ({
  id,
  name,
  labels,
  kind: 'GAUGE',
  derived: false,
})

/** The parts of the platform that the overview asks, with these series and their latest values. */
function overviewOf(all: readonly Series[], values: readonly number[]) {
  const none = {
    list: async () => ({ incidents: [], total: 0 }),
    countSince: async () => ({ incidents: 0, diagnosed: 0, remediated: 0 }),
  }
  const deps = {
    records: {
      anomalies: { countSince: async () => 0 },
      alerts: { countSince: async () => 0 },
      incidents: none,
    },
    knowledge: { wholeTopology: async () => ({ entities: [], edges: [] }) },
    pulse: { stats: () => ({}) },
    telemetry: {
      series: (_tenant: string, filter: { matchers: { value: string }[][] }) => ({
        series: all.filter((s) => s.name === filter.matchers[0]?.[0]?.value),
      }),
      latest: (ids: number[]) => new Map(ids.map((id) => [id, { timeMs: 5_000, value: values[id] }])),
    },
    hostName: 'vm',
    clock: new ManualClock(),
  } as unknown as HandlerDeps
  return systemHandlers(deps).getOverview({}, { actor: 'x', tenant: 'default', permissions: [] })
}

it('lists the machine’s processes, busiest first, and no service that reports the same metric of itself', async () => {
  const executable = (name: string) => ({ 'host.name': 'vm', 'process.executable.name': name })
  const { host } = await overviewOf(
    [
      series(0, 'process.cpu.utilization', executable('bash')),
      series(1, 'process.cpu.utilization', executable('node')),
      series(2, 'process.cpu.utilization', { 'host.name': 'vm', 'service.name': 'payments' }),
      series(3, 'process.memory.usage', executable('node')),
    ],
    [0.1, 0.4, 0.9, 1_000],
  )
  expect(host?.top_processes).toEqual([
    { name: 'node', cpu_ratio: 0.4, memory_bytes: 1_000 },
    { name: 'bash', cpu_ratio: 0.1, memory_bytes: 0 },
  ])
})
