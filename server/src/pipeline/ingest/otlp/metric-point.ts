import type { RawExemplar } from './exemplar.ts'

export type MetricType = 'GAUGE' | 'SUM' | 'HISTOGRAM' | 'EXPONENTIAL' | 'SUMMARY'
/** What all points of one metric share. `delta`: values are differences since the point before. */
export type MetricHeader = {
  name: string
  unit: string
  type: MetricType
  delta: boolean
  monotonic: boolean
}

const NO_RECORDED_VALUE = 1

export class ExponentialSide {
  offset = 0
  readonly counts: number[] = []
}

/** One data point of any type, filled by a reader and reused for the next. Fields that its type lacks stay at their zero. */
export class MetricPoint {
  timeMs = 0
  flags = 0
  /** Of gauges and sums. A point without a value is legal and means "no value". */
  value: number | undefined
  count = 0
  sum: number | undefined
  /** Explicit histogram: one count more than bounds, or neither. */
  readonly counts: number[] = []
  readonly bounds: number[] = []
  /** Exponential histogram. */
  scale = 0
  zeroCount = 0
  zeroThreshold = 0
  readonly positive = new ExponentialSide()
  readonly negative = new ExponentialSide()
  /** Summary. */
  readonly quantiles: number[] = []
  readonly quantileValues: number[] = []
  readonly exemplars: RawExemplar[] = []

  get stale(): boolean {
    return (this.flags & NO_RECORDED_VALUE) !== 0
  }

  reset(): void {
    this.timeMs = 0
    this.flags = 0
    this.value = undefined
    this.count = 0
    this.sum = undefined
    this.scale = 0
    this.zeroCount = 0
    this.zeroThreshold = 0
    this.positive.offset = 0
    this.negative.offset = 0
    empty(this.counts)
    empty(this.bounds)
    empty(this.positive.counts)
    empty(this.negative.counts)
    empty(this.quantiles)
    empty(this.quantileValues)
    empty(this.exemplars)
  }
}

/** Cutting a list that is empty already costs as much as one that is not, and most are. */
function empty(list: unknown[]): void {
  if (list.length > 0) list.length = 0
}
