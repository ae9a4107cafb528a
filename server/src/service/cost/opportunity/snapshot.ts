import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../../kernel/clock.ts'
import { inTurns } from '../../../kernel/steps.ts'
import { Turn } from '../../../kernel/turn.ts'
import { type Chunk, readChunk } from '../allocation/chunk.ts'
import type { ComputeDeps } from '../allocation/compute.ts'
import { containersOf, largest } from '../allocation/container-column.ts'
import {
  clusterOf,
  type Directory,
  directoryOf,
  keyOf,
  nodeOf,
  type PodFacts,
} from '../allocation/directory.ts'
import { gibBytes, NodePrices } from '../allocation/node-price.ts'
import type { CostConfig } from '../config.ts'
import type { PriceTable } from '../price/price-table.ts'

/** One container as it runs now; NaN where no source tells. USD an hour. */
export type RunningContainer = PodFacts & {
  container: string
  cpuRequest: number
  cpuUsage: number
  ramRequest: number
  ramUsage: number
  gpus: number
  coreUsd: number
  gibUsd: number
  gpuUsd: number
  hasVolume: boolean
}
export type RunningNode = {
  cluster: string
  node: string
  cores: number
  bytes: number
  gpus: number
  hourlyUsd: number
  spot: boolean
  provider: string
  region: string
  instanceType: string
}
export type Snapshot = {
  atMs: number
  containers: RunningContainer[]
  nodes: RunningNode[]
  table: PriceTable
  chunk: Chunk
  directory: Directory
}

/** What runs now, where, and what it costs there. */
export async function snapshotOf(
  deps: ComputeDeps & { clock: Clock },
  config: CostConfig,
  tenant: TenantId,
): Promise<Snapshot> {
  const resolutionMs = 60_000
  const atMs = Math.floor(deps.clock.now() / resolutionMs) * resolutionMs
  const stretch = { startMs: atMs - resolutionMs, resolutionMs, count: 1 }
  const chunk = await readChunk(deps, tenant, stretch, new Turn(deps.clock))
  const turn = new Turn(deps.clock)
  const directory = await inTurns(directoryOf(chunk, config), turn)
  const table = await deps.prices.table(tenant, atMs)
  const prices = new NodePrices(chunk.columns, { table, directory, count: 1, endMs: atMs, used: () => {} })
  const mounted = new Set(
    chunk.columns.mounted.map(({ labels }) =>
      keyOf(clusterOf(labels), labels.namespace ?? '', labels.pod ?? ''),
    ),
  )
  const nodes = nodesOf(chunk, directory, prices)
  const containers: RunningContainer[] = []
  for (const one of await inTurns(containersOf(chunk), turn)) {
    const facts = directory.pod(one.cluster, one.namespace, one.pod)
    const node = one.node || facts.node
    if (node === '') continue
    const rates = prices.of(one.cluster, node)
    containers.push({
      ...{ ...facts, node, container: one.container },
      cpuRequest: one.cpuRequest?.[0] ?? Number.NaN,
      cpuUsage: one.cpuUsage?.[0] ?? Number.NaN,
      ramRequest: one.ramRequest?.[0] ?? Number.NaN,
      ramUsage: one.ramUsage?.[0] ?? Number.NaN,
      gpus: one.gpu?.[0] ?? Number.NaN,
      ...{ coreUsd: rates.cpu[0]!, gibUsd: rates.ram[0]!, gpuUsd: rates.gpu[0]! },
      hasVolume: mounted.has(keyOf(one.cluster, one.namespace, one.pod)),
    })
  }
  return { atMs, containers, nodes, table, chunk, directory }
}

function nodesOf(chunk: Chunk, directory: Directory, prices: NodePrices): RunningNode[] {
  const of = (source: Chunk['columns']['nodeCpu']) =>
    new Map(source.map(({ labels, values }) => [keyOf(clusterOf(labels), nodeOf(labels)), values[0]!]))
  const [cores, bytes, gpus] = [
    of(chunk.columns.nodeCpu),
    of(chunk.columns.nodeRam),
    of(chunk.columns.nodeGpu),
  ]
  return [...cores].flatMap(([key, count]): RunningNode[] => {
    const [cluster = '', node = ''] = key.split('\u0000')
    const size = { cores: count, gib: (bytes.get(key) ?? 0) / gibBytes, gpus: gpus.get(key) ?? 0 }
    const rates = prices.of(cluster, node, size)
    if (!(count > 0)) return []
    const gpuUsd = size.gpus > 0 ? size.gpus * rates.gpu[0]! : 0
    const { provider, region, instanceType } = directory.node(cluster, node)
    return [
      {
        ...{ cluster, node, cores: count, bytes: bytes.get(key) ?? Number.NaN, gpus: size.gpus },
        hourlyUsd: count * rates.cpu[0]! + size.gib * rates.ram[0]! + gpuUsd,
        ...{ spot: rates.spot, provider, region, instanceType },
      },
    ]
  })
}

/** USD an hour: max(request, usage) × price, of what is known. */
export function hourlyOf(one: RunningContainer): number {
  const cpu = largest(one.cpuRequest, one.cpuUsage) * one.coreUsd
  const ram = (largest(one.ramRequest, one.ramUsage) / gibBytes) * one.gibUsd
  const gpu = one.gpus * one.gpuUsd
  return (!Number.isNaN(cpu) ? cpu : 0) + (!Number.isNaN(ram) ? ram : 0) + (!Number.isNaN(gpu) ? gpu : 0)
}
