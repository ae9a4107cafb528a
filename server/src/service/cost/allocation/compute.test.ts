import { type HourlyUsd, hourly, type MonthlyUsd, monthly, sumOf, usd } from '@aiops/contract/model/money'
import type { PriceBook } from '@aiops/contract/model/price-book'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocationView } from './allocation-view.ts'
import { type Answers, type Asked, type Course, costsOf, totalOf } from './world.suite.ts'

const gib = 1_073_741_824
const book: PriceBook = {
  ...{ name: 'ours', provenance: 'contract of 2026', as_of: '2026-10-01T00:00:00.000Z' },
  prices: [
    { provider: 'any', region: '', resource: 'CPU_CORE', kind: '', spot: false, hourly_usd: hourly(0.04) },
    { provider: 'any', region: '', resource: 'RAM_GIB', kind: '', spot: false, hourly_usd: hourly(0.005) },
    {
      provider: 'any',
      region: '',
      resource: 'STORAGE_GIB',
      kind: '',
      spot: false,
      hourly_usd: hourly(0.0001),
    },
  ],
  transfer: [{ provider: 'any', region: '', to: 'INTERNET', gib_usd: usd(0.1) }],
}

type Pod = {
  namespace: string
  pod: string
  node: string
  cpu: Course
  cpuUsed: Course
  ram: Course
  ramUsed: Course
}
type Node = { node: string; cores: Course; bytes: Course; corePrice?: Course }
const requests = (resource: string): string => `kube_pod_container_resource_requests{resource="${resource}"}`
const answersOf = (pods: readonly Pod[], nodes: readonly Node[]): Answers => {
  const of = (field: 'cpu' | 'cpuUsed' | 'ram' | 'ramUsed') =>
    pods.map((one) => ({
      labels: { namespace: one.namespace, pod: one.pod, container: 'main', node: one.node },
      at: one[field],
    }))
  const nodeSeries = (field: 'cores' | 'bytes' | 'corePrice') =>
    nodes.flatMap((one) => (one[field] ? [{ labels: { node: one.node }, at: one[field] }] : []))
  return {
    [requests('cpu')]: of('cpu'),
    [requests('memory')]: of('ram'),
    container_cpu_usage_seconds_total: of('cpuUsed'),
    container_memory_working_set_bytes: of('ramUsed'),
    'kube_node_status_capacity{resource="cpu"}': nodeSeries('cores'),
    'kube_node_status_capacity{resource="memory"}': nodeSeries('bytes'),
    'last_over_time(node_cpu_hourly_cost[1h])': nodeSeries('corePrice'),
  }
}
const always =
  (value: number): Course =>
  () =>
    value

/** A world of a few pods and nodes whose every number changes by the minute and is sometimes not known. */
const course = fc
  .array(fc.option(fc.double({ min: 0, max: 4, noNaN: true }), { nil: undefined, freq: 6 }), {
    minLength: 31,
    maxLength: 31,
  })
  .map(
    (values): Course =>
      (minute) =>
        values[minute],
  )
const bytesCourse = course.map(
  (cores): Course =>
    (minute) => {
      const value = cores(minute)
      return value === undefined ? undefined : value * gib
    },
)
const world = fc
  .record({
    pods: fc.array(
      fc.record({
        namespace: fc.constantFrom('a', 'b', 'c'),
        node: fc.constantFrom('n1', 'n2'),
        ...{ cpu: course, cpuUsed: course, ram: bytesCourse, ramUsed: bytesCourse },
      }),
      { minLength: 1, maxLength: 6 },
    ),
    prices: fc.tuple(course, course),
  })
  .map(({ pods, prices }) => ({
    pods: pods.map((one, at): Pod => ({ ...one, pod: `pod-${at}` })),
    nodes: prices.map(
      (corePrice, at): Node => ({
        node: `n${at + 1}`,
        cores: always(16),
        bytes: always(64 * gib),
        corePrice,
      }),
    ),
  }))
type World = { pods: Pod[]; nodes: Node[] }

const larger = (a: number | undefined, b: number | undefined): number => Math.max(a ?? 0, b ?? 0)

/** What namespaces cost by going through every minute of every container: shares nothing with what it is compared with. */
function bruteForce(
  { pods, nodes }: World,
  minutes: number,
): { byNamespace: Map<string, number>; assets: number } {
  const byNamespace = new Map<string, number>()
  let assets = 0
  for (let minute = 1; minute <= minutes; minute += 1) {
    for (const node of nodes) {
      const price = node.corePrice?.(minute) ?? 0.04
      assets += ((node.cores(minute) ?? 0) * price) / 60 + (((node.bytes(minute) ?? 0) / gib) * 0.005) / 60
    }
    for (const pod of pods) {
      const price = nodes.find(({ node }) => node === pod.node)?.corePrice?.(minute) ?? 0.04
      const cores = larger(pod.cpu(minute), pod.cpuUsed(minute))
      const bytes = larger(pod.ram(minute), pod.ramUsed(minute))
      const cost = (cores * price) / 60 + ((bytes / gib) * 0.005) / 60
      byNamespace.set(pod.namespace, (byNamespace.get(pod.namespace) ?? 0) + cost)
    }
  }
  return { byNamespace, assets }
}

const costs = ({ pods, nodes }: World, asked: Asked) => costsOf(answersOf(pods, nodes), [book], asked)

describe('allocation', () => {
  it('costs max(request, usage) × hours × price of each container, as going through every sample says', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (one) => {
        const { total } = await costs(one, { toMinute: 30, includeIdle: false })
        const { byNamespace } = bruteForce(one, 30)
        for (const [namespace, expected] of byNamespace)
          expect(total.get(namespace)?.totalUsd ?? 0).toBeCloseTo(expected, 9)
      }),
      { numRuns: 60 },
    )
  })

  it('with what is idle is what the nodes cost', async () => {
    await fc.assert(
      fc.asyncProperty(world, fc.boolean(), async (one, shareIdle) => {
        const { total } = await costs(one, { toMinute: 30, shareIdle })
        expect(totalOf(total)).toBeCloseTo(bruteForce(one, 30).assets, 9)
      }),
      { numRuns: 60 },
    )
  })

  it('of the parts of a window sums to that of the window, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(world, fc.integer({ min: 1, max: 29 }), async (one, cut) => {
        const whole = await costs(one, { toMinute: 30 })
        const parts = await Promise.all([
          costs(one, { toMinute: cut }),
          costs(one, { fromMinute: cut, toMinute: 30 }),
        ])
        for (const [name, tally] of whole.total)
          expect(parts.reduce((sum, { total }) => sum + (total.get(name)?.totalUsd ?? 0), 0)).toBeCloseTo(
            tally.totalUsd,
            9,
          )
      }),
      { numRuns: 40 },
    )
  })

  it('comes to the same sum whatever it is put together by, and in steps', async () => {
    await fc.assert(
      fc.asyncProperty(
        world,
        fc.subarray(['namespace', 'pod', 'node', 'container', 'team', 'label:app']),
        fc.constantFrom(1, 5, 10, 30),
        async (one, aggregate, stepMinutes) => {
          const { assets } = bruteForce(one, 30)
          const { total, sets } = await costs(one, { toMinute: 30, aggregate, stepMinutes })
          expect(totalOf(total)).toBeCloseTo(assets, 9)
          expect(sets).toHaveLength(30 / stepMinutes)
          expect(sets.reduce((sum, { tallies }) => sum + totalOf(tallies), 0)).toBeCloseTo(assets, 9)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('lets others bear a shared namespace, by what they cost or alike, and loses nothing', async () => {
    const pod = (namespace: string, cores: number): Pod => ({
      ...{ namespace, pod: namespace, node: 'n1', cpu: always(cores), cpuUsed: always(0) },
      ...{ ram: always(0), ramUsed: always(0) },
    })
    const nodes = [{ node: 'n1', cores: always(16), bytes: always(gib) }]
    const one = { pods: [pod('a', 1), pod('b', 3), pod('kube-system', 2)], nodes }
    const shared = { sharedNamespaces: ['kube-system'] }
    const weighted = await costs(one, shared)
    expect(weighted.total.get('a')?.sharedUsd).toBeCloseTo(0.02, 9)
    expect(weighted.total.get('b')?.sharedUsd).toBeCloseTo(0.06, 9)
    expect(weighted.total.has('kube-system')).toBe(false)
    const even = await costs(one, { ...shared, config: { shared: { split: 'EVEN' } } })
    expect(even.total.get('a')?.sharedUsd).toBeCloseTo(0.04, 9)
    expect(totalOf(even.total)).toBeCloseTo(totalOf((await costs(one, {})).total), 9)
  })

  it('says what no source tells of, and gives no number for it', async () => {
    const answers = {
      [requests('cpu')]: [
        { labels: { namespace: 'a', pod: 'p', container: 'c', node: 'n1' }, at: always(2) },
      ],
    }
    const { total, notices } = await costsOf(answers, [book])
    const view = allocationView(total.get('a')!, { startMs: 0, endMs: Number.MAX_SAFE_INTEGER })
    expect(view).toMatchObject({
      ...{
        cpu_core_request_average: expect.closeTo(2, 9),
        cpu_core_usage_average: null,
        ram_usd: null,
        network_usd: null,
      },
      ...{ gpu_usd: null, idle_usd: null, efficiency: null },
    })
    expect(view.missing).toEqual(['processor usage', 'memory requests', 'memory usage', 'network'])
    expect(notices.join(' ')).toMatch(/idle capacity is not known.*network is not in it/)
    const unpriced = await costsOf(answers, [])
    expect(unpriced.total.get('a')).toMatchObject({ cpuUsd: 0, cpuHours: expect.closeTo(2, 9) })
    expect([...unpriced.total.get('a')!.missing]).toEqual(['price of a core'])
    expect((await costsOf({}, [book])).notices[0]).toMatch(/No source tells of containers/)
  })

  it('counts nothing for a pod that has ended or is placed nowhere', async () => {
    const labels = (pod: string, node: string) => ({ namespace: 'a', pod, container: 'c', node })
    const { total } = await costsOf(
      {
        [requests('cpu')]: [
          { labels: labels('done', 'n1'), at: always(1) },
          { labels: labels('waiting', ''), at: always(1) },
          { labels: labels('runs', 'n1'), at: always(1) },
        ],
        kube_pod_status_phase: [
          { labels: { namespace: 'a', pod: 'done' }, at: (minute) => (minute > 30 ? 1 : undefined) },
        ],
      },
      [book],
      { aggregate: ['pod'] },
    )
    expect(total.get('done')?.cpuHours).toBeCloseTo(0.5)
    expect(total.get('waiting')?.cpuHours ?? 0).toBe(0)
    expect(total.get('runs')?.cpuHours).toBeCloseTo(1)
  })

  it('splits a volume among who mounts it, and names what nobody does', async () => {
    const claim = (name: string) => ({ namespace: 'a', persistentvolumeclaim: name })
    const { total } = await costsOf(
      {
        kube_persistentvolumeclaim_resource_requests_storage_bytes: [
          { labels: claim('data'), at: always(100 * gib) },
          { labels: claim('old'), at: always(10 * gib) },
        ],
        kube_pod_spec_volumes_persistentvolumeclaims_info: ['x', 'y'].map((pod) => ({
          labels: { ...claim('data'), pod },
          at: always(1),
        })),
      },
      [book],
      { aggregate: ['pod'] },
    )
    expect(total.get('x')?.storageUsd).toBeCloseTo(0.005, 9)
    expect(total.get('y')?.storageUsd).toBeCloseTo(0.005, 9)
    expect(total.get('__unmounted__')?.storageUsd).toBeCloseTo(0.001, 9)
  })

  it('prices traffic by how far it goes, load balancers and the control plane by what they are said to cost', async () => {
    const egress = (more: Record<string, string>) => ({ namespace: 'a', pod_name: 'p', ...more })
    const { total } = await costsOf(
      {
        kubecost_pod_network_egress_bytes_total: [
          { labels: egress({ internet: 'true' }), at: always(gib / 3_600) },
          { labels: egress({ internet: 'false', same_region: 'true', same_zone: 'true' }), at: always(gib) },
          {
            labels: egress({ internet: 'false', same_region: 'true', same_zone: 'false' }),
            at: always(gib / 3_600),
          },
        ],
        kubecost_network_zone_egress_cost: [{ labels: {}, at: always(0.01) }],
        kubecost_load_balancer_cost: [{ labels: { namespace: 'a', service_name: 'web' }, at: always(0.025) }],
        kubecost_cluster_management_cost: [{ labels: {}, at: always(0.1) }],
      },
      [book],
    )
    const one = total.get('a')!
    expect(one.internetUsd).toBeCloseTo(0.1, 9)
    expect(one.zoneUsd).toBeCloseTo(0.01, 9)
    expect(one.regionUsd).toBe(0)
    expect(one.balancerUsd).toBeCloseTo(0.025, 9)
    expect(one.sharedUsd).toBeCloseTo(0.1, 9)
  })

  it('counts a service at a provider, and no second time where its containers are known', async () => {
    const placed = { 'max by (service, provider) (swen_service_cost)': [] as Answers[string] }
    placed['max by (service, provider) (swen_service_cost)'] = ['web', 'billing'].map((service) => ({
      labels: { service, provider: 'aws' },
      at: always(0.9),
    }))
    const { total, notices } = await costsOf(
      {
        ...placed,
        [requests('cpu')]: [
          { labels: { namespace: 'a', pod: 'p', container: 'c', node: 'n1' }, at: always(1) },
        ],
        'last_over_time(kube_pod_labels': [
          { labels: { namespace: 'a', pod: 'p', label_app: 'web' }, at: always(1) },
        ],
      },
      [book],
      { aggregate: ['service'] },
    )
    expect(total.get('billing')?.totalUsd).toBeCloseTo(0.9, 9)
    expect(total.get('web')?.totalUsd).toBeCloseTo(0.04, 9)
    expect(notices.join(' ')).toMatch(/web: containers are known and a provider's price too/)
  })

  it('takes pods that only a watched cluster tells of, with what their containers used', async () => {
    const { total } = await costsOf(
      {
        aiops_pod_cpu_request_cores: [
          { labels: { cluster: 'c', namespace: 'a', pod: 'p', node: 'n1', service: 'web' }, at: always(1) },
        ],
        container_cpu_usage_seconds_total: ['x', 'y'].map((container) => ({
          labels: { cluster: 'c', namespace: 'a', pod: 'p', container },
          at: always(0.75),
        })),
      },
      [book],
      { aggregate: ['service'] },
    )
    expect(total.get('web')?.cpuHours).toBeCloseTo(1.5)
    expect(total.get('web')?.cpuRequestHours).toBeCloseTo(1)
  })

  it('weighs efficiency by cost', async () => {
    const one = {
      pods: [
        {
          ...{ namespace: 'a', pod: 'p', node: 'n1', cpu: always(2), cpuUsed: always(1) },
          ...{ ram: always(8 * gib), ramUsed: always(2 * gib) },
        },
      ],
      nodes: [],
    }
    const { total } = await costs(one, {})
    const view = allocationView(total.get('a')!, { startMs: 0, endMs: Number.MAX_SAFE_INTEGER })
    // Processor 0.08 USD at 50 %, memory 0.04 USD at 25 %.
    expect(view.efficiency).toBeCloseTo((0.5 * 0.08 + 0.25 * 0.04) / 0.12, 9)
  })

  it('is refused where it would hold too many rows', async () => {
    const many: Answers = {
      [requests('cpu')]: Array.from({ length: 101 }, (_, at) => ({
        labels: { namespace: 'a', pod: `p${at}`, container: 'c', node: 'n1' },
        at: always(1),
      })),
    }
    await expect(
      costsOf(many, [book], { aggregate: ['pod'], config: { rows_max: 100 } }),
    ).rejects.toMatchObject({ code: 'QUERY_TOO_LARGE' })
  })
})

it('never sums dollars an hour with dollars a month', () => {
  const rate: HourlyUsd = hourly(1)
  const bill: MonthlyUsd = monthly(730)
  expect(sumOf([rate, rate])).toBe(2)
  // @ts-expect-error rates and bills are different things
  sumOf([rate, bill])
  // @ts-expect-error a bill is no rate
  const wrong: HourlyUsd = bill
  expect(wrong).toBe(730)
})
