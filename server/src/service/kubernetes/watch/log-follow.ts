import { durationMs } from '@aiops/contract/model/time'
import type { Clock } from '../../../kernel/clock.ts'
import type { Lifecycle } from '../../../kernel/lifecycle.ts'
import type { Metrics } from '../../../kernel/metric.ts'
import type { Random } from '../../../kernel/random.ts'
import { Turn } from '../../../kernel/turn.ts'
import { type ClusterApi, ClusterApiFailure } from '../../../port/cluster-api.ts'
import type { ObjectSink } from '../memory/sink.ts'
import { partOf, pause } from './abort.ts'
import { Backoff } from './backoff.ts'
import type { LogFollowConfig } from './config.ts'
import { LineReader, LogPlace, timedLine } from './log-line.ts'
import type { WantedLog } from './log-wanted.ts'

export type LogFollowDeps = { api: ClusterApi; clock: Clock; random: Random; metrics: Metrics }
export interface LogFollow extends Lifecycle {
  /** Containers that are followed now. */
  readonly count: number
}
type Following = { wanted: WantedLog; end(): Promise<void> }

/** Of the last run, fetched once after a restart. */
const previousBytesMax = 4 * 1_048_576
const linesInBatch = 500
/** A log that ended is looked at again, for what the next run or the next file has. */
const againMs = 1_000

/**
 * Follows the logs of the containers that `wanted` names, most important first; how many is bounded by the setting. Each is taken up where it
 * was, whether its file was rotated, its container restarted or its connection broke; after a restart the end of the last run is read too.
 */
export function createLogFollow(
  deps: LogFollowDeps,
  config: LogFollowConfig,
  sink: Pick<ObjectSink, 'logLines'>,
  wanted: () => Promise<readonly WantedLog[]>,
): LogFollow {
  const lines = deps.metrics.counter(
    'aiops_kubernetes_log_lines_total',
    'Lines of containers that were followed.',
  )
  const abort = new AbortController()
  const followed = new Map<string, Following>()
  let running: Promise<void> = Promise.resolve()

  function begin(key: string, first: WantedLog): void {
    const own = partOf(abort.signal)
    const following: Following = { wanted: first, end: async () => {} }
    const follower = new Follower(deps, config, following, (about, batch) => {
      lines.inc(batch.length)
      sink.logLines(about, batch)
    })
    const run = follower.run(own.signal)
    following.end = async () => {
      own.abort()
      own.free()
      await run
    }
    followed.set(key, following)
  }
  async function run(): Promise<void> {
    while (!abort.signal.aborted) {
      const now = new Map((await wanted()).slice(0, config.containers_max).map((one) => [keyOf(one), one]))
      for (const [key, following] of followed) {
        const still = now.get(key)
        if (still) following.wanted = still
        else {
          followed.delete(key)
          await following.end()
        }
      }
      for (const [key, one] of now) if (!followed.has(key)) begin(key, one)
      await pause(deps.clock, durationMs(config.check_interval), abort.signal)
    }
    await Promise.all([...followed.values()].map((one) => one.end()))
    followed.clear()
  }
  return {
    get count() {
      return followed.size
    },
    async start() {
      running = run()
    },
    async stop() {
      abort.abort()
      await running
    },
  }
}

const keyOf = ({ namespace, pod, uid, container }: WantedLog): string =>
  `${namespace}/${pod}/${uid}/${container}`

type Tell = (
  about: { namespace: string; pod: string; container: string; previous: boolean },
  lines: { timeMs: number; text: string }[],
) => void

/** One container's log. */
class Follower {
  readonly #deps: LogFollowDeps
  readonly #config: LogFollowConfig
  readonly #following: Following
  readonly #tell: Tell
  readonly #place = new LogPlace()
  #previousOf = 0
  #hasBegun = false
  /** The log came to an end. Was it that of a run, its last lines may lie between where it was read to and the new run. */
  #hasEnded = false
  constructor(deps: LogFollowDeps, config: LogFollowConfig, following: Following, tell: Tell) {
    this.#deps = deps
    this.#config = config
    this.#following = following
    this.#tell = tell
  }

  async run(signal: AbortSignal): Promise<void> {
    const backoff = new Backoff(this.#deps.random)
    while (!signal.aborted) {
      let told = 0
      let retryAfterMs: number | undefined
      try {
        const { restarts } = this.#following.wanted
        if (restarts > this.#previousOf || this.#hasEnded) {
          await this.#previous(signal)
          this.#previousOf = restarts
          this.#hasEnded = false
        }
        told = await this.#read(signal, false)
        this.#hasEnded = true
      } catch (error) {
        // 400 while the container is created, 404 once the pod is gone, and whatever else: asked again, for as long as it is wanted.
        if (error instanceof ClusterApiFailure) retryAfterMs = error.retryAfterMs
      }
      if (told > 0) backoff.succeeded()
      await pause(this.#deps.clock, told > 0 ? againMs : backoff.next(retryAfterMs), signal)
    }
  }

  /** Where there is none any more, the kubelet refuses: that is no reason not to follow the present one. */
  async #previous(signal: AbortSignal): Promise<void> {
    try {
      await this.#read(signal, true)
    } catch (error) {
      if (!(error instanceof ClusterApiFailure) || error.httpStatus >= 500 || error.httpStatus === 429)
        throw error
    }
  }

  /** How many lines were told that had not been. */
  async #read(signal: AbortSignal, previous: boolean): Promise<number> {
    const { namespace, pod, container } = this.#following.wanted
    const { since } = this.#place
    const { api, clock } = this.#deps
    const part = partOf(signal)
    const about = { namespace, pod, container, previous }
    const reader = new LineReader(this.#config.line_bytes_max)
    const turn = new Turn(clock)
    let batch: { timeMs: number; text: string }[] = []
    let told = 0
    const flush = (): void => {
      if (batch.length > 0 && !signal.aborted) this.#tell(about, batch)
      told += batch.length
      batch = []
    }
    const take = (text: string): void => {
      const line = timedLine(text)
      const lastMs = this.#place.lastMs
      if (!this.#place.take(line)) return
      batch.push({ timeMs: line.timeMs === 0 ? lastMs : Math.max(line.timeMs, lastMs), text: line.text })
      if (batch.length >= linesInBatch) flush()
    }
    try {
      const body = await api.logs({
        ...{ namespace, pod, container, timestamps: true, signal: part.signal },
        ...(previous ? { previous, limitBytes: previousBytesMax } : { follow: true }),
        ...(since === undefined ? {} : { sinceTime: since }),
        ...(previous || !this.#hasBegun ? { tailLines: this.#config.tail_lines } : {}),
      })
      if (!previous) this.#hasBegun = true
      for await (const bytes of body) {
        for (const text of reader.read(bytes)) {
          take(text)
          if (turn.due()) {
            flush()
            await turn.give()
          }
        }
        flush()
      }
      for (const text of reader.end()) take(text)
      return told + batch.length
    } finally {
      flush()
      part.abort()
      part.free()
    }
  }
}
