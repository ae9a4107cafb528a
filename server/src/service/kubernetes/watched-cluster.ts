import { durationMs } from '@aiops/contract/model/time'
import { messageOf } from '../../kernel/fault.ts'
import type { Slots } from '../../kernel/slots.ts'
import { givingWay, type Stepwise } from '../../kernel/stepwise.ts'
import { Turn } from '../../kernel/turn.ts'
import { analyze } from './analyzer/analyze.ts'
import { rules } from './analyzer/rules.ts'
import type { KubernetesConfig } from './config.ts'
import { FindingKeeper } from './finding-keeper.ts'
import type { KubernetesDeps, WatchableCluster } from './index.ts'
import { type ClusterMemory, createClusterMemory } from './memory/cluster-memory.ts'
import { type ClusterWatch, createClusterWatch } from './watch/cluster-watch.ts'
import { createLogFollow, type LogFollow } from './watch/log-follow.ts'
import { troubledContainers } from './watch/log-wanted.ts'

/** An analysis takes at most so much of the time: the next begins so many times later as this one took. */
const restFactor = 20
/** Causes are looked for among what changed in so long. */
const causesMs = 2 * 3_600_000
const causesMax = 2_000
/** Who asks is before what goes on behind. */
const sliceMs = 3
/** How often, and how many times at most, the first analysis looks whether the topology was told. */
const placeMs = 250
const placeLooksMax = 40

type Deps = KubernetesDeps & {
  lists: Slots
  /** Asks for the topology to be told soon. */
  place(): void
}
export type Watched = Omit<WatchableCluster, 'api'> & { api: NonNullable<WatchableCluster['api']> }

/** One cluster that is watched: its memory, who fills it, and what is found in it. */
export class WatchedCluster {
  /** As the fleet has it now: its name may change. */
  cluster: Watched
  readonly memory: ClusterMemory
  readonly keeper: FindingKeeper
  /** Whether the topology was told what is in it. The first analysis waits for it, as alerts of findings are joined by where they are in it. */
  isPlaced = false
  #placeLooks = 0
  #watch: ClusterWatch
  #wasListed = false
  readonly #deps: Deps
  readonly #config: KubernetesConfig
  readonly #logs: LogFollow
  #cancel = (): void => {}
  #stopped = false
  #analyzing: Promise<void> = Promise.resolve()
  readonly #seconds

  constructor(deps: Deps, config: KubernetesConfig, cluster: Watched) {
    this.#deps = deps
    this.#config = config
    this.cluster = cluster
    this.memory = createClusterMemory(deps, config.memory)
    this.keeper = new FindingKeeper(deps)
    this.#watch = createClusterWatch(deps, config.watch, cluster, this.memory)
    this.#logs = createLogFollow({ ...deps, api: cluster.api }, config.watch.logs, this.memory, () =>
      this.#inTurn(troubledContainers(this.memory.view().list('Pod'))),
    )
    this.#seconds = deps.metrics.histogram(
      'aiops_kubernetes_analysis_seconds',
      'How long the analysis of a cluster took, others in between included.',
      [],
      [0.01, 0.05, 0.1, 0.5, 1, 5],
    )
  }

  async start(): Promise<void> {
    await this.#watch.start()
    await this.#logs.start()
    this.#later(durationMs(this.#config.analyze_interval))
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancel()
    await Promise.all([this.#watch.stop(), this.#logs.stop(), this.#analyzing])
    this.keeper.clear()
  }

  /** With other credentials everything is asked for anew; what is remembered stays. */
  async rewatch(): Promise<void> {
    await this.#watch.stop()
    if (this.#stopped) return
    this.#watch = createClusterWatch(this.#deps, this.#config.watch, this.cluster, this.memory)
    await this.#watch.start()
  }

  get watch(): Pick<ClusterWatch, 'state'> {
    return this.#watch
  }

  /** Whether every kind that is there was read once. */
  get isListed(): boolean {
    this.#wasListed ||= this.#watch.state().every(({ state }) => state !== 'LISTING')
    return this.#wasListed
  }

  #later(delayMs: number): void {
    if (this.#stopped) return
    this.#cancel = this.#deps.clock.after(delayMs, () => {
      this.#analyzing = this.#analyze()
    })
  }

  #inTurn<T>(work: Stepwise<T>): Promise<T> {
    const turn = new Turn(this.#deps.clock, sliceMs)
    return givingWay(work, async () => {
      if (turn.due()) await turn.give()
    })
  }

  async #analyze(): Promise<void> {
    const { clock, log } = this.#deps
    const startMs = clock.monotonic()
    if (this.isListed && !this.isPlaced && this.#placeLooks < placeLooksMax) {
      if (this.#placeLooks === 0) this.#deps.place()
      this.#placeLooks += 1
      return this.#later(placeMs)
    }
    try {
      if (this.isListed) {
        const nowMs = clock.now()
        const turn = new Turn(clock, sliceMs)
        const { items: changes } = await this.#inTurn(
          this.memory.changeSteps({
            ...{ startMs: nowMs - causesMs, endMs: nowMs, causes: true, limit: causesMax },
            ...{ namespace: '', kind: '', name: '', owner: '' },
          }),
        )
        const found = await analyze(this.memory.view(), this.cluster, rules, { changes, turn })
        if (!this.#stopped) this.keeper.update(found.findings)
        this.#seconds.observe((clock.monotonic() - startMs) / 1_000)
      }
    } catch (error) {
      log.error({ cluster: this.cluster.name, problem: messageOf(error) }, 'a cluster could not be analyzed')
    }
    const tookMs = clock.monotonic() - startMs
    this.#later(Math.max(durationMs(this.#config.analyze_interval), restFactor * tookMs))
  }
}
