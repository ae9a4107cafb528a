import type { Clock } from '../../kernel/clock.ts'
import { Fault, isFault } from '../../kernel/fault.ts'
import type { MetricBackend, RemoteSample } from '../../port/cluster-backend.ts'
import type { Sample } from './index.ts'

export type QuestionLimits = { timeoutMs: number; restMs: number; samplesMax: number }

/** What is asked of one cluster's metrics at each reading, and which of it is worth asking. */
export class ClusterQuestion {
  readonly #queries: readonly string[]
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #limits: QuestionLimits
  readonly #cut: (samples: number) => void
  /** Until when a query that never had an answer rests; monotonic ms. */
  readonly #resting = new Map<string, number>()
  /** Queries that had samples once: from then on their silence says something. */
  readonly #answering = new Set<string>()

  constructor(
    queries: readonly string[],
    clock: Pick<Clock, 'monotonic'>,
    limits: QuestionLimits,
    cut: (samples: number) => void,
  ) {
    this.#queries = queries
    this.#clock = clock
    this.#limits = limits
    this.#cut = cut
  }

  /** Whether anything of interest was ever told. */
  get hasAnswers(): boolean {
    return this.#answering.size > 0
  }

  /**
   * A reading must be whole: what is missing only because a question failed would look as if it had vanished. A question that never had an
   * answer rests instead, as one that the cluster does not know. `takePartial`: a backend that always says so is believed in the end.
   */
  async ask(
    metrics: MetricBackend,
    timeMs: number,
    takePartial: boolean,
    signal: AbortSignal,
  ): Promise<Sample[]> {
    const samples: Sample[] = []
    const nowMs = this.#clock.monotonic()
    let asked = 0
    for (const query of this.#queries) {
      if ((this.#resting.get(query) ?? 0) > nowMs) continue
      const answering = this.#answering.has(query)
      try {
        const answer = await metrics.instant(query, timeMs, { timeoutMs: this.#limits.timeoutMs, signal })
        if (answer.value.type !== 'vector') continue
        if (answer.partial && answering && !takePartial)
          throw new Fault('UPSTREAM_FAILED', 'The cluster says that its answer is not whole.')
        this.#put(answer.value.samples, samples)
        if (answer.value.samples.length > 0) this.#answering.add(query)
        else if (!answering) this.#resting.set(query, nowMs + this.#limits.restMs)
        asked += 1
      } catch (error) {
        signal.throwIfAborted()
        if (asked === 0 || answering || !isFault(error)) throw error
        this.#resting.set(query, nowMs + this.#limits.restMs)
      }
    }
    return samples
  }

  /** A question beside them; one that is not answered is as one without samples. */
  async askOnce(
    metrics: MetricBackend,
    query: string,
    timeMs: number,
    signal: AbortSignal,
  ): Promise<Sample[]> {
    const samples: Sample[] = []
    try {
      const { value } = await metrics.instant(query, timeMs, { timeoutMs: this.#limits.timeoutMs, signal })
      if (value.type === 'vector') this.#put(value.samples, samples)
    } catch (error) {
      if (!isFault(error)) throw error
    }
    return samples
  }

  #put(from: readonly RemoteSample[], to: Sample[]): void {
    for (const { labels, value } of from)
      if (to.length < this.#limits.samplesMax) to.push({ labels, value })
      else this.#cut(1)
  }
}
