import { durationMs } from '@aiops/contract/model/time'
import type { Clock } from '../../../kernel/clock.ts'
import { Fault, isFault, messageOf } from '../../../kernel/fault.ts'
import type { Random } from '../../../kernel/random.ts'
import { retry } from '../../../kernel/retry.ts'
import { Slots } from '../../../kernel/slots.ts'
import type { Ask, ClusterBackends, RemoteAnswer } from '../../../port/cluster-backend.ts'
import { AnswerCache } from './answer-cache.ts'
import { Breaker, type BreakerState } from './breaker.ts'
import type { FederationConfig } from './config.ts'
import { type Outcome, questionFaults } from './outcome.ts'

export type Question<T> = {
  tenant: string
  /** What this cluster is asked, as a key under which its answer may be kept; empty for never. */
  key(cluster: ClusterBackends): string
  ttlMs: number
  /** Points, lines or names of an answer: what keeping it costs. */
  weigh(answer: T): number
  ask(cluster: ClusterBackends, ask: Ask): Promise<RemoteAnswer<T>>
  /** 0: `timeout` of the configuration, and clusters that lag behind all others are not waited for that long. */
  timeoutMs: number
  signal?: AbortSignal
}

const slowMs = 20
const slowMax = 1_024
const breakersMax = 20_000

/**
 * Asks clusters at once and waits for none longer than the question allows. Every cluster comes back with an outcome: what failed says
 * why, so that no answer is silently smaller than it seems. Each cluster has a breaker and a bound on questions under way.
 */
export class Fleet {
  readonly #clock: Clock
  readonly #random: Random
  readonly #config: FederationConfig
  readonly #slots: Slots
  readonly #cache: AnswerCache
  readonly #breakers = new Map<string, Breaker>()
  readonly #under = new Map<string, number>()

  constructor(deps: { clock: Clock; random: Random }, config: FederationConfig) {
    this.#clock = deps.clock
    this.#random = deps.random
    this.#config = config
    this.#slots = new Slots(deps.clock, { parallelMax: config.max_parallel_queries, slowMs, slowMax })
    this.#cache = new AnswerCache(deps.clock, config.cache_points)
  }

  /** In the order of `clusters`; `heard` is called as each comes in. Never rejects for what a cluster did. */
  async ask<T>(
    clusters: readonly ClusterBackends[],
    question: Question<T>,
    heard: (outcome: Outcome<T>) => void = () => {},
  ): Promise<Outcome<T>[]> {
    const timeoutMs = question.timeoutMs || durationMs(this.#config.timeout)
    const stop = new AbortController()
    const callOff = (): void => stop.abort(question.signal?.reason)
    question.signal?.throwIfAborted()
    question.signal?.addEventListener('abort', callOff, { once: true })
    const cancel = this.#clock.after(timeoutMs, () => stop.abort(new Late(timeoutMs)))
    let open = clusters.length
    const laggards = Math.floor(clusters.length * this.#config.laggard_share)
    let cancelLag = (): void => {}
    const outcomes = new Map<ClusterBackends, Outcome<T>>()
    try {
      await Promise.all(
        this.#quickFirst(clusters, question.tenant).map(async (cluster) => {
          const outcome = await this.#askOne(cluster, question, timeoutMs, stop.signal)
          outcomes.set(cluster, outcome)
          open -= 1
          if (question.timeoutMs === 0 && open > 0 && open === laggards) {
            const waitMs = durationMs(this.#config.laggard_wait)
            cancelLag = this.#clock.after(waitMs, () => stop.abort(new Late(waitMs, laggards)))
          }
          heard(outcome)
        }),
      )
      return clusters.map((cluster) => outcomes.get(cluster)!)
    } finally {
      cancel()
      cancelLag()
      question.signal?.removeEventListener('abort', callOff)
    }
  }

  breaker(tenant: string, id: string): { state: BreakerState; retryInMs: number; lastError: string } {
    const { state, retryInMs, lastError } = this.#breakerOf(tenant, id)
    return { state, retryInMs, lastError }
  }

  /** Where not all can be asked at once, those that answered quickly before come first. */
  #quickFirst(clusters: readonly ClusterBackends[], tenant: string): ClusterBackends[] {
    const paces = new Map(clusters.map((cluster) => [cluster, this.#breakerOf(tenant, cluster.id).lastMs]))
    return clusters.toSorted((a, b) => paces.get(a)! - paces.get(b)!)
  }

  async #askOne<T>(
    cluster: ClusterBackends,
    question: Question<T>,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<Outcome<T>> {
    const startMs = this.#clock.monotonic()
    const done = (part: Omit<Outcome<T>, 'cluster' | 'timeMs'>): Outcome<T> => ({
      cluster,
      ...part,
      timeMs: this.#clock.monotonic() - startMs,
    })
    if (cluster.resting !== undefined)
      return done({ status: 'ERROR', code: 'CLUSTER_UNREACHABLE', reason: cluster.resting })
    const asked = question.key(cluster)
    const key = asked === '' ? '' : JSON.stringify([question.tenant, cluster.id, asked])
    const kept = key === '' ? undefined : this.#cache.get(key)
    if (kept)
      return done({
        status: 'SUCCESS',
        answer: kept.value as RemoteAnswer<T>,
        reason: '',
        cachedAgeMs: kept.ageMs,
      })
    const id = JSON.stringify([question.tenant, cluster.id])
    const breaker = this.#breakerOf(question.tenant, cluster.id)
    if ((this.#under.get(id) ?? 0) >= this.#config.per_cluster_max)
      return done({
        ...{ status: 'ERROR', code: 'RATE_LIMITED' },
        reason: `${this.#config.per_cluster_max} queries are already under way there.`,
      })
    if (!breaker.admit())
      return done({
        ...{ status: 'ERROR', code: 'CLUSTER_UNREACHABLE' },
        reason: `It failed repeatedly and is asked again in ${Math.ceil(breaker.retryInMs / 1_000)} s: ${breaker.lastError}`,
      })
    this.#under.set(id, (this.#under.get(id) ?? 0) + 1)
    try {
      const answer = await abortable(
        this.#slots.run(() => this.#patiently(cluster, question, timeoutMs, signal), signal),
        signal,
      )
      breaker.succeeded(this.#clock.monotonic() - startMs)
      if (answer.partial)
        return done({
          status: 'PARTIAL',
          answer,
          reason: answer.warnings.join(' ') || 'It says that its answer is not whole.',
        })
      if (key !== '') this.#cache.put(key, answer, question.ttlMs, question.weigh(answer.value) + 1)
      return done({ status: 'SUCCESS', answer, reason: '' })
    } catch (error) {
      const fault = faultOf(error)
      if (questionFaults.has(fault.code)) breaker.succeeded(this.#clock.monotonic() - startMs)
      else if (question.signal?.aborted) breaker.abandoned()
      else breaker.failed(messageOf(fault))
      const late = fault.code === 'TIMEOUT' || fault.code === 'QUERY_TIMEOUT'
      return done({ status: late ? 'TIMEOUT' : 'ERROR', code: fault.code, reason: messageOf(fault) })
    } finally {
      const left = (this.#under.get(id) ?? 1) - 1
      if (left > 0) this.#under.set(id, left)
      else this.#under.delete(id)
    }
  }

  #patiently<T>(
    cluster: ClusterBackends,
    question: Question<T>,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<RemoteAnswer<T>> {
    const attemptsMax = this.#config.retry_attempts
    const delayMs = durationMs(this.#config.retry_delay)
    return retry(
      this.#clock,
      this.#random,
      {
        ...{ attemptsMax, delayMs, delayMsMax: delayMs * 4 },
        retriable: (error) => isFault(error) && error.code === 'UPSTREAM_FAILED',
      },
      () => question.ask(cluster, { timeoutMs, signal }),
      signal,
    )
  }

  #breakerOf(tenant: string, id: string): Breaker {
    const key = JSON.stringify([tenant, id])
    let breaker = this.#breakers.get(key)
    if (!breaker) {
      if (this.#breakers.size >= breakersMax) this.#breakers.clear()
      const { failures, recovery, trials } = this.#config.breaker
      breaker = new Breaker(this.#clock, { failures, recoveryMs: durationMs(recovery), trials })
      this.#breakers.set(key, breaker)
    }
    return breaker
  }
}

class Late extends Fault {
  constructor(afterMs: number, others = 0) {
    const seconds = `${afterMs / 1_000} s`
    super(
      'TIMEOUT',
      others === 0
        ? `No answer within ${seconds}.`
        : `No answer ${seconds} after all but ${others} of the clusters had answered; ask with a timeout to wait longer.`,
    )
  }
}

/** A backend that ignores the signal is not waited for. */
function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

const faultOf = (error: unknown): Fault =>
  isFault(error) ? error : new Fault('UPSTREAM_FAILED', `It could not be asked: ${messageOf(error)}`)
