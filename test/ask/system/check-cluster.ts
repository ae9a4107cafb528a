import type { Client } from '@aiops/contract/client'
import { harbourEast } from './cluster-plan.ts'
import type { FactBook } from './fact-book.ts'
import { serviceFacts } from './service-fact.ts'

/** The fleet, and the inside of harbour-east. */
export async function clusterFacts(client: Client, _factsAt: number, book: FactBook): Promise<void> {
  const { items } = await client.listClusters({})
  book.is(
    'the clusters',
    items.map((one) => [
      one.name,
      one.cluster_type,
      one.environment,
      one.region,
      one.status.state,
      one.status.health_score,
    ]),
    [
      ['dock-lab', 'SPOKE', 'LAB', 'eu-central', 'ONLINE', 100],
      ['harbour-east', 'SPOKE', 'PRODUCTION', 'eu-central', 'ONLINE', 100],
      ['harbour-west', 'SPOKE', 'PRODUCTION', 'eu-west', 'DEGRADED', 80],
      ['quay-07', 'EDGE', 'PRODUCTION', 'north-sea', 'OFFLINE', 50],
    ],
  )
  const id = items.find(({ name }) => name === 'harbour-east')?.id ?? ''
  await insideFacts(client, id, book)
  await findingFacts(client, id, book)
  await deviceFacts(client, id, book)
}

async function insideFacts(client: Client, id: string, book: FactBook): Promise<void> {
  const params = { id }
  const overview = await client.getClusterOverview({ params })
  book.is('harbour-east is', overview.watch, 'WATCHING')
  const cluster = await client.getCluster({ params })
  book.is('its version', [cluster.platform, cluster.platform_version], ['KUBERNETES', '1.31.4'])
  book.holds(
    'it has GPUs and network functions',
    cluster.capabilities?.gpu_count === 2 && cluster.capabilities.has_cnf_workloads,
    cluster.capabilities,
  )
  const { nodes } = await client.listNodes({ params })
  book.is(
    'its nodes',
    nodes.map((one) => [
      one.name,
      one.ready,
      one.allocatable.cpu_cores,
      one.allocatable.memory_bytes / 2 ** 30,
      one.allocatable.gpus,
    ]),
    [1, 2, 3, 4].map((n) => [`worker-${n}`, n !== 4, 8, 32, n === 2 ? 2 : 0]),
  )
  book.holds(
    'worker-3 has DiskPressure',
    nodes[2]?.problems.includes('DiskPressure') ?? false,
    nodes[2]?.problems,
  )
  const { items: workloads } = await client.listWorkloads({ params, query: { page_size: 100 } })
  for (const { kind, namespace, name, replicas } of harbourEast) {
    const one = workloads.find((found) => found.name === name && found.namespace === namespace)
    book.is(`${namespace}/${name}`, [one?.kind, one?.desired], [kind, replicas])
  }
  const { items: pods } = await client.listPods({ params, query: { page_size: 100 } })
  book.is(
    'pods',
    pods.length,
    harbourEast.reduce((sum, { replicas }) => sum + replicas, 0),
  )
  for (const { namespace, name, team } of harbourEast.filter(({ team }) => team !== undefined)) {
    const own = pods.filter(
      (one) => one.namespace === namespace && one.labels['app.kubernetes.io/name'] === name,
    )
    book.is(`team of the pods of ${name}`, [...new Set(own.map(({ labels }) => labels.team))], [team])
  }
  const of = (start: string) => pods.filter(({ name }) => name.startsWith(start))
  book.is(
    'images of billing',
    [
      ...new Set(
        of('billing-')
          .filter(({ name }) => !name.startsWith('billing-db'))
          .flatMap(({ containers }) => containers.map(({ image }) => image)),
      ),
    ],
    ['registry.harbour.example/billing:2.7.0'],
  )
  book.is(
    'restarts of search',
    of('search-')
      .map(({ restarts }) => restarts)
      .sort(),
    [0, 7],
  )
  book.is(
    'the canary',
    of('catalogue-canary').map(({ status }) => status),
    ['ImagePullBackOff'],
  )
  book.is(
    'trainer-0',
    of('trainer-0').map(({ status, node }) => [status, node]),
    [['Pending', null]],
  )
  const ranker = of('ranker-')[0]
  book.number('cores that the pod of ranker uses', ranker?.usage?.cpu_cores, serviceFacts.ranker!.cpuCores)
  const billing = of('billing-').find(({ name }) => !name.startsWith('billing-db'))
  const logs = await client.getPodLogs({
    params: { id, namespace: 'payments', name: billing?.name ?? '' },
    query: {},
  })
  book.holds('its logs speak of the pool', JSON.stringify(logs).includes('connection pool exhausted'), '')
  const { events } = await client.listKubernetesEvents({ params, query: { limit: 500 } })
  for (const reason of ['FailedScheduling', 'BackOff', 'Failed', 'NodeNotReady'])
    book.holds(
      `there is an event ${reason}`,
      events.some((one) => one.reason === reason),
      events.length,
    )
}

async function findingFacts(client: Client, id: string, book: FactBook): Promise<void> {
  const { items } = await client.listFindings({ query: { page_size: 100 } })
  for (const [rule, name] of [
    ['node-unreachable', 'worker-4'],
    ['node-pressure', 'worker-3'],
    ['pod-oom-killed', 'search-'],
    ['pod-image-pull', 'catalogue-canary-'],
    ['pod-device-insufficient', 'trainer-0'],
    ['gpu-throttle-thermal', 'worker-2'],
    ['ptp-freerun', 'worker-1'],
  ] as const)
    book.holds(
      `finding ${rule} of ${name}`,
      items.some((one) => one.rule === rule && one.object.name.startsWith(name)),
      '',
    )
  const rest = items.filter(
    ({ cluster_id, severity }) => cluster_id !== id || severity === 'LOW' || severity === 'INFO',
  )
  book.is(
    'findings elsewhere, or of no weight',
    rest.map((one) => [one.cluster_name, one.rule, one.object.name]),
    [],
  )
}

async function deviceFacts(client: Client, id: string, book: FactBook): Promise<void> {
  const { nodes } = await client.listGpuNodes({})
  book.is(
    'nodes with GPUs',
    nodes.map((one) => [one.cluster_id, one.node_name]),
    [[id, 'worker-2']],
  )
  book.is(
    'GPUs',
    nodes.flatMap(({ gpus }) =>
      gpus.map((one) => [
        one.name,
        one.temperature_celsius,
        one.utilization_gpu_percent,
        one.memory_used_mb,
        one.memory_total_mb,
        one.pod?.split('-')[0] ?? null,
      ]),
    ),
    [
      ['NVIDIA A100-SXM4-80GB', 43, 0, 0, 81_920, null],
      ['NVIDIA A100-SXM4-80GB', 91, 98, 70_000, 81_920, 'ranker'],
    ],
  )
  const { statuses } = await client.listPtpStatus({})
  book.is(
    'PTP clocks',
    statuses.map((one) => [one.cluster_id, one.node_name, one.interface, one.state, one.offset_ns]),
    [[id, 'worker-1', 'ens1f0', 'FREERUN', 1_850]],
  )
  const { workloads } = await client.listCnfWorkloads({})
  book.is('network functions', workloads.map((one) => [one.cnf_type, one.namespace]).sort(), [
    ['UPF', 'ran'],
    ['VDU', 'ran'],
  ])
}
