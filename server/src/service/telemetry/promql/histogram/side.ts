import type { NativeHistogram } from '../../../../port/metric-store.ts'
import { exponentialBound } from './bucket.ts'
import { KahanSum } from './kahan-sum.ts'

/** Positive or negative buckets of a histogram: indexes ascending, counts parallel. */
export type Side = NativeHistogram['positive']

export const emptySide: Side = { indexes: new Int32Array(0), counts: new Float64Array(0) }

export function copySide(side: Side): Side {
  return { indexes: side.indexes.slice(), counts: side.counts.slice() }
}

/** The bucket of a lower schema that holds bucket `index` of a higher one. */
export const reducedIndex = (index: number, schema: number, target: number): number =>
  ((index - 1) >> (schema - target)) + 1

/** Buckets of `schema` merged into those of a lower one. */
export function reduceSide(side: Side, schema: number, target: number): Side {
  if (schema === target || side.indexes.length === 0) return side
  return gatherSide(side, (index) => reducedIndex(index, schema, target))
}

/** Buckets under other indexes, which `place` must give in ascending order; those that fall together are added. */
export function gatherSide(side: Side, place: (index: number) => number): Side {
  const indexes = new Int32Array(side.indexes.length)
  const counts = new Float64Array(side.indexes.length)
  let length = 0
  for (let i = 0; i < side.indexes.length; i++) {
    const index = place(side.indexes[i]!)
    if (length > 0 && indexes[length - 1] === index) counts[length - 1]! += side.counts[i]!
    else {
      indexes[length] = index
      counts[length++] = side.counts[i]!
    }
  }
  return { indexes: indexes.slice(0, length), counts: counts.slice(0, length) }
}

/** Exponential buckets that end at or below a threshold are left out: the zero bucket holds them. */
export function aboveThreshold(side: Side, schema: number, threshold: number): Side {
  let first = 0
  while (first < side.indexes.length && exponentialBound(side.indexes[first]!, schema) <= threshold) first++
  return first === 0 ? side : { indexes: side.indexes.slice(first), counts: side.counts.slice(first) }
}

/** a + sign · b, bucket by bucket; buckets that come out empty are left out. */
export function mergeSides(a: Side, b: Side, sign: 1 | -1): Side {
  const indexes = new Int32Array(a.indexes.length + b.indexes.length)
  const counts = new Float64Array(indexes.length)
  let length = 0
  let i = 0
  let j = 0
  while (i < a.indexes.length || j < b.indexes.length) {
    const left = i < a.indexes.length ? a.indexes[i]! : Number.POSITIVE_INFINITY
    const right = j < b.indexes.length ? b.indexes[j]! : Number.POSITIVE_INFINITY
    let count = 0
    if (left <= right) count += a.counts[i++]!
    if (right <= left) count += sign * b.counts[j++]!
    if (count === 0) continue
    indexes[length] = Math.min(left, right)
    counts[length++] = count
  }
  return { indexes: indexes.slice(0, length), counts: counts.slice(0, length) }
}

export function mapCounts(side: Side, change: (count: number) => number): Side {
  return { indexes: side.indexes, counts: side.counts.map(change) }
}

/** Without empty buckets. */
export function compactSide(side: Side): Side {
  let kept = 0
  for (const count of side.counts) if (count !== 0) kept++
  if (kept === side.counts.length) return side
  const full = (_: number, i: number): boolean => side.counts[i] !== 0
  return { indexes: side.indexes.filter(full), counts: side.counts.filter((count) => count !== 0) }
}

export function equalSides(a: Side, b: Side): boolean {
  if (a.indexes.length !== b.indexes.length) return false
  for (let i = 0; i < a.indexes.length; i++)
    if (a.indexes[i] !== b.indexes[i] || !Object.is(a.counts[i], b.counts[i])) return false
  return true
}

/** A growing side whose counts carry what their roundings lost. */
export class SideSum {
  #indexes: number[]
  #sums: KahanSum[]

  constructor(side: Side) {
    this.#indexes = Array.from(side.indexes)
    this.#sums = Array.from(side.counts, kahanOf)
  }

  /** In place where this holds all buckets of the other, which is the usual case. */
  add(side: Side): void {
    let at = 0
    for (let i = 0; i < side.indexes.length; i++) {
      const index = side.indexes[i]!
      while (at < this.#indexes.length && this.#indexes[at]! < index) at++
      if (this.#indexes[at] === index) this.#sums[at]!.add(side.counts[i]!)
      else {
        this.#indexes.splice(at, 0, index)
        this.#sums.splice(at, 0, kahanOf(side.counts[i]!))
      }
    }
  }

  scale(factor: number): void {
    for (const sum of this.#sums) sum.scale(factor)
  }

  /** As `gatherSide`, rounding losses kept. */
  gather(place: (index: number) => number): void {
    const indexes: number[] = []
    const sums: KahanSum[] = []
    this.#indexes.forEach((from, i) => {
      const index = place(from)
      const last = sums.at(-1)
      if (last !== undefined && indexes.at(-1) === index) {
        last.add(this.#sums[i]!.sum)
        last.add(this.#sums[i]!.compensation)
      } else {
        indexes.push(index)
        sums.push(this.#sums[i]!)
      }
    })
    this.#indexes = indexes
    this.#sums = sums
  }

  /** Drops the buckets that end at or below a threshold. */
  trim(schema: number, threshold: number): void {
    let first = 0
    while (first < this.#indexes.length && exponentialBound(this.#indexes[first]!, schema) <= threshold)
      first++
    this.#indexes.splice(0, first)
    this.#sums.splice(0, first)
  }

  total(): Side {
    return compactSide({
      indexes: Int32Array.from(this.#indexes),
      counts: Float64Array.from(this.#sums, (sum) => sum.total()),
    })
  }
}

function kahanOf(count: number): KahanSum {
  const sum = new KahanSum()
  sum.reset(count)
  return sum
}
