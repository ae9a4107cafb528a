import type { Finding } from '@aiops/contract/model/finding'
import type { GpuNode } from '@aiops/contract/model/gpu'
import { durationMs } from '@aiops/contract/model/time'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import { Turn } from '../../kernel/turn.ts'
import type { ObservedState } from './area.ts'
import type { Collected } from './collection.ts'
import type { InfrastructureConfig } from './config.ts'
import { gpuNodesOf, xidSeedOf } from './gpu/index.ts'
import type { ClusterInventory, ObservedCluster } from './index.ts'
import { History } from './signature/history.ts'
import { Judge, type Verdict } from './signature/judge.ts'
import type { Signature } from './signature/signature.ts'

const windowMsMin = 35 * 60_000

/** What is known of one cluster: its readings so far, what is wrong in them, and its GPUs as of the newest. */
export class ObservedPast {
  readonly tenant: string
  readonly id: string
  readonly history: History
  readonly judge: Judge
  readonly #clock: Clock
  readonly #log: Log
  readonly #staleMs: number
  #name: string
  #inventory: () => ClusterInventory
  #findings: Finding[] = []
  #gpuNodes: GpuNode[] = []
  #defective = new Set<string>()

  constructor(
    cluster: ObservedCluster,
    signatures: readonly Signature[],
    config: InfrastructureConfig,
    deps: { clock: Clock; log: Log },
  ) {
    this.tenant = cluster.tenant
    this.id = cluster.id
    this.#name = cluster.name
    this.#clock = deps.clock
    this.#log = deps.log
    const intervalMs = Math.max(1_000, durationMs(config.interval))
    const windowMs = Math.max(windowMsMin, durationMs(config.history))
    this.#staleMs = 2 * intervalMs + 2 * durationMs(config.timeout)
    this.#inventory = () => cluster.inventory()
    this.history = new History(
      { readingsMax: Math.ceil(windowMs / intervalMs) + 1, bytesMax: config.history_bytes_max },
      () => this.#inventory(),
    )
    this.judge = new Judge(cluster, signatures)
  }

  get findings(): readonly Finding[] {
    return this.#findings
  }
  get gpuNodes(): readonly GpuNode[] {
    return this.#gpuNodes
  }

  async take(cluster: ObservedCluster, { timeMs, samples, processes, before }: Collected): Promise<Verdict> {
    const turn = new Turn(this.#clock)
    this.#name = cluster.name
    this.#inventory = () => cluster.inventory()
    const seed = xidSeedOf(before)
    if (seed.length > 0 && this.history.seriesCount === 0)
      this.history.append({ timeMs: timeMs - 1, samples: seed })
    for (const _ of this.history.appending({ timeMs, samples })) if (turn.due()) await turn.give()
    const verdict = await this.judge.judge(this.history, turn)
    this.#findings = this.judge.open()
    if (turn.due()) await turn.give()
    this.#gpuNodes = gpuNodesOf(this.state(), this.#findings, processes)
    for (const [rule, sentence] of this.judge.defects) {
      if (this.#defective.has(rule)) continue
      this.#defective.add(rule)
      this.#log.error({ cluster: this.id, rule, error: sentence }, 'a signature met a defect')
    }
    return verdict
  }

  /** Marked as stale where no reading came in time. */
  currentGpuNodes(): GpuNode[] {
    if (!this.#isStale()) return [...this.#gpuNodes]
    return this.#gpuNodes.map((node) => ({
      ...{ ...node, stale: true },
      gpus: node.gpus.map((gpu) => ({ ...gpu, health: 'UNKNOWN' as const })),
    }))
  }

  state(): ObservedState {
    return { id: this.id, name: this.#name, history: this.history, stale: this.#isStale() }
  }

  end(): Finding[] {
    this.#findings = []
    return this.judge.end()
  }

  #isStale(): boolean {
    return this.#clock.now() - this.history.now.timeMs > this.#staleMs
  }
}
