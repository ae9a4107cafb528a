import { Fault, isFault } from '../../kernel/fault.ts'
import { minuteMs } from './burn-policy.ts'
import type { SeriesValues } from './index.ts'
import type { EventSource, Measure, MinuteQuery } from './indicator.ts'
import type { Slot } from './slot-book.ts'

/** Answers of a query at every whole minute from `startMs` to `endMs`. */
export type MinuteQuerying = (text: string, startMs: number, endMs: number) => Promise<SeriesValues[]>

/** What a meter remembers of its queries between two looks. */
type Memory = { source: number; loose: Set<string>; partSeen: boolean }

/** Counts the minutes of one indicator. */
export class MinuteMeter {
  readonly #measure: Measure
  readonly #query: MinuteQuerying
  readonly #memory: Memory = { source: 0, loose: new Set(), partSeen: false }
  /** Fields whose queries gave nothing at the last look. */
  missing: readonly string[] = []

  constructor(measure: Measure, query: MinuteQuerying) {
    this.#measure = measure
    this.#query = query
  }

  /** There was data of before: a part that is absent now is none, and not a query that fits nothing. */
  remember(): void {
    this.#memory.partSeen = true
  }

  /** Minutes with data that end in [startMs, endMs], both whole minutes, in order. */
  async slots(startMs: number, endMs: number): Promise<Slot[]> {
    if (this.#measure.kind === 'VALUE') return this.#values(this.#measure, startMs, endMs)
    const { sources, sliceTarget } = this.#measure
    // The one that had data comes first.
    const order = sources.map((_, i) => (i + this.#memory.source) % sources.length)
    for (const at of order) {
      const source = sources[at] as EventSource
      const totals = await this.#ask(source.total, startMs, endMs, sum)
      if (totals.size === 0) continue
      this.#memory.source = at
      return this.#events(source, totals, { startMs, endMs, sliceTarget })
    }
    this.missing = [...new Set(sources.map(({ total }) => total.field))]
    return []
  }

  async #events(
    source: EventSource,
    totals: ReadonlyMap<number, number>,
    { startMs, endMs, sliceTarget }: { startMs: number; endMs: number; sliceTarget: number | null },
  ): Promise<Slot[]> {
    const parts = await this.#ask(source.part, startMs, endMs, sum)
    if (parts.size > 0) this.#memory.partSeen = true
    // Errors that never were are no errors; good events that never were say that the query fits nothing.
    const isBlind = !this.#memory.partSeen && source.partIs === 'GOOD'
    const traffic = [...totals.values()].some((total) => total > 0)
    this.missing = isBlind && traffic ? [source.part.field] : []
    if (isBlind && traffic) return []
    return [...totals].flatMap(([slotMs, total]) => {
      const part = Math.min(total, parts.get(slotMs) ?? 0)
      const bad = source.partIs === 'BAD' ? part : total - part
      if (sliceTarget === null) return [{ endMs: slotMs, total, bad }]
      if (total === 0) return []
      return [{ endMs: slotMs, total: 1, bad: (total - bad) / total >= sliceTarget ? 0 : 1 }]
    })
  }

  async #values(
    { query, below, above }: Measure & { kind: 'VALUE' },
    startMs: number,
    endMs: number,
  ): Promise<Slot[]> {
    const isOut = (value: number): boolean =>
      (below !== null && !(value < below)) || (above !== null && !(value > above))
    // Of several series every one has to be within.
    const found = await this.#ask(query, startMs, endMs, (before, value) => (before || isOut(value) ? 1 : 0))
    this.missing = found.size === 0 ? [query.field] : []
    return [...found].map(([slotMs, bad]) => ({ endMs: slotMs, total: 1, bad }))
  }

  /** By end of minute, ascending; what is no number is left out, and none is below 0. */
  async #ask(
    query: MinuteQuery,
    startMs: number,
    endMs: number,
    fold: (before: number, value: number) => number,
  ): Promise<Map<number, number>> {
    const series = await this.#answer(query, startMs, endMs)
    const found = new Map<number, number>()
    for (const { timesMs, values } of series)
      for (let i = 0; i < timesMs.length; i += 1) {
        const value = values[i] as number
        if (!Number.isFinite(value)) continue
        const timeMs = timesMs[i] as number
        found.set(timeMs, fold(found.get(timeMs) ?? 0, query.factor * value))
      }
    const ordered = [...found].map(([timeMs, value]) => [timeMs, Math.max(0, value)] as const)
    return new Map(ordered.sort(([a], [b]) => a - b))
  }

  async #answer(query: MinuteQuery, startMs: number, endMs: number): Promise<SeriesValues[]> {
    const { loose } = this.#memory
    if (loose.has(query.text)) return this.#query(query.loose, startMs, endMs)
    try {
      return await this.#query(query.text, startMs, endMs)
    } catch (error) {
      const isAnchoring = isFault(error) && error.code !== 'QUERY_TIMEOUT' && /anchored/.test(error.message)
      if (!isAnchoring || query.loose === query.text) throw told(query, error)
      loose.add(query.text)
      return this.#query(query.loose, startMs, endMs)
    }
  }
}

const sum = (before: number, value: number): number => before + value

const told = ({ field }: MinuteQuery, error: unknown): unknown =>
  isFault(error) ? new Fault(error.code, `indicator.${field}: ${error.message}`, { cause: error }) : error

/** The last whole minute at or before. */
export const wholeMinute = (timeMs: number): number => timeMs - (timeMs % minuteMs)
