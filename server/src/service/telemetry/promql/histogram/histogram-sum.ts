import type { NativeHistogram } from '../../../../port/metric-store.ts'
import { customSchema, isCustom } from './bucket.ts'
import { combineResets, equalBounds, placeInBounds, sharedBounds } from './combine.ts'
import { KahanSum } from './kahan-sum.ts'
import { divideHistogram } from './scale.ts'
import {
  aboveThreshold,
  emptySide,
  gatherSide,
  reducedIndex,
  reduceSide,
  type Side,
  SideSum,
} from './side.ts'
import { sharedThreshold, widenedZeroBucket } from './zero-bucket.ts'

/**
 * Sum or mean of many histograms, each count summed with compensation. The mean is the sum over the number until that sum would
 * overflow, and incremental from there, as Prometheus does.
 */
export class HistogramSum {
  /** One histogram said that its counter began anew and another that it did not. */
  collision = false
  /** Bounds of their own differed: those shared by all were kept. */
  reconciled = false
  /** How many were added. */
  size = 1
  #schema: number
  #bounds: Float64Array | undefined
  #threshold: number
  #reset: NativeHistogram['reset']
  #resetSeen = false
  #noResetSeen = false
  /** Whether the parts below hold the mean instead of the sum. */
  #incremental = false
  readonly #count = new KahanSum()
  readonly #sum = new KahanSum()
  readonly #zeroCount = new KahanSum()
  readonly #positive: SideSum
  readonly #negative: SideSum

  constructor(first: NativeHistogram) {
    this.#schema = first.schema
    this.#bounds = first.bounds
    this.#threshold = first.zeroThreshold
    this.#reset = first.reset
    this.#count.reset(first.count)
    this.#sum.reset(first.sum)
    this.#zeroCount.reset(first.zeroCount)
    this.#positive = new SideSum(first.positive)
    this.#negative = new SideSum(first.negative)
    this.#track(first)
  }

  /** Adds one for `total`; false, and nothing added, where exponential and custom buckets meet. */
  add(histogram: NativeHistogram): boolean {
    if (isCustom(histogram) !== (this.#schema === customSchema)) return false
    this.#reset = combineResets(this.#reset, histogram.reset).reset
    this.#track(histogram)
    this.size++
    this.#accumulate(histogram)
    return true
  }

  /** Adds one for `mean`: as `add`, and safe from overflow. A sum takes its histograms by one of the two only. */
  addToMean(histogram: NativeHistogram): boolean {
    if (!this.#incremental && this.#overflowsWith(histogram)) {
      this.#incremental = true
      this.#scale(1 / this.size)
    }
    if (!this.#incremental) return this.add(histogram)
    const size = this.size + 1
    this.#scale(this.size / size)
    return this.add(divideHistogram(histogram, size))
  }

  total(): NativeHistogram {
    return {
      schema: this.#schema,
      count: this.#count.total(),
      sum: this.#sum.total(),
      zeroThreshold: this.#threshold,
      zeroCount: this.#zeroCount.total(),
      positive: this.#positive.total(),
      negative: this.#schema === customSchema ? emptySide : this.#negative.total(),
      ...(this.#bounds && { bounds: this.#bounds }),
      reset: this.#reset,
    }
  }

  mean(): NativeHistogram {
    return this.#incremental ? this.total() : divideHistogram(this.total(), this.size)
  }

  #track(histogram: NativeHistogram): void {
    if (histogram.reset === 'YES') this.#resetSeen = true
    if (histogram.reset === 'NO') this.#noResetSeen = true
    this.collision = this.#resetSeen && this.#noResetSeen
  }

  #accumulate(histogram: NativeHistogram): void {
    this.#count.add(histogram.count)
    this.#sum.add(histogram.sum)
    if (this.#schema === customSchema) this.#addCustom(histogram)
    else this.#addExponential(histogram)
  }

  #addCustom(histogram: NativeHistogram): void {
    const own = this.#bounds ?? new Float64Array(0)
    const other = histogram.bounds ?? new Float64Array(0)
    if (equalBounds(own, other)) {
      this.#positive.add(histogram.positive)
      return
    }
    this.reconciled = true
    const shared = sharedBounds(own, other)
    this.#bounds = shared
    this.#positive.gather(placeInBounds(own, shared))
    this.#positive.add(gatherSide(histogram.positive, placeInBounds(other, shared)))
  }

  #addExponential(histogram: NativeHistogram): void {
    const schema = Math.min(this.#schema, histogram.schema)
    let other = histogram
    if (histogram.zeroThreshold !== this.#threshold) other = this.#widen(histogram)
    if (schema < this.#schema) {
      const from = this.#schema
      this.#positive.gather((index) => reducedIndex(index, from, schema))
      this.#negative.gather((index) => reducedIndex(index, from, schema))
      this.#schema = schema
    }
    this.#zeroCount.add(other.zeroCount)
    const sideOf = (side: Side): Side =>
      reduceSide(aboveThreshold(side, other.schema, this.#threshold), other.schema, schema)
    this.#positive.add(sideOf(other.positive))
    this.#negative.add(sideOf(other.negative))
  }

  /** Brings this and the other to one zero threshold; gives the other. */
  #widen(histogram: NativeHistogram): NativeHistogram {
    const own = this.total()
    const threshold = sharedThreshold(own, histogram)
    if (threshold !== this.#threshold) {
      this.#zeroCount.reset(widenedZeroBucket(own, threshold).count)
      this.#positive.trim(this.#schema, threshold)
      this.#negative.trim(this.#schema, threshold)
      this.#threshold = threshold
    }
    const zero = widenedZeroBucket(histogram, threshold)
    return { ...histogram, zeroThreshold: threshold, zeroCount: zero.count }
  }

  #scale(factor: number): void {
    for (const part of [this.#count, this.#sum, this.#zeroCount, this.#positive, this.#negative])
      part.scale(factor)
  }

  /** A bucket never counts more than the histogram, so that the totals tell. */
  #overflowsWith(histogram: NativeHistogram): boolean {
    return !(
      Number.isFinite(this.#count.sum + histogram.count) &&
      Number.isFinite(this.#zeroCount.sum + histogram.zeroCount) &&
      !isInfinite(this.#sum.sum + histogram.sum)
    )
  }
}

const isInfinite = (value: number): boolean =>
  value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY
