import { isStep, type Steps } from '../../../kernel/steps.ts'
import { accumulateExtras } from './accumulate-extra.ts'
import type { Accumulation } from './accumulation.ts'
import type { NodeAsset } from './allocation-set.ts'
import type { Chunk, Column } from './chunk.ts'
import { type ContainerColumns, containersOf, largest } from './container-column.ts'
import { clusterOf, keyOf, nodeOf } from './directory.ts'
import { gibBytes, NodePrices, type NodeRates } from './node-price.ts'
import { known, type Tally } from './tally.ts'

type Capacity = { cpu: Column | undefined; ram: Column | undefined; gpu: Column | undefined }

/**
 * Adds a stretch to a set: a container costs max(request, usage) × hours × price at each step, a node its capacity × hours × price. Source:
 * OpenCost specification. There averages of the window are compared; here each step by itself, so that the parts of a window sum to it.
 */
export function* accumulate(work: Accumulation): Steps<void> {
  const { set, chunk, directory, table, used } = work
  const { columns, count, startMs, resolutionMs } = chunk
  const endMs = startMs + count * resolutionMs
  const prices = new NodePrices(columns, { table, directory, count, endMs, used })
  const covered = new Uint8Array(count)
  const unknown = new Float64Array(count).fill(Number.NaN)
  const capacities = capacitiesOf(columns)
  const ended = new Map(columns.ended.map(({ labels, values }) => [podKey(labels), values]))
  for (const [key, capacity] of capacities) {
    const [cluster = '', node = ''] = key.split('\u0000')
    const rates = prices.of(cluster, node, sizeOf(capacity))
    addAsset(set.asset(cluster, node), capacity, rates, chunk, covered)
  }
  let at = 0
  for (const one of yield* containersOf(chunk)) {
    const facts = directory.pod(one.cluster, one.namespace, one.pod)
    const node = one.node || facts.node
    const capacity = capacities.get(keyOf(one.cluster, node))
    addContainer(
      {
        tally: set.row({ ...facts, node, container: one.container }, one.cluster, node),
        rates: prices.of(one.cluster, node),
        ...(capacity ? { asset: set.asset(one.cluster, node), capacity } : {}),
        ...{ chunk, covered, unknown, hasNode: node !== '' },
        ended: ended.get(keyOf(one.cluster, one.namespace, one.pod)),
      },
      one,
    )
    at += 1
    if (isStep(at)) yield
  }
  accumulateExtras(work, prices, covered)
  for (let k = 0; k < count; k += 1) if (covered[k]) set.coveredMs += resolutionMs
}

const podKey = (labels: Column['labels']): string =>
  keyOf(clusterOf(labels), labels.namespace ?? '', labels.pod ?? '')

function capacitiesOf({ nodeCpu, nodeRam, nodeGpu }: Chunk['columns']): Map<string, Capacity> {
  const all = new Map<string, Capacity>()
  for (const [field, source] of [
    ['cpu', nodeCpu],
    ['ram', nodeRam],
    ['gpu', nodeGpu],
  ] as const)
    for (const column of source) {
      const key = keyOf(clusterOf(column.labels), nodeOf(column.labels))
      const one = all.get(key) ?? { cpu: undefined, ram: undefined, gpu: undefined }
      one[field] = column
      all.set(key, one)
    }
  return all
}

const newest = (column: Column | undefined): number =>
  column?.values.findLast((value) => !Number.isNaN(value)) ?? 0
const sizeOf = ({ cpu, ram, gpu }: Capacity) => ({
  ...{ cores: newest(cpu), gib: newest(ram) / gibBytes, gpus: newest(gpu) },
})

function addAsset(
  asset: NodeAsset,
  { cpu, ram, gpu }: Capacity,
  rates: NodeRates,
  { count, startMs, resolutionMs }: Chunk,
  covered: Uint8Array,
): void {
  const hours = resolutionMs / 3_600_000
  for (let k = 0; k < count; k += 1) {
    const cores = cpu?.values[k] ?? Number.NaN
    const bytes = ram?.values[k] ?? Number.NaN
    const gpus = gpu?.values[k] ?? Number.NaN
    const cpuUsd = cores * rates.cpu[k]! * hours
    const ramUsd = (bytes / gibBytes) * rates.ram[k]! * hours
    const gpuUsd = gpus * rates.gpu[k]! * hours
    if (!Number.isNaN(cpuUsd)) asset.cpuUsd += cpuUsd
    if (!Number.isNaN(ramUsd)) asset.ramUsd += ramUsd
    if (!Number.isNaN(gpuUsd)) asset.gpuUsd += gpuUsd
    if (gpus > 0) rates.gpuUsed()
    if (Number.isNaN(cores) && Number.isNaN(bytes) && Number.isNaN(gpus)) continue
    covered[k] = 1
    asset.firstMs = Math.min(asset.firstMs, startMs + k * resolutionMs)
    asset.lastMs = Math.max(asset.lastMs, startMs + (k + 1) * resolutionMs)
  }
}

type Target = {
  tally: Tally
  rates: NodeRates
  asset?: NodeAsset
  capacity?: Capacity
  chunk: Chunk
  covered: Uint8Array
  hasNode: boolean
  ended: Float64Array | undefined
  /** NaN at each step. */
  unknown: Float64Array
}

const bitOf = (column: Float64Array | undefined, bit: number): number => (column ? bit : 0)

function addContainer(target: Target, one: ContainerColumns): void {
  const { tally, rates, asset, capacity, chunk, covered, ended } = target
  const { count, startMs, resolutionMs } = chunk
  const hours = resolutionMs / 3_600_000
  const { unknown } = target
  const cpuRequest = one.cpuRequest ?? unknown
  const cpuUsage = one.cpuUsage ?? unknown
  const cpuAllocated = one.cpuAllocated ?? unknown
  const ramRequest = one.ramRequest ?? unknown
  const ramUsage = one.ramUsage ?? unknown
  const ramAllocated = one.ramAllocated ?? unknown
  const gpu = one.gpu ?? unknown
  let first = -1
  let last = -1
  for (let k = 0; k < count; k += 1) {
    const runs = !Number.isNaN(cpuUsage[k]!) || !Number.isNaN(ramUsage[k]!)
    // A request of what is not placed anywhere, or has ended, holds nothing.
    if (!runs && (!target.hasNode || ended?.[k] === 1)) continue
    const cores = largest(largest(cpuRequest[k]!, cpuUsage[k]!), cpuAllocated[k]!)
    const bytes = largest(largest(ramRequest[k]!, ramUsage[k]!), ramAllocated[k]!)
    const gpus = gpu[k]!
    if (Number.isNaN(cores) && Number.isNaN(bytes) && Number.isNaN(gpus)) continue
    if (first < 0) first = k
    last = k
    covered[k] = 1
    if (!Number.isNaN(cores)) {
      tally.cpuHours += cores * hours
      if (!Number.isNaN(cpuRequest[k]!)) tally.cpuRequestHours += cpuRequest[k]! * hours
      if (!Number.isNaN(cpuUsage[k]!)) tally.cpuUsageHours += cpuUsage[k]! * hours
      const usd = cores * rates.cpu[k]! * hours
      if (!Number.isNaN(usd)) {
        tally.known |= known.cpuPrice
        tally.cpuUsd += usd
        if (asset && has(capacity?.cpu, k)) asset.usedCpuUsd += usd
      } else tally.missing.add('price of a core')
    }
    if (!Number.isNaN(bytes)) {
      tally.ramByteHours += bytes * hours
      if (!Number.isNaN(ramRequest[k]!)) tally.ramRequestByteHours += ramRequest[k]! * hours
      if (!Number.isNaN(ramUsage[k]!)) tally.ramUsageByteHours += ramUsage[k]! * hours
      const usd = (bytes / gibBytes) * rates.ram[k]! * hours
      if (!Number.isNaN(usd)) {
        tally.known |= known.ramPrice
        tally.ramUsd += usd
        if (asset && has(capacity?.ram, k)) asset.usedRamUsd += usd
      } else tally.missing.add('price of memory')
    }
    if (!Number.isNaN(gpus)) {
      tally.gpuHours += gpus * hours
      if (gpus > 0) rates.gpuUsed()
      const usd = gpus * rates.gpu[k]! * hours
      if (!Number.isNaN(usd)) {
        tally.known |= known.gpuPrice
        tally.gpuUsd += usd
        if (asset && has(capacity?.gpu, k)) asset.usedGpuUsd += usd
      } else tally.missing.add('price of a GPU')
    }
  }
  if (first < 0) return
  tally.seen(startMs + first * resolutionMs, startMs + (last + 1) * resolutionMs)
  tally.known |=
    bitOf(one.cpuRequest, known.cpuRequest) |
    bitOf(one.cpuUsage, known.cpuUsage) |
    bitOf(one.ramRequest, known.ramRequest) |
    bitOf(one.ramUsage, known.ramUsage) |
    bitOf(one.gpu, known.gpu)
}

const has = (column: Column | undefined, k: number): boolean =>
  column !== undefined && !Number.isNaN(column.values[k])
