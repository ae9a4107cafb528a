/**
 * Several metrics of one thing, judged together, row by row. Each metric says how seldom its last change and its present
 * displacement are, and what many say at once weighs more than what one says alone: the seldomness of all, as a power mean
 * (Fisher 1925 adds the logarithms of probabilities; the power keeps many small ones from adding up to a fault). A metric
 * that leaves the range of all it has shown, in level, displacement or restlessness, is enough by itself: records become ever
 * rarer in what does not change (Rényi 1962). Constant memory, 184 bytes a metric; a row costs the same whatever came before.
 */
import { widened } from '../../../kernel/column.ts'
import { Tails } from './tail.ts'

/** Rows before the group is judged. */
export const groupRows = 500
/** Seldomness of all that is the bound, and its power mean. */
const bound = 5.8
const power = 1.75
/** Below this share of the bound an anomaly is over. */
export const keptSize = 0.85
/** Powers of ten that a metric may be seldom by without counting: one row in ten. */
const unseen = 1
/** What a displacement counts beside a change. */
const displacedShare = 0.75
const countedMax = 7
/** Least change, as a share of the metric's range: makes metrics that hardly ever move less touchy. */
const floorShare = 0.04
/** A record must exceed the one before by so much. */
const displacedRecord = 1.1
const restlessRecord = 1.1
const levelRecord = 1.03
/** Records fade, so that a metric's wild youth is forgotten in the end. */
const recordRows = 50_000
/** The younger, the more is new: what a record must exceed and what all must say together, by 1 + this / rows. */
const recordYouth = 200
const groupYouth = 100
/** No record is larger: the first move of what never moved has no scale. */
const recordMax = 4
/** Rows over which the levels are means. */
const rowsOf = { fast: 3, level: 4, middle: 8, slow: 300, usual: 2_000 } as const
/** What a metric said fades to half in fourteen rows; who spoke first is the likelier culprit. */
const heldFade = 0.95
const heldMin = 1.5
const lagRows = 4
export const rankedMax = 3

const column = {
  fast: 0,
  level: 1,
  middle: 2,
  slow: 3,
  usual: 4,
  restless: 5,
  low: 6,
  high: 7,
  levelLow: 8,
  levelHigh: 9,
  displacedMost: 10,
  restlessMost: 11,
  held: 12,
  /** Row in which it began to speak. */
  since: 13,
  seen: 14,
} as const
const rowSize = 15
/** Each metric has a tail of its changes and one of its displacements. */
const tailsEach = 2

export class Group {
  width: number
  rows: Float64Array<ArrayBuffer>
  readonly tails = new Tails()
  /** Metrics by how likely they are what is wrong, at most three; those that say nothing are left out. */
  readonly ranking: number[] = []
  /** From the row that is beyond the bound to the first that is well within. */
  isOpen = false
  #count = 0

  constructor(width: number) {
    this.width = width
    this.rows = new Float64Array(width * rowSize)
    this.tails.reserve(width * tailsEach)
  }

  get sizeBytes(): number {
    return this.rows.byteLength + this.tails.sizeBytes
  }
  get isRipe(): boolean {
    return this.#count > groupRows
  }

  /** Rows judged, and for how many rows a metric has been speaking. */
  get rowsSeen(): number {
    return this.#count
  }
  rowsSpeaking(metric: number): number {
    return Math.max(0, this.#count - (this.rows[metric * rowSize + column.since] as number))
  }

  /** More metrics; what is known of those before stays. */
  widen(width: number): void {
    this.width = width
    this.rows = widened(this.rows, width * rowSize)
    this.tails.reserve(width * tailsEach)
  }

  /** Another metric takes its place. */
  clear(metric: number): void {
    this.rows.fill(0, metric * rowSize, (metric + 1) * rowSize)
    for (let tail = 0; tail < tailsEach; tail += 1) this.tails.clear(metric * tailsEach + tail)
  }

  save() {
    return {
      width: this.width,
      rows: this.rows,
      tails: this.tails.rows,
      count: this.#count,
      isOpen: this.isOpen,
    }
  }
  /** What was read may be a view of other memory. */
  load({ width, rows, tails, count, isOpen }: ReturnType<Group['save']>): void {
    this.width = width
    this.rows = rows.slice()
    this.tails.rows = tails.slice()
    this.#count = count
    this.isOpen = isOpen
  }

  /** Distance from the usual in bounds; 0 while young. Values that are no numbers are left out. */
  push(values: ArrayLike<number>): number {
    this.#count += 1
    let sum = 0
    let record = 0
    for (let metric = 0; metric < this.width; metric += 1) {
      const value = values[metric] as number
      if (!Number.isFinite(value)) continue
      const { counted, exceeds } = this.#judge(metric, value)
      sum += counted ** power
      if (exceeds > record) record = exceeds
    }
    this.#rank()
    const size = this.isRipe
      ? Math.max(sum ** (1 / power) / (bound * (1 + groupYouth / this.#count)), record)
      : 0
    this.isOpen = size >= 1 || (this.isOpen && size >= keptSize)
    return size
  }

  /** What one metric says: how seldom, and by how much it exceeds all it showed (0 where it does not). Learns the value. */
  #judge(metric: number, value: number): { counted: number; exceeds: number } {
    const { rows } = this
    const row = metric * rowSize
    const seen = (rows[row + column.seen] as number) + 1
    rows[row + column.seen] = seen
    if (seen === 1) this.#begin(row, value)
    const change = Math.abs(value - (rows[row + column.fast] as number))
    const displaced = Math.abs((rows[row + column.middle] as number) - (rows[row + column.slow] as number))
    if (value < (rows[row + column.low] as number)) rows[row + column.low] = value
    if (value > (rows[row + column.high] as number)) rows[row + column.high] = value
    const floor = floorShare * ((rows[row + column.high] as number) - (rows[row + column.low] as number))
    if (!(floor > 0 && Number.isFinite(floor))) return nothing
    const place = metric * tailsEach
    const changeSeldom = Math.max(0, this.tails.push(place, change + floor) - unseen)
    const displacedSeldom = Math.max(0, this.tails.push(place + 1, displaced + floor) - unseen)
    const exceeds = this.#exceeds(row, value, change, floor, seen)
    this.#follow(row, value, seen)
    const held = (rows[row + column.held] as number) * heldFade
    const said = Math.max(changeSeldom, displacedSeldom, exceeds > 0 ? bound * exceeds : 0)
    if (held < heldMin && said >= heldMin) rows[row + column.since] = this.#count
    rows[row + column.held] = Math.max(held, said)
    const counted = Math.min(countedMax, Math.max(changeSeldom, displacedShare * displacedSeldom))
    return { counted, exceeds }
  }

  #begin(row: number, value: number): void {
    const { rows } = this
    for (const at of [column.fast, column.level, column.middle, column.slow, column.usual])
      rows[row + at] = value
    for (const at of [column.low, column.high, column.levelLow, column.levelHigh]) rows[row + at] = value
  }

  /** By how much level, displacement or restlessness exceed their records, 1 being the least that counts. Moves the records on. */
  #exceeds(row: number, value: number, change: number, floor: number, seen: number): number {
    const { rows } = this
    const level = approach(rows, row + column.level, value, rowsOf.level, seen)
    const restless = approach(rows, row + column.restless, change, rowsOf.middle, seen) + floor
    const displaced =
      Math.abs((rows[row + column.middle] as number) - (rows[row + column.usual] as number)) + floor
    const low = rows[row + column.levelLow] as number
    const high = rows[row + column.levelHigh] as number
    const span = high - low
    const beyond = span > 0 ? 1 + Math.max(level - high, low - level) / span : 0
    const youth = recordYouth / seen
    const most = Math.max(
      beyond / (levelRecord + youth),
      displaced / (rows[row + column.displacedMost] as number) / (displacedRecord + youth),
      restless / (rows[row + column.restlessMost] as number) / (restlessRecord + youth),
    )
    const fade = 1 / recordRows
    rows[row + column.levelLow] = Math.min(level, low + span * fade)
    rows[row + column.levelHigh] = Math.max(level, high - span * fade)
    for (const [at, now] of [
      [column.displacedMost, displaced],
      [column.restlessMost, restless],
    ] as const)
      rows[row + at] = Math.max(now, (rows[row + at] as number) * (1 - fade))
    return seen > groupRows && most >= 1 ? Math.min(recordMax, most) : 0
  }

  #follow(row: number, value: number, seen: number): void {
    approach(this.rows, row + column.fast, value, rowsOf.fast, seen)
    approach(this.rows, row + column.middle, value, rowsOf.middle, seen)
    approach(this.rows, row + column.slow, value, rowsOf.slow, seen)
    approach(this.rows, row + column.usual, value, rowsOf.usual, seen)
  }

  /** By what each said of late, less the later it began to speak after the first. */
  #rank(): void {
    const { rows } = this
    let first = Number.POSITIVE_INFINITY
    for (let row = 0; row < rows.length; row += rowSize)
      if ((rows[row + column.held] as number) >= heldMin)
        first = Math.min(first, rows[row + column.since] as number)
    const weight = (metric: number): number => {
      const row = metric * rowSize
      const held = rows[row + column.held] as number
      return held < heldMin ? 0 : held / (1 + ((rows[row + column.since] as number) - first) / lagRows)
    }
    const { ranking } = this
    ranking.length = 0
    for (let metric = 0; metric < this.width; metric += 1) {
      const own = weight(metric)
      if (own === 0) continue
      let at = ranking.length
      while (at > 0 && weight(ranking[at - 1] as number) < own) at -= 1
      if (at >= rankedMax) continue
      ranking.splice(at, 0, metric)
      if (ranking.length > rankedMax) ranking.length = rankedMax
    }
  }
}

const nothing = { counted: 0, exceeds: 0 }

/** Moves a mean over so many rows towards the value; answers it. */
function approach(rows: Float64Array, at: number, value: number, over: number, seen: number): number {
  const known = rows[at] as number
  const next = known + (value - known) / Math.min(seen, over)
  rows[at] = next
  return next
}
