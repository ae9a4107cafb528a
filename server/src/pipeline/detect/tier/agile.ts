import { widened } from '../../../kernel/column.ts'
import { bounded, Contexts } from './context.ts'
import { News } from './news.ts'

/** Block lengths of the views in the series' own steps, each in two phases, so that a change need not wait for a block's edge. */
const views = [8, 16, 32].flatMap((block) =>
  [0, block / 2].map((phase) => ({ block, phase, fade: Math.exp(-1 / block) })),
)
/** Points before its judgement counts: eight of the longest blocks. */
export const agilePoints = 256
/** A novelty this far above what is usual, in the mean of all views, is the bound. */
export const agileBound = 0.48

/**
 * The agile tier: how unlike everything remembered the last blocks of points are, at several scales at once. Knows season and
 * sequence without being told a period. Holds state for at most `seriesMax` series, 16 KB each.
 */
export class Agile {
  readonly #seriesMax: number
  readonly #contexts = new Contexts()
  readonly #news = new News()
  readonly #places = new Map<number, number>()
  readonly #free: number[] = []
  #capacity = 0
  /** Of the last push: what of its answer had not been told before. */
  news = 0
  #seen = new Uint32Array(0)
  /** First value of each, from which the others are counted: single precision keeps what differs. */
  #first = new Float64Array(0)

  constructor(seriesMax: number) {
    this.#seriesMax = seriesMax
  }

  get sizeBytes(): number {
    return this.#contexts.sizeBytes + this.#news.sizeBytes + this.#seen.byteLength + this.#first.byteLength
  }

  /** Takes a series in, while there is room. */
  admit(index: number): void {
    if (this.#places.has(index) || this.#places.size >= this.#seriesMax) return
    const place = this.#free.pop() ?? this.#places.size
    if (place >= this.#capacity) this.#grow()
    this.#places.set(index, place)
    this.#seen[place] = 0
    this.#news.clear(place)
    for (let view = 0; view < views.length; view += 1) this.#contexts.clear(place * views.length + view)
  }

  release(index: number): void {
    const place = this.#places.get(index)
    if (place === undefined) return
    this.#places.delete(index)
    this.#free.push(place)
  }

  /** Novelty by now in bounds, or NaN: the series is not among those looked at, or too young. */
  push(index: number, value: number): number {
    const place = this.#places.size === 0 ? undefined : this.#places.get(index)
    this.news = 0
    if (place === undefined) return Number.NaN
    const seen = this.#seen[place] as number
    if (seen === 0) this.#first[place] = value
    this.#seen[place] = Math.min(seen + 1, 0xffff_ffff)
    const change = bounded(value - (this.#first[place] as number))
    let sum = 0
    for (let i = 0; i < views.length; i += 1) {
      const view = views[i] as (typeof views)[number]
      if (seen >= view.phase)
        sum += this.#contexts.push(place * views.length + i, change, view.block, view.fade)
    }
    const ripe = seen >= agilePoints
    const novelty = ripe ? sum / views.length / agileBound : 0
    this.news = this.#news.push(place, novelty)
    return ripe ? novelty : Number.NaN
  }

  #grow(): void {
    this.#capacity = Math.min(this.#seriesMax, Math.max(1, Math.ceil(this.#capacity * 1.5)))
    this.#seen = widened(this.#seen, this.#capacity)
    this.#first = widened(this.#first, this.#capacity)
    this.#news.reserve(this.#capacity)
    this.#contexts.reserve(this.#capacity * views.length)
  }
}
