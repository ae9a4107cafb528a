import { possibleBand } from '../possible-band.ts'
import { quantity } from '../rule/quantity.ts'
import type { Finding } from './finding.ts'
import { type LineNumbers, newLineNumbers, numberUnits, readNumbers, slotsMax } from './line-number.ts'
import type { LogSettings } from './log-settings.ts'
import { lengthOf, short } from './new-pattern.ts'
import type { PatternGroup } from './pattern-group.ts'
import { ValueRange } from './value-range.ts'

/** Patterns of one source whose numbers are watched. */
const watchedMax = 32
/** Lines of a pattern before its numbers are looked at, and values of a place before one can be out of range. */
const linesMin = 50
const valuesMin = 200
/** Out of range: beyond the farthest value seen by this factor, and beyond the 99th (or first) percentile by the other. */
const beyondEnd = 2
const beyondMost = 4
/** Of a pattern with more lines than this, one of so many is looked at: what is told is a share of them. */
const denseLines = 10_000
const denseEvery = 4
const minuteMs = 60_000
/** Ends are looked up again after so many values. */
const endsEvery = 64

type Slot = {
  unit: number
  range: ValueRange
  ends: ReturnType<ValueRange['ends']>
  endsAt: number
  /** Values out of range, none of which is learned from until it is known what they are. */
  out: { sinceMs: number; lastMs: number; count: number; worst: number; usual: number } | undefined
  told: boolean
}
type Watched = {
  group: PatternGroup
  slots: (Slot | undefined)[]
  numbers: number
  fits: number
  lines: number
}

export const parameterSeries = 'log.parameter:max'

/** Numbers in the lines of a source's frequent patterns, each by its place in the line. */
export class ParameterWatch {
  readonly #settings: LogSettings
  readonly #watched = new Map<PatternGroup, Watched>()
  readonly #numbers: LineNumbers = newLineNumbers()
  #out = 0

  constructor(settings: LogSettings) {
    this.#settings = settings
  }

  get sizeBytes(): number {
    let slots = 0
    for (const watched of this.#watched.values()) for (const slot of watched.slots) if (slot) slots += 1
    return this.#watched.size * 200 + slots * 700
  }
  get toldCount(): number {
    let count = 0
    for (const { slots } of this.#watched.values()) for (const slot of slots) if (slot?.told) count += 1
    return count
  }

  /** A line of a pattern. `judging` false: it teaches only. */
  add(group: PatternGroup, line: string, timeMs: number, judging: boolean): void {
    if (group.count < linesMin || (group.count > denseLines && group.count % denseEvery !== 0)) return
    const watched = this.#watched.get(group) ?? this.#watch(group)
    if (!watched) return
    const numbers = this.#numbers
    readNumbers(line, numbers)
    watched.lines += 1
    if (numbers.count !== watched.numbers) {
      // Most lines settle how many numbers there are; a pattern whose lines differ in that is not looked at.
      if (watched.lines <= linesMin) watched.numbers = numbers.count
      return
    }
    for (let at = 0; at < numbers.count; at += 1) {
      const unit = numbers.units[at] as number
      const slot = watched.slots[at] ?? newSlot(unit)
      watched.slots[at] = slot
      if (slot.unit === unit) this.#value(slot, numbers.values[at] as number, timeMs, judging)
    }
  }

  /** What is to be told by now: `room` more at most. */
  tell(nowMs: number, room: number): { group: PatternGroup; slot: number; finding: ParameterFinding }[] {
    if (this.#out === 0) return []
    const found: { group: PatternGroup; slot: number; finding: ParameterFinding }[] = []
    for (const { group, slots } of this.#watched.values())
      for (let at = 0; at < slots.length; at += 1) {
        const slot = slots[at]
        if (!slot?.out) continue
        const kind = this.#next(slot, nowMs, found.length < room)
        if (kind) found.push({ group, slot: at, finding: findingOf(group, slot, kind, nowMs) })
        if (kind === 'ENDED' || (!kind && !slot.told && nowMs - slot.out.lastMs > minuteMs))
          this.#settle(slot)
      }
    return found
  }

  #watch(group: PatternGroup): Watched | undefined {
    if (this.#watched.size >= watchedMax) return undefined
    const watched = { group, slots: [], numbers: 0, fits: 0, lines: 0 }
    this.#watched.set(group, watched)
    return watched
  }

  #value(slot: Slot, value: number, timeMs: number, judging: boolean): void {
    if (!judging || slot.range.seen < valuesMin || !isOut(slot, value)) {
      slot.range.add(value)
      if (slot.out) slot.out.usual += 1
      return
    }
    const { out } = slot
    if (!out) {
      slot.out = { sinceMs: timeMs, lastMs: timeMs, count: 1, worst: value, usual: 0 }
      this.#out += 1
      return
    }
    out.count += 1
    out.lastMs = Math.max(out.lastMs, timeMs)
    const mid = slot.ends?.mid ?? 1
    if (farness(value, mid) > farness(out.worst, mid)) out.worst = value
  }

  /** Told when a few came within a minute and are more than a rare one among the usual. */
  #next({ out, told }: Slot, nowMs: number, room: boolean): Finding['kind'] | undefined {
    if (!out) return undefined
    const { newCount, quietMs, adoptMs } = this.#settings
    if (told) return nowMs - out.lastMs >= quietMs || nowMs - out.sinceMs >= adoptMs ? 'ENDED' : undefined
    const often = out.count >= newCount && out.count >= 0.05 * (out.count + out.usual)
    return often && room && out.lastMs - out.sinceMs <= minuteMs ? 'OPENED' : undefined
  }

  #settle(slot: Slot): void {
    // What it was is usual from now on.
    if (slot.out) slot.range.add(slot.out.worst)
    slot.out = undefined
    slot.told = false
    slot.endsAt = 0
    this.#out -= 1
  }
}

export type ParameterFinding = Omit<Finding, 'key' | 'tenant' | 'series'> & { unit: string }

const newSlot = (unit: number): Slot => ({
  unit,
  range: new ValueRange(),
  ends: undefined,
  endsAt: 0,
  out: undefined,
  told: false,
})

function isOut(slot: Slot, value: number): boolean {
  if (!slot.ends || slot.range.seen - slot.endsAt >= endsEvery) {
    slot.ends = slot.range.ends()
    slot.endsAt = slot.range.seen
  }
  const { ends } = slot
  if (!ends) return false
  return (
    value > Math.max(ends.high * beyondEnd, ends.q99 * beyondMost) ||
    value < Math.min(ends.low / beyondEnd, ends.q01 / beyondMost)
  )
}

/** In octaves, either way. */
const farness = (value: number, mid: number): number =>
  Math.abs(Math.log2(Math.max(1e-6, value) / Math.max(1e-6, mid)))

function findingOf(group: PatternGroup, slot: Slot, kind: Finding['kind'], nowMs: number): ParameterFinding {
  const out = slot.out as NonNullable<Slot['out']>
  if (kind === 'OPENED') slot.told = true
  const ends = slot.ends as NonNullable<Slot['ends']>
  const unit = numberUnits[slot.unit] as string
  const write = (value: number): string => quantity(value, unit === '' ? '1' : unit)
  // Buckets end where they end, percentages at 100.
  const expected = possibleBand(
    { name: '', unit },
    { low: ends.low, mid: ends.mid, high: ends.high },
    out.worst,
  )
  // The middle half of a normal distribution spans 2.33 standard deviations up to its 99th percentile.
  const spread = Math.max(
    0.1,
    Math.abs(Math.log2(Math.max(1e-6, ends.q99) / Math.max(1e-6, ends.mid))) / 2.33,
  )
  const sign = out.worst > ends.mid ? 1 : -1
  const seconds = Math.max(1, (out.lastMs - out.sinceMs) / 1_000)
  const adopted = kind === 'ENDED' && nowMs - out.lastMs < minuteMs
  const end =
    kind !== 'ENDED' ? '' : adopted ? '; it lasted so long that it counts as usual now' : '; then it was back'
  return {
    kind,
    startedMs: out.sinceMs,
    atMs: kind === 'ENDED' && !adopted ? out.lastMs : nowMs,
    shape: 'PARAMETER_RANGE',
    severity: 'LOW',
    tier: 'BASIC',
    expected,
    actual: out.worst,
    deviation: (sign * farness(out.worst, ends.mid)) / spread,
    score: out.count / (out.count + 3),
    confidence: 0.9 * (1 - Math.exp(-slot.range.seen / 400)) * (1 - 0.5 * Math.exp(-out.count / 3)),
    sentence: `a number in “${short(group.template)}” ${sign > 0 ? 'rose' : 'fell'} to ${write(out.worst)}, usually ${write(expected.low)} to ${write(expected.high)}: ${out.count} times in ${lengthOf(seconds)}${end}`,
    pattern: { id: group.id, template: group.template, example: group.example },
    unit,
  }
}

export { slotsMax }
