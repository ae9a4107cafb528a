import { type Clock, systemClock } from '../../../../kernel/clock.ts'
import { Fault } from '../../../../kernel/fault.ts'
import { Turn } from '../../../../kernel/turn.ts'
import type { QueryContext, QueryLimits } from '../index.ts'
import { type LargeLane, largePoints, largeSeries } from './large-lane.ts'

export const defaultLimits: QueryLimits = {
  samplesMax: 50_000_000,
  stepsMax: 11_000,
  seriesMax: 100_000,
  timeoutMs: 120_000,
}
/** Most points that answers between two steps of the evaluation may hold, together; each takes 9 bytes. */
const pointsMax = 20_000_000

/** One query under way: what it may use, has used, and when it must end. */
export class Run {
  readonly limits: QueryLimits
  readonly signal: AbortSignal
  samplesRead = 0
  #points = 0
  readonly #turn: Turn
  readonly #stop = new AbortController()
  readonly #cancelTimer: () => void
  readonly #lane: LargeLane | undefined
  #large = false
  #entered = false
  /** Where there is a lane, the query waits there for other large ones once it is large. */
  constructor(context: QueryContext, clock: Clock = systemClock, lane?: LargeLane) {
    this.#lane = lane
    this.limits = { ...defaultLimits, ...context.limits }
    this.signal = context.signal ? AbortSignal.any([context.signal, this.#stop.signal]) : this.#stop.signal
    this.#turn = new Turn(clock)
    const { timeoutMs } = this.limits
    this.#cancelTimer = clock.after(timeoutMs, () =>
      this.#stop.abort(
        new Fault('QUERY_TIMEOUT', `the query took longer than ${timeoutMs / 1_000} s; ask for less at once`),
      ),
    )
  }

  /** Between two pieces of work: ends a query that is out of time, and lets others run. */
  async breathe(): Promise<void> {
    if (this.#large && !this.#entered && this.#lane) {
      await this.#lane.enter(this.signal)
      this.#entered = true
    }
    if (!this.#turn.due()) return
    await this.#turn.give()
    this.check()
  }
  check(): void {
    this.signal.throwIfAborted()
  }
  get samplesLeft(): number {
    return this.limits.samplesMax - this.samplesRead
  }
  countSamples(count: number): void {
    this.samplesRead += count
    if (this.samplesRead > this.limits.samplesMax) throw tooManySamples(this.limits.samplesMax)
  }
  countSeries(count: number): void {
    if (count > largeSeries) this.#large = true
    if (count > this.limits.seriesMax) throw tooManySeries(count, this.limits.seriesMax)
  }
  /** What a batch in the making holds on top, as `holdPoints` will count it in the end; then as `breathe`. */
  hold(count: number): Promise<void> {
    this.#bound(this.#points + count)
    return this.breathe()
  }
  holdPoints(count: number): void {
    this.#points += count
    this.#bound(this.#points)
  }
  #bound(points: number): void {
    if (points > largePoints) this.#large = true
    if (points > pointsMax)
      throw new Fault(
        'QUERY_TOO_LARGE',
        `the query would hold more than ${pointsMax} points at once; take a longer step, a shorter range, or aggregate`,
      )
  }
  close(): void {
    if (this.#entered) this.#lane?.leave()
    this.#entered = false
    this.#cancelTimer()
  }
}

export const tooManySamples = (samplesMax: number): Fault =>
  new Fault(
    'QUERY_TOO_LARGE',
    `the query touches more than ${samplesMax} samples; narrow its selectors or its time range`,
  )
export const tooManySeries = (count: number, seriesMax: number): Fault =>
  new Fault(
    'QUERY_TOO_LARGE',
    `the query selects ${count} series or more, over the limit of ${seriesMax}; narrow its selectors`,
  )
