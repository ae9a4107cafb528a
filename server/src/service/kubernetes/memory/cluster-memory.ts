import type { ClusterMemoryState, ObjectChange } from '@aiops/contract/model/kubernetes'
import { durationMs } from '@aiops/contract/model/time'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import type { Metrics } from '../../../kernel/metric.ts'
import { atOnce, type Stepwise } from '../../../kernel/stepwise.ts'
import type { Kind, KubeObject, ObjectOf } from '../object/kind.ts'
import type { ClusterView, ObjectRef } from '../view.ts'
import { type ChangeAsk, ChangeQuery } from './change-query.ts'
import type { MemoryConfig } from './config.ts'
import { Ledgers } from './ledger.ts'
import { type ContainerRef, LogMemory, type LogTail } from './log-memory.ts'
import { LiveView, MomentView, tooOld, type ViewDeps } from './moment-view.ts'
import { ObjectMemory } from './object-memory.ts'
import type { ObjectSink, Usage } from './sink.ts'
import { UsageMemory } from './usage-memory.ts'

export type LogAsk = {
  namespace: string
  pod: string
  /** Left out: all of the pod. */
  container?: string
  /** Of the containers before the last restart. */
  previous: boolean
  tailLines: number
  sinceMs?: number
  untilMs?: number
}

export type Changes = { items: ObjectChange[]; truncated: boolean; sinceMs: number }

/** What a watch said of one cluster: as it is now, and as it was for as long back as there is room, two hours at most by default. */
export interface ClusterMemory extends Required<ObjectSink> {
  /** As it is now, at each call. */
  view(): ClusterView
  /** As it was. Throws VALIDATION_FAILED for a time that is not remembered any more; namespaces that forgot sooner are in `shortened`. */
  viewAt(timeMs: number): MomentView
  /** Newest first, and since when they are whole. */
  changes(ask: ChangeAsk): Changes
  /** The same in steps. */
  changeSteps(ask: ChangeAsk): Stepwise<Changes>
  /** Of one object, newest first; 200 at most where nothing else is said. */
  history(ref: ObjectRef, limit?: number): ObjectChange[]
  /** Newest lines of a pod, in order of time; undefined where none of them are remembered. */
  logTail(ask: LogAsk): LogTail | undefined
  /** Sum over the containers of a pod. */
  usageOfPod(namespace: string, pod: string): Usage | undefined
  usageOfContainer(namespace: string, pod: string, container: string): Usage | undefined
  usageOfNode(node: string): Usage | undefined
  /** Oldest first: of a container, or of a node where the namespace is ''. */
  usagePast(about: { namespace: string; name: string; container: string }): Usage[]
  state(): ClusterMemoryState
  /** Its share, where several clusters have to do with less than `bytes_max` each. */
  limit(bytes: number): void
}

export type ClusterMemoryDeps = { clock: Clock; metrics?: Metrics }

export function createClusterMemory(deps: ClusterMemoryDeps, config: MemoryConfig): ClusterMemory {
  return new Memory(deps, config)
}

class Memory implements ClusterMemory {
  readonly #clock: Clock
  readonly #config: MemoryConfig
  readonly #historyMs: number
  readonly #ledgers = new Ledgers()
  readonly #objects: ObjectMemory
  readonly #logs: LogMemory
  readonly #usage: UsageMemory
  readonly #query: ChangeQuery
  readonly #viewDeps: ViewDeps
  readonly #forgotten: { inc(labels: { what: 'state' | 'logs' | 'usage' }, by: number): void } | undefined
  #sweepMs = 0
  #bytesMax: number

  constructor({ clock, metrics }: ClusterMemoryDeps, config: MemoryConfig) {
    this.#clock = clock
    this.#config = config
    this.#bytesMax = config.bytes_max
    this.#historyMs = durationMs(config.history)
    this.#objects = new ObjectMemory(clock, this.#ledgers, this.#historyMs)
    this.#logs = new LogMemory(this.#ledgers, config)
    this.#usage = new UsageMemory(this.#ledgers, this.#historyMs, config.usage_samples_max)
    this.#query = new ChangeQuery(this.#objects)
    this.#viewDeps = {
      ...{ objects: this.#objects, logs: this.#logs, ledgers: this.#ledgers },
      logLinesMax: config.log_view_lines_max,
    }
    this.#forgotten = metrics?.counter(
      'aiops_kubernetes_memory_forgotten_total',
      'Former states, blocks of log lines and pasts of usage that were forgotten for room.',
      ['what'],
    )
  }

  async replace<K extends Kind>(
    kind: K,
    namespace: string | undefined,
    objects: readonly ObjectOf<K>[],
    atMs: number,
  ): Promise<void> {
    await this.#objects.replace(kind, namespace, objects as readonly KubeObject[], atMs, () => this.#tidy())
  }
  shared<K extends Kind>(kind: K, object: ObjectOf<K>): ObjectOf<K> {
    return this.#objects.shared(kind, object as KubeObject) as ObjectOf<K>
  }
  put<K extends Kind>(kind: K, object: ObjectOf<K>, atMs: number): void {
    this.#objects.put(kind, object, atMs)
    this.#tidy()
  }
  remove<K extends Kind>(kind: K, object: ObjectOf<K>, atMs: number): void {
    this.#objects.remove(kind, object, atMs)
    this.#tidy()
  }
  setKnown(kind: Kind, known: boolean): void {
    this.#objects.setKnown(kind, known, this.#clock.now())
  }
  nodeUsage(node: string, usage: Usage): void {
    this.#usage.add('', node, '', usage)
    this.#tidy()
  }
  podUsage(namespace: string, pod: string, container: string, usage: Usage): void {
    this.#usage.add(namespace, pod, container, usage)
    this.#tidy()
  }
  logLines(about: ContainerRef, lines: readonly { timeMs: number; text: string }[]): void {
    this.#logs.add(about, lines, this.#clock.now())
    this.#tidy()
  }

  limit(bytes: number): void {
    this.#bytesMax = Math.min(this.#config.bytes_max, Math.floor(bytes))
    this.#tidy()
  }

  view(): ClusterView {
    return new LiveView(this.#viewDeps, this.#clock.now())
  }
  viewAt(timeMs: number): MomentView {
    const sinceMs = this.#sinceMs()
    if (timeMs < sinceMs) throw tooOld(sinceMs, 'The cluster')
    return new MomentView(this.#viewDeps, timeMs)
  }
  changes(ask: ChangeAsk): Changes {
    return atOnce(this.changeSteps(ask))
  }
  *changeSteps(ask: ChangeAsk): Stepwise<Changes> {
    const forgottenMs = ask.namespace ? (this.#ledgers.find(ask.namespace)?.forgottenMs ?? 0) : 0
    return { ...(yield* this.#query.changes(ask)), sinceMs: Math.max(this.#sinceMs(), forgottenMs) }
  }
  history(ref: ObjectRef, limit = historyMax): ObjectChange[] {
    return this.#query.history(ref, limit)
  }
  logTail(ask: LogAsk): LogTail | undefined {
    if (!this.#logs.has(ask)) return undefined
    return this.#logs.podTail(ask, ask.tailLines, ask.sinceMs, ask.untilMs)
  }
  usageOfPod(namespace: string, pod: string): Usage | undefined {
    return this.#usage.ofPod(namespace, pod)
  }
  usageOfContainer(namespace: string, pod: string, container: string): Usage | undefined {
    return this.#usage.latest(namespace, pod, container)
  }
  usageOfNode(node: string): Usage | undefined {
    return this.#usage.latest('', node, '')
  }
  usagePast({ namespace, name, container }: { namespace: string; name: string; container: string }): Usage[] {
    return this.#usage.past(namespace, name, container)
  }
  state(): ClusterMemoryState {
    const sinceMs = this.#sinceMs()
    const all = [...this.#ledgers.all()]
    return {
      bytes: Math.round(this.#bytes()),
      bytes_max: this.#bytesMax,
      since: isoTime(sinceMs),
      shortened: all
        .filter(({ forgottenMs }) => forgottenMs > sinceMs)
        .map(({ namespace, forgottenMs }) => ({ namespace, since: isoTime(forgottenMs) })),
      versions: all.reduce((sum, { versions }) => sum + versions, 0),
      log_lines: this.#logs.lines,
    }
  }

  #bytes(): number {
    return tableBytes + this.#objects.currentBytes + this.#ledgers.bytes
  }
  #sinceMs(): number {
    return this.#objects.sinceMs(this.#clock.now())
  }

  /** Called after everything that adds. */
  #tidy(): void {
    if (this.#bytes() > this.#bytesMax) this.#makeRoom()
    const nowMs = this.#clock.now()
    if (nowMs >= this.#sweepMs) this.#sweep(nowMs)
  }

  /** What is too old goes, a bounded number at a time: the rest goes with what is added next. */
  #sweep(nowMs: number): void {
    const beforeMs = nowMs - this.#historyMs
    let left = sweptMax
    for (const ledger of this.#ledgers.all()) {
      left -= this.#objects.expire(ledger, beforeMs, left)
      if (ledger.logBytes > 0) this.#logs.expire(ledger.namespace, beforeMs)
      if (left <= 0) return
    }
    this.#usage.expire(beforeMs)
    this.#ledgers.prune(beforeMs)
    this.#sweepMs = nowMs + sweepEveryMs
  }

  /**
   * The namespace whose past takes most forgets first, down to the next, so that one that floods shortens its own past alone (max-min
   * fairness). A little more than needed goes, so that this is not done for each change.
   */
  #makeRoom(): void {
    const target = this.#bytesMax * 0.98
    for (let rounds = 0; rounds < roundsMax && this.#bytes() > target; rounds++) {
      const largest = this.#ledgers.largest()
      if (!largest) return
      const { ledger, nextBytes } = largest
      const before = ledger.bytes
      const over = Math.min(this.#bytes() - target, Math.max(before - nextBytes, roundBytes))
      const what = ledger.logBytes > ledger.versionBytes ? 'logs' : 'state'
      const count = what === 'logs' ? this.#logs.evict(ledger, over) : this.#objects.evict(ledger, over)
      this.#forgotten?.inc({ what }, count)
      if (ledger.bytes < before) continue
      if (!this.#usage.evict(ledger)) return
      this.#forgotten?.inc({ what: 'usage' }, 1)
    }
  }
}

const historyMax = 200
/** The tables that find what is common to objects. */
const tableBytes = 400_000
const sweptMax = 4_000
const sweepEveryMs = 10_000
const roundsMax = 64
const roundBytes = 65_536
