import { monthly } from '@aiops/contract/model/money'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../adapter/kysely/record-store.ts'
import { MemoryMetricStore } from '../../adapter/memory/telemetry.ts'
import { createOpencostApi } from '../../edge/opencost/index.ts'
import { ManualClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import type { RecordStore } from '../../port/record-store.ts'
import {
  type BudgetAlert,
  type Cost,
  CostConfig,
  type CostWritten,
  createCost,
} from '../../service/cost/index.ts'
import { createPromqlEngine, storeSource } from '../../service/telemetry/index.ts'
import { costQueries } from './cost.ts'

const [minuteMs, hourMs] = [60_000, 3_600_000]
const nowMs = Date.UTC(2026, 10, 12, 6)
const gib = 1_073_741_824

/** A store of two days: a web deployment of two pods that asks for 1 core each and uses a tenth, and a node of 8 cores. */
function filledStore(): MemoryMetricStore {
  const store = new MemoryMetricStore()
  const write = (labels: Record<string, string>, at: (minute: number) => number, stepMinutes = 1): void => {
    const ref = store.catalog.intern('default', labels, { kind: 'GAUGE' })
    const count = (48 * 60) / stepMinutes
    const times = Float64Array.from(
      { length: count },
      (_, i) => nowMs - (count - 1 - i) * stepMinutes * minuteMs,
    )
    store.append(
      {
        ...{ tenant: 'default', count, series: new Uint32Array(count).fill(ref) },
        ...{ timesMs: times, values: Float64Array.from({ length: count }, (_, i) => at(i * stepMinutes)) },
      },
      1,
    )
  }
  const pods = ['web-5d4f8c7b9-abcde', 'web-5d4f8c7b9-fghij']
  for (const pod of pods) {
    const named = { namespace: 'shop', pod, container: 'main' }
    const request = { ...named, __name__: 'kube_pod_container_resource_requests', node: 'n1' }
    write({ ...request, resource: 'cpu', unit: 'core' }, () => 1)
    write({ ...request, resource: 'memory', unit: 'byte' }, () => 2 * gib)
    write({ ...named, __name__: 'container_cpu_usage_seconds_total', cpu: 'total' }, (minute) => minute * 6)
    write({ ...named, __name__: 'container_memory_working_set_bytes' }, () => gib / 2)
    write({ __name__: 'kube_pod_info', namespace: 'shop', pod, node: 'n1' }, () => 1)
    write(
      { __name__: 'kube_pod_labels', namespace: 'shop', pod, label_app: 'web', label_team: 'sales' },
      () => 1,
    )
    const owner = { owner_kind: 'ReplicaSet', owner_name: 'web-5d4f8c7b9', owner_is_controller: 'true' }
    write({ __name__: 'kube_pod_owner', namespace: 'shop', pod, ...owner }, () => 1)
  }
  const capacity = { __name__: 'kube_node_status_capacity', node: 'n1' }
  write({ ...capacity, resource: 'cpu', unit: 'core' }, () => 8)
  write({ ...capacity, resource: 'memory', unit: 'byte' }, () => 32 * gib)
  write(
    { __name__: 'node_cpu_hourly_cost', node: 'n1', instance: 'n1', instance_type: 'm5.2xlarge' },
    () => 0.05,
  )
  write({ __name__: 'node_ram_hourly_cost', node: 'n1', instance: 'n1' }, () => 0.01)
  write({ __name__: 'http_server_request_duration_seconds_count', job: 'web' }, (minute) => minute * 600)
  write({ __name__: 'swen_service_cost', service: 'billing', provider: 'aws' }, () => 2)
  write({ __name__: 'swen_service_placement', service: 'billing', provider: 'aws' }, () => 1)
  write({ __name__: 'swen_service_cost', service: 'billing', provider: 'gcp' }, () => 1)
  write({ __name__: 'swen_service_placement', service: 'billing', provider: 'gcp' }, () => 0)
  return store
}

describe('costs over a metric store', () => {
  const clock = new ManualClock(nowMs)
  const written: CostWritten[] = []
  const alerts: BudgetAlert[] = []
  let records: RecordStore
  let cost: Cost
  beforeAll(async () => {
    records = await openSqliteRecordStore(':memory:')
    const store = filledStore()
    cost = createCost(
      {
        ...{ clock, random: seededRandom(1), metrics: createMetrics(), log: silentLog, tenants: ['default'] },
        ...{ repository: records.costs, priceSource: { load: async () => [] }, inventory: async () => [] },
        ...costQueries({ engine: createPromqlEngine(), source: (tenant) => storeSource(store, tenant) }),
        record: async (_tenant, samples) => void written.push(...samples),
        alert: async (_tenant, told) => void alerts.push(...told),
      },
      CostConfig.parse({ backfill: '2d' }),
    )
  })
  afterAll(async () => {
    await cost.stop()
    await records.close()
  })

  it('come from requests, usage and measured prices by PromQL', async () => {
    const answer = await cost.allocation('default', {
      window: { startMs: nowMs - hourMs, endMs: nowMs },
      ...{ aggregate: ['service'], includeIdle: true, shareIdle: false },
    })
    const web = answer.total.allocations.find(({ name }) => name === 'web')!
    expect(web).toMatchObject({ cpu_usd: expect.closeTo(0.1, 6), ram_usd: expect.closeTo(0.04, 6) })
    expect(web.cpu_core_usage_average).toBeCloseTo(0.2, 6)
    expect(web.properties).toMatchObject({ team: 'sales', controller: 'deployment:web', namespace: 'shop' })
    expect(answer.total.allocations.find(({ name }) => name === '__idle__')?.total_usd).toBeCloseTo(
      0.3 + 0.28,
      6,
    )
    expect(answer.total.allocations.find(({ name }) => name === 'billing')?.external_usd).toBeCloseTo(2, 6)
    expect(answer.sources.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['OpenCost metrics', 'provider telemetry (swen_service_cost)']),
    )
  })

  it('are told as OpenCost tells them', async () => {
    const [receiver] = createOpencostApi({ cost, clock }).receivers
    const ask = async (query: string) => {
      const request = { tenant: 'default', actor: 'x', headers: {}, params: {}, body: Buffer.alloc(0) }
      const reply = await receiver!.handle({ ...request, query: new URLSearchParams(query) })
      return JSON.parse(String(reply.body))
    }
    const answer = await ask('window=60m&step=10m&resolution=1m&aggregate=namespace&includeIdle=true')
    expect(answer.code).toBe(200)
    expect(answer.data).toHaveLength(6)
    expect(Object.keys(answer.data[0])).toEqual(expect.arrayContaining(['shop', '__idle__']))
    expect(answer.data[0].shop).toMatchObject({
      ...{ name: 'shop', minutes: 10, cpuCores: 2, cpuCoreRequestAverage: 2, cpuCost: 0.01667 },
      ...{ cpuEfficiency: 0.1, properties: { namespace: 'shop', node: 'n1', controller: 'web' } },
    })
    expect(
      (await ask('window=60m&aggregate=label:app&accumulate=true')).data[0].web.totalCost,
    ).toBeGreaterThan(0)
    const shared = (await ask('window=60m&aggregate=namespace&shareIdle=true&accumulate=true')).data[0].shop
    const { cpuCost, ramCost, cpuCostIdle, totalCost } = shared
    expect(cpuCostIdle).toBeGreaterThan(0)
    expect(cpuCost + ramCost).toBeCloseTo(totalCost, 4)
    await expect(ask('window=soon')).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    await expect(ask('window=60m&aggregate=colour')).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  })

  it('of a request are those of its service by the requests that it served', async () => {
    const { units } = await cost.units('default', { startMs: nowMs - hourMs, endMs: nowMs })
    const web = units.find(({ service }) => service === 'web')!
    // All of the node is its own, idle included; 600 requests a minute, of which the first 5 minutes are not looked at.
    expect(web.requests).toBeCloseTo(36_000, -3)
    expect(web.thousandRequestsUsd).toBeCloseTo((web.usd / web.requests) * 1_000, 9)
    expect(web.usd).toBeCloseTo(0.72, 6)
  })

  it('show what requests are too large for what is used, with an interval and what it rests on', async () => {
    const { opportunities } = await cost.opportunities('default')
    const found = opportunities.find(({ action }) => action === 'RIGHT_SIZE')!
    expect(found.subject).toBe('shop/web/main')
    expect(found.summary).toMatch(/processor 1000m to 1[23]\dm/)
    const { p10, p50, p90 } = found.saving_monthly_usd
    expect(p10).toBeLessThanOrEqual(p50)
    expect(p50).toBeLessThanOrEqual(p90)
    // Two pods: 0.88 cores of 0.05 USD and 1.4 GiB of 0.01 USD less, each.
    expect(p50).toBeCloseTo(2 * 730 * (0.88 * 0.05 + 1.4 * 0.01), 0)
    expect(found.evidence.join(' ')).toMatch(/p95 10\dm/)
  })

  it('fill budgets by the hour, which raise alerts and freeze what they take in', async () => {
    const selector = { team: 'sales', environment: '', namespace: '', service: '' }
    const input = {
      selector,
      hard_limit_monthly_usd: null,
      thresholds: [0.8, 0.9, 1] as [number, number, number],
    }
    await cost.createBudget('default', 'anna', { ...input, name: 'sales', limit_monthly_usd: monthly(7) })
    await cost.createBudget('default', 'anna', {
      ...{ ...input, name: 'all', limit_monthly_usd: monthly(10_000) },
      selector: { ...selector, team: '' },
    })
    await cost.start()
    await expect
      .poll(() => cost.spend('default').byService)
      .toContainEqual({
        ...{ service: 'billing', provider: 'aws', from: 'PLACEMENT', hourlyUsd: expect.closeTo(2, 6) },
      })
    for (let look = 0; look < 6; look += 1) {
      await clock.advance(minuteMs)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await expect
      .poll(() => written.some(({ labels }) => labels.__name__ === 'aiops_budget_spent_usd'))
      .toBe(true)
    await expect
      .poll(async () => (await records.costs.knownHours('default', 0, nowMs)).length, { timeout: 10_000 })
      .toBe(48)
    const [all, sales] = await cost.budgets('default')
    // Two days of 0.14 USD an hour; the team has no part in what is idle.
    expect(sales!.spent_usd).toBeGreaterThan(6.5)
    expect(sales!.spent_usd).toBeLessThan(6.8)
    expect(sales!.band).toBe('FREEZE')
    expect(sales!.forecast_usd!.p50).toBeGreaterThan(sales!.spent_usd!)
    expect(sales!.coverage).toBeCloseTo(48 / 270, 2)
    expect(all!.band).toBe('MONITOR')
    expect(all!.spent_usd).toBeGreaterThan(48 * 2.7)
    await clock.advance(2 * minuteMs)
    await expect.poll(() => alerts.at(-1)?.labels.band).toBe('FREEZE')
    expect(alerts.at(-1)).toMatchObject({
      firing: true,
      severity: 'high',
      labels: { budget: 'sales', band: 'FREEZE' },
    })
    expect(cost.frozen('default', 'web')).toMatchObject({ budget: 'sales', band: 'FREEZE' })
    expect(cost.frozen('default', 'billing')).toBeUndefined()
    const series = written.filter(({ labels }) => labels.__name__ === 'aiops_cost_hourly_usd')
    expect(series.find(({ labels }) => labels.service === 'web')).toMatchObject({
      labels: { team: 'sales', namespace: 'shop', source: 'allocation' },
      value: expect.closeTo(0.14, 6),
    })
  })

  it('are exported by day with the columns of FOCUS', async () => {
    let text = ''
    for await (const part of cost.focus('default', { startMs: nowMs - 48 * hourMs, endMs: nowMs }))
      text += part
    const [header = '', ...rows] = text.trimEnd().split('\r\n')
    expect(header.split(',')).toEqual(
      expect.arrayContaining(['BilledCost', 'EffectiveCost', 'ChargePeriodStart', 'ServiceCategory', 'Tags']),
    )
    const effective = header.split(',').indexOf('EffectiveCost')
    const sum = rows.reduce((all, row) => all + Number(row.split(',')[effective]), 0)
    expect(sum).toBeGreaterThan(48 * 2.7)
    expect(
      new Set(rows.map((row) => row.split(',')[header.split(',').indexOf('ChargePeriodStart')])).size,
    ).toBe(3)
  })
})
