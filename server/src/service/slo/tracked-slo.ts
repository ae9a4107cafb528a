import type { Slo, SloStatus, SloView } from '@aiops/contract/model/slo'
import { durationMs } from '@aiops/contract/model/time'
import { Semaphore } from '../../kernel/semaphore.ts'
import { burnRateOf, errorRatioOf, ruleKey } from './burn.ts'
import { budgetRatioOf, hourMs, minuteMs, rulesOf, spanOf } from './burn-policy.ts'
import type { SeriesValues, SloLanguage, SloSample } from './index.ts'
import { measureOf, unitOf } from './indicator.ts'
import { MinuteMeter } from './measure.ts'
import { readAgain, sliOf, slotSamples, statusSamples } from './recorded.ts'
import { idleStatus, statusOf } from './slo-status.ts'
import { SlotBook } from './slot-book.ts'

export type TrackedDeps = {
  language: SloLanguage
  query(text: string, startMs: number, endMs: number, stepMs: number): Promise<SeriesValues[]>
}
export type TrackedOptions = { latenessMs: number; backfillMs: number; noDataMs: number }

/** Windows that Sloth records whatever the alerts are. */
const shownWindows = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const

/** One objective: its minutes, how it stands, and since when which of its rules fires. */
export class TrackedSlo {
  slo: Slo
  status: SloStatus
  readonly #deps: TrackedDeps
  readonly #options: TrackedOptions
  readonly #unit: 'EVENTS' | 'MINUTES'
  readonly #meter: MinuteMeter
  readonly #book: SlotBook
  readonly #firing = new Map<string, number>()
  /** One look at a time: what two count at once would be there twice. */
  readonly #turn = new Semaphore(1)
  #isRead = false

  /** Throws INVALID_PROMQL with its place, VALIDATION_FAILED. */
  constructor(slo: Slo, deps: TrackedDeps, options: TrackedOptions) {
    const measure = measureOf(slo.indicator, deps.language)
    this.slo = slo
    this.#deps = deps
    this.#options = options
    this.#unit = unitOf(measure)
    this.#meter = new MinuteMeter(measure, (text, startMs, endMs) =>
      deps.query(text, startMs, endMs, minuteMs),
    )
    const longest = rulesOf(slo).map(({ long_window }) => durationMs(long_window))
    this.#book = new SlotBook({
      alertMs: Math.max(3 * 24 * hourMs, ...longest),
      windowMs: spanOf(slo.window, 0).lengthMs,
    })
    this.status = idleStatus(slo, 0, 'It was not looked at yet.')
  }

  get view(): SloView {
    return { slo: this.slo, status: this.status }
  }

  /** Whether a changed objective goes on with what is counted here; its text and its objective may be others. */
  fits(slo: Slo): boolean {
    return (
      sliOf(slo) === sliOf(this.slo) &&
      slo.window === this.slo.window &&
      JSON.stringify(rulesOf(slo)) === JSON.stringify(rulesOf(this.slo))
    )
  }

  idle(nowMs: number, reason: string): void {
    this.#firing.clear()
    this.status = idleStatus(this.slo, nowMs, reason)
  }

  /** How it stood stays; that it could not be looked at is said. */
  failed(reason: string): void {
    this.status = { ...this.status, notices: [`It could not be evaluated: ${reason}`] }
  }

  /** Counts the minutes up to `endMs`, a whole one, and says what is to be recorded. */
  look(endMs: number): Promise<SloSample[]> {
    return this.#turn.run(() => this.#look(endMs))
  }

  /** How it stands by the minutes of the last `lengthMs` and what is kept of before; nothing is settled by it. */
  preview(endMs: number, lengthMs: number): Promise<void> {
    return this.#turn.run(() => this.#preview(endMs, lengthMs))
  }

  async #look(endMs: number): Promise<SloSample[]> {
    if (!this.#isRead) await this.#readAgain(endMs)
    const { latenessMs, backfillMs } = this.#options
    const beforeMs = this.#book.lastMs
    const fromMs = Math.max(beforeMs + minuteMs, endMs - backfillMs)
    const slots = fromMs <= endMs ? await this.#meter.slots(fromMs, endMs) : []
    const closed = slots.filter((slot) => slot.endMs <= endMs - latenessMs)
    for (const slot of closed) this.#book.close(slot)
    this.#book.reopen(slots.slice(closed.length))
    this.#stand(endMs)
    return [
      ...slotSamples(this.slo, { slots: closed, beforeMs, book: this.#book }),
      ...this.#statusSamples(endMs),
    ]
  }

  async #preview(endMs: number, lengthMs: number): Promise<void> {
    if (!this.#isRead) await this.#readAgain(endMs)
    const { latenessMs } = this.#options
    const fromMs = Math.max(this.#book.lastMs + minuteMs, endMs - Math.max(lengthMs, latenessMs))
    this.#book.reopen(fromMs <= endMs ? await this.#meter.slots(fromMs, endMs) : [])
    this.#stand(endMs)
  }

  /** How it stands over what was counted. */
  #stand(endMs: number): void {
    this.status = statusOf({
      ...{ slo: this.slo, unit: this.#unit, book: this.#book, firing: this.#firing, endMs },
      ...{ noDataMs: this.#options.noDataMs, missing: this.#meter.missing },
    })
    const known = new Map(this.#firing)
    this.#firing.clear()
    for (const alert of this.status.alerts)
      if (alert.firing) this.#firing.set(ruleKey(alert), known.get(ruleKey(alert)) ?? endMs)
  }

  async #readAgain(endMs: number): Promise<void> {
    const { lengthMs } = spanOf(this.slo.window, endMs)
    const range = { startMs: endMs - lengthMs, minutesFromMs: endMs - 3 * 24 * hourMs, endMs }
    if (await readAgain(this.slo, this.#book, range, this.#deps.query)) this.#meter.remember()
    this.#isRead = true
  }

  #statusSamples(endMs: number): SloSample[] {
    const { slo, status } = this
    const { lengthMs } = spanOf(slo.window, endMs)
    const rates = shownWindows.map((window) => burnRateOf(slo, window, this.#book, endMs))
    const errorRatio = errorRatioOf(status.events)
    const period = slo.window === 'CALENDAR_MONTH' ? [] : [{ window: slo.window, errorRatio }]
    return statusSamples(slo, endMs, {
      windows: [...rates.map((rate) => ({ window: rate.window, errorRatio: rate.error_ratio })), ...period],
      leftRatio: status.budget.left_ratio,
      burnRate: rates[0]?.burn_rate ?? null,
      periodBurnRate: errorRatio === null ? null : errorRatio / budgetRatioOf(slo),
      days: lengthMs / 86_400_000,
    })
  }
}
