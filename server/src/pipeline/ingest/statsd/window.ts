import { parseLine, type StatsdLine, type StatsdRefusal, type StatsdType } from './line.ts'
import { encodeWindow, type WindowRow } from './window-body.ts'

export type StatsdLimits = {
  /** Names with their tags that are known at a time. */
  seriesMax: number
  /** Different values of all sets in one window; further ones are not counted. */
  setValuesMax: number
  /** Flushes without a sample after which a series is forgotten. */
  idleFlushesMax: number
  /** Upper ends of buckets, ascending: of timers (milliseconds), and of histograms and distributions. */
  timerBounds: readonly number[]
  histogramBounds: readonly number[]
}
export type StatsdDrop = StatsdRefusal | 'series_limit' | 'set_limit' | 'type_changed'

type Row = {
  type: StatsdType
  name: string
  tags: string
  idle: number
  /** Counter and relative gauge: the change. Histogram: the sum. */
  sum: number
  /** Gauge: what was set last, undefined while only changes were sent. */
  value: number | undefined
  counts: Float64Array | undefined
  members: Set<string> | undefined
}

/**
 * What StatsD senders sent since the last flush. Changes are written as changes, and added to the stored total where they are kept: so
 * counters go on over a restart, and nothing here has to. Timers, histograms and distributions become buckets, because those can be
 * added over senders and time and asked for any quantile; sets are counted exactly up to the limit.
 */
export class StatsdWindow {
  readonly #limits: StatsdLimits
  readonly #dropped: (reason: StatsdDrop, count: number) => void
  /** By name, type and tags as sent; several spellings of the same tags share a row. */
  readonly #spelled = new Map<string, Row>()
  readonly #rows = new Map<string, Row>()
  readonly #types = new Map<string, { type: StatsdType; rows: number }>()
  #setValues = 0

  constructor(limits: StatsdLimits, dropped: (reason: StatsdDrop, count: number) => void) {
    this.#limits = limits
    this.#dropped = dropped
  }

  get series(): number {
    return this.#rows.size
  }

  /** A packet: one line or several. */
  add(packet: string): void {
    for (let at = 0; at < packet.length; ) {
      const newline = packet.indexOf('\n', at)
      let end = newline < 0 ? packet.length : newline
      const next = end + 1
      if (end > at && packet.charCodeAt(end - 1) === 0x0d) end -= 1
      if (end > at) this.#addLine(packet.slice(at, end))
      at = next
    }
  }

  /** The window as the body of a log entry, and a new window; null where nothing is known. */
  flush(timeMs: number): Buffer | null {
    if (this.#rows.size === 0) return null
    const rows: WindowRow[] = []
    for (const [key, row] of this.#rows) {
      if (row.idle >= this.#limits.idleFlushesMax) {
        this.#forget(key, row)
        continue
      }
      rows.push(rowOf(row))
      row.idle += 1
      if (row.type !== 'g' || row.value === undefined) row.sum = 0
      row.counts?.fill(0)
      row.members?.clear()
    }
    this.#setValues = 0
    const { timerBounds, histogramBounds } = this.#limits
    return rows.length === 0 ? null : encodeWindow({ timeMs, timerBounds, histogramBounds, rows })
  }

  #addLine(text: string): void {
    const line = parseLine(text)
    if (typeof line === 'string') {
      this.#dropped(line, 1)
      return
    }
    const row = this.#rowOf(line)
    if (typeof row === 'string') {
      this.#dropped(row, 1)
      return
    }
    row.idle = 0
    if (line.type === 's') this.#addMember(row, line.member)
    else for (const value of line.values) this.#addValue(row, line, value)
  }

  #addValue(row: Row, line: StatsdLine, value: number): void {
    if (row.type === 'c') row.sum += value / line.rate
    else if (row.type !== 'g') {
      const bounds = this.#boundsOf(row.type)
      row.sum += value / line.rate
      row.counts![bucketOf(bounds, value)]! += 1 / line.rate
    } else if (!line.relative) row.value = value
    else if (row.value === undefined) row.sum += value
    else row.value += value
  }

  #addMember(row: Row, member: string): void {
    const members = row.members!
    if (members.has(member)) return
    if (this.#setValues >= this.#limits.setValuesMax) {
      this.#dropped('set_limit', 1)
      return
    }
    this.#setValues += 1
    members.add(member)
  }

  #rowOf(line: StatsdLine): Row | StatsdDrop {
    const spelling = `${line.type}|${line.name}|${line.tags}`
    const known = this.#spelled.get(spelling)
    if (known) return known
    const tags = line.tags.includes(',') ? line.tags.split(',').sort().join(',') : line.tags
    const key = `${line.name}|${tags}`
    const found = this.#rows.get(key)
    if (found && found.type !== line.type) return 'type_changed'
    const row = found ?? this.#create(key, line, tags)
    if (typeof row === 'string') return row
    // Spellings have a bound of their own; beyond it all are found again by their sorted tags.
    if (this.#spelled.size >= 2 * this.#limits.seriesMax) this.#spelled.clear()
    this.#spelled.set(spelling, row)
    return row
  }

  /** A name has one type: a second one would write into the same series. */
  #create(key: string, { name, type }: StatsdLine, tags: string): Row | StatsdDrop {
    const typed = this.#types.get(name)
    if (typed && typed.type !== type) return 'type_changed'
    if (this.#rows.size >= this.#limits.seriesMax) return 'series_limit'
    const buckets = type === 'ms' || type === 'h' || type === 'd'
    const row: Row = {
      type,
      name,
      tags,
      idle: 0,
      sum: 0,
      value: undefined,
      counts: buckets ? new Float64Array(this.#boundsOf(type).length + 1) : undefined,
      members: type === 's' ? new Set() : undefined,
    }
    this.#rows.set(key, row)
    if (typed) typed.rows += 1
    else this.#types.set(name, { type, rows: 1 })
    return row
  }

  #forget(key: string, row: Row): void {
    this.#rows.delete(key)
    this.#spelled.clear()
    const typed = this.#types.get(row.name)
    if (typed && typed.rows > 1) typed.rows -= 1
    else this.#types.delete(row.name)
  }

  #boundsOf(type: StatsdType): readonly number[] {
    return type === 'ms' ? this.#limits.timerBounds : this.#limits.histogramBounds
  }
}

function rowOf(row: Row): WindowRow {
  const { type, name, tags } = row
  if (row.counts)
    return { type: type === 'ms' ? 'ms' : 'h', name, tags, value: row.sum, counts: [...row.counts] }
  if (row.members) return { type: 'g', name, tags, value: row.members.size }
  if (type === 'c') return { type: 'c', name, tags, value: row.sum }
  return row.value === undefined
    ? { type: 'g+', name, tags, value: row.sum }
    : { type: 'g', name, tags, value: row.value }
}

/** The first bucket whose end is not below the value, by halving. */
function bucketOf(bounds: readonly number[], value: number): number {
  let low = 0
  let high = bounds.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (bounds[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
