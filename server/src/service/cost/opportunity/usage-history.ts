import type { TenantId } from '@aiops/contract/model/tenant'
import { inTurns } from '../../../kernel/steps.ts'
import type { Turn } from '../../../kernel/turn.ts'
import { readDirectory } from '../allocation/chunk.ts'
import { clusterOf, directoryOf, keyOf } from '../allocation/directory.ts'
import type { CostConfig } from '../config.ts'
import type { CostDeps } from '../index.ts'

/** Usage is looked at in steps of this, and read in slices. */
const [stepMs, sliceMs] = [900_000, 21_600_000]
const workloadsMax = 20_000
/** Buckets of processor usage: from a ten-thousandth of a core up, each 5 % wider than the one before. */
const [least, growth, buckets] = [1e-4, Math.log(1.05), 360]

/** What the containers of one name of one workload used. */
export class Usage {
  firstMs = Number.POSITIVE_INFINITY
  lastMs = 0
  cpuSamples = 0
  cpuMax = 0
  ramMax = 0
  /** Undefined: traffic is not known. */
  networkMax: number | undefined
  readonly #counts = new Float32Array(buckets)

  cpu(cores: number): void {
    const bucket = Math.ceil(Math.log(Math.max(cores, least) / least) / growth)
    this.#counts[Math.min(buckets - 1, Math.max(0, bucket))]! += 1
    this.cpuSamples += 1
    if (cores > this.cpuMax) this.cpuMax = cores
  }
  seen(timeMs: number): void {
    if (timeMs < this.firstMs) this.firstMs = timeMs
    if (timeMs > this.lastMs) this.lastMs = timeMs
  }
  get hours(): number {
    return this.lastMs > this.firstMs ? (this.lastMs - this.firstMs) / 3_600_000 : 0
  }
  /** The upper edge of the bucket that it is in: up to 5 % too much, never too little. */
  cpuQuantile(share: number): number {
    let left = Math.ceil(share * this.cpuSamples)
    for (let i = 0; i < buckets; i += 1) {
      left -= this.#counts[i]!
      if (left <= 0) return Math.min(this.cpuMax, least * Math.exp(i * growth))
    }
    return this.cpuMax
  }
}

export const usageKey = (facts: {
  cluster: string
  namespace: string
  controllerKind: string
  controller: string
  pod: string
  container: string
}): string =>
  keyOf(
    facts.cluster,
    facts.namespace,
    facts.controllerKind,
    facts.controller === '' ? facts.pod : facts.controller,
    facts.container,
  )

/** Usage of all workloads in the time up to `endMs`, slice by slice. */
export async function usageHistory(
  deps: Pick<CostDeps, 'query' | 'queryRange'>,
  config: CostConfig,
  tenant: TenantId,
  time: { startMs: number; endMs: number },
  turn: Turn,
): Promise<Map<string, Usage>> {
  const all = new Map<string, Usage>()
  for (let startMs = time.startMs; startMs < time.endMs; startMs += sliceMs) {
    const endMs = Math.min(startMs + sliceMs, time.endMs)
    const read = { directory: await readDirectory(deps, tenant, endMs - startMs, endMs) }
    const directory = await inTurns(directoryOf(read, config), turn)
    for (const [kind, question] of questions) {
      const answer = await deps.queryRange(tenant, question, startMs + stepMs, endMs, stepMs)
      for (const { labels, timesMs, values } of answer) {
        const { namespace = '', pod = '', container = '' } = labels
        const facts = directory.pod(clusterOf(labels), namespace, pod)
        const key = usageKey({ ...facts, container })
        let usage = all.get(key)
        if (!usage) {
          if (all.size >= workloadsMax) continue
          usage = new Usage()
          all.set(key, usage)
        }
        for (let i = 0; i < values.length; i += 1) {
          const value = values[i]!
          if (!(value >= 0)) continue
          usage.seen(timesMs[i]!)
          if (kind === 'cpu') usage.cpu(value)
          else if (kind === 'ram') usage.ramMax = Math.max(usage.ramMax, value)
          else usage.networkMax = Math.max(usage.networkMax ?? 0, value)
        }
        if (turn.due()) await turn.give()
      }
    }
  }
  return all
}

const container = 'container!="",container!="POD"'
const questions = [
  [
    'cpu',
    `max by (cluster, cluster_id, namespace, pod, container) (rate(container_cpu_usage_seconds_total{${container},cpu=~"total|"}[15m]))`,
  ],
  [
    'ram',
    `max by (cluster, cluster_id, namespace, pod, container) (max_over_time(container_memory_working_set_bytes{${container}}[15m]))`,
  ],
  [
    'network',
    'sum by (cluster, cluster_id, namespace, pod) (rate(container_network_receive_bytes_total[15m]) + rate(container_network_transmit_bytes_total[15m]))',
  ],
] as const
