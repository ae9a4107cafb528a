import type { Ledger, Ledgers } from './ledger.ts'
import type { Usage } from './sink.ts'

/** Usage of containers and nodes: the latest as it was said, and a past of so many samples spread over the time remembered. */
export class UsageMemory {
  readonly #past = new Map<string, Past>()
  readonly #byPod = new Map<string, Map<string, Past>>()
  /** Of which there are samples, by namespace. */
  readonly #sampled = new Map<string, Set<Past>>()
  readonly #ledgers: Ledgers
  readonly #samplesMax: number
  readonly #stepMs: number

  constructor(ledgers: Ledgers, historyMs: number, samplesMax: number) {
    this.#ledgers = ledgers
    this.#samplesMax = samplesMax
    this.#stepMs = historyMs / samplesMax
  }

  /** Of a node where `container` is empty and the namespace too. */
  add(namespace: string, name: string, container: string, usage: Usage): void {
    const key = keyOf(namespace, name, container)
    let past = this.#past.get(key)
    if (!past) {
      past = { namespace, name, container, latest: usage, samples: new Uint32Array(0), count: 0 }
      this.#past.set(key, past)
      const pod = podKey(namespace, name)
      const containers = this.#byPod.get(pod) ?? new Map<string, Past>()
      this.#byPod.set(pod, containers.set(container, past))
      this.#ledgers.of(namespace).usageBytes += pastBytes
    }
    past.latest = usage
    const lastMs = past.count === 0 ? 0 : timeAt(past, past.count - 1)
    // A tenth of tolerance: the answers of metrics.k8s.io are not in step with ours.
    if (usage.timeMs - lastMs >= this.#stepMs * 0.9) this.#sample(past, usage)
  }

  latest(namespace: string, name: string, container: string): Usage | undefined {
    return this.#past.get(keyOf(namespace, name, container))?.latest
  }

  /** Sum over the containers of a pod; undefined where none is known. The time is that of the oldest. */
  ofPod(namespace: string, pod: string): Usage | undefined {
    let sum: Usage | undefined
    for (const { latest } of this.#byPod.get(podKey(namespace, pod))?.values() ?? []) {
      sum = sum
        ? {
            timeMs: Math.min(sum.timeMs, latest.timeMs),
            windowMs: Math.max(sum.windowMs, latest.windowMs),
            cpuCores: sum.cpuCores + latest.cpuCores,
            memoryBytes: sum.memoryBytes + latest.memoryBytes,
          }
        : latest
    }
    return sum
  }

  /** Oldest first, times to the second, cpu to a millionth of a core, memory to a KiB. */
  past(namespace: string, name: string, container: string): Usage[] {
    const past = this.#past.get(keyOf(namespace, name, container))
    if (!past) return []
    const { windowMs } = past.latest
    return Array.from({ length: past.count }, (_, i) => ({
      timeMs: timeAt(past, i),
      windowMs,
      cpuCores: past.samples[3 * i + 1]! / 1e6,
      memoryBytes: past.samples[3 * i + 2]! * 1_024,
    }))
  }

  /** Forgets what has said nothing since. */
  expire(beforeMs: number): void {
    for (const past of this.#past.values()) if (past.latest.timeMs <= beforeMs) this.#forget(past)
  }

  /** Forgets the past of the namespace, for room, leaving the latest. Answers whether there was one. */
  evict(ledger: Ledger): boolean {
    const sampled = this.#sampled.get(ledger.namespace)
    for (const past of sampled ?? []) {
      ledger.usageBytes -= past.samples.byteLength
      past.samples = new Uint32Array(0)
      past.count = 0
    }
    return this.#sampled.delete(ledger.namespace)
  }

  #sample(past: Past, usage: Usage): void {
    const ledger = this.#ledgers.of(past.namespace)
    if (past.count === this.#samplesMax) {
      past.samples.copyWithin(0, 3)
      past.count--
    } else if (3 * past.count === past.samples.length) {
      const length = 3 * Math.min(this.#samplesMax, Math.max(4, past.count * 2))
      const larger = new Uint32Array(length)
      larger.set(past.samples)
      ledger.usageBytes += larger.byteLength - past.samples.byteLength
      past.samples = larger
    }
    const sampled = this.#sampled.get(past.namespace) ?? new Set<Past>()
    this.#sampled.set(past.namespace, sampled.add(past))
    const at = 3 * past.count++
    past.samples[at] = Math.round(usage.timeMs / 1_000)
    past.samples[at + 1] = Math.min(word, Math.round(usage.cpuCores * 1e6))
    past.samples[at + 2] = Math.min(word, Math.round(usage.memoryBytes / 1_024))
  }

  #forget(past: Past): void {
    const { namespace, name, container } = past
    this.#past.delete(keyOf(namespace, name, container))
    this.#sampled.get(namespace)?.delete(past)
    const containers = this.#byPod.get(podKey(namespace, name))
    containers?.delete(container)
    if (containers?.size === 0) this.#byPod.delete(podKey(namespace, name))
    this.#ledgers.of(namespace).usageBytes -= past.samples.byteLength + pastBytes
  }
}

type Past = {
  readonly namespace: string
  readonly name: string
  readonly container: string
  latest: Usage
  /** Seconds since 1970, millionths of a core, KiB. */
  samples: Uint32Array
  count: number
}
const word = 0xffff_ffff
/** Of one without samples: names, the latest, places in tables. */
const pastBytes = 600
const keyOf = (namespace: string, name: string, container: string): string =>
  `${namespace}/${name}/${container}`
const podKey = (namespace: string, name: string): string => `${namespace}/${name}`
const timeAt = (past: Past, i: number): number => past.samples[3 * i]! * 1_000
