import { widened } from '../../../kernel/column.ts'
import { Blocks, blockFades, blockLevels, blockPhases } from './block.ts'
import { bounded, Contexts, noveltyRoot } from './context.ts'
import { News } from './news.ts'
import { Sequences } from './robust/sequences.ts'

/** Of each block one view of its middle and spread, one of its highest and lowest. */
const kinds = 2
const viewsOfLevel = blockPhases * kinds
const views = blockLevels * viewsOfLevel
const contextsOfView = 128
/** The largest step of a block is looked at by itself, and heard where it alone is far from all that is known: this share of the root. */
const stepViews = blockLevels * blockPhases
const stepsOfView = 80
const stepSay = 0.7
/** Points before its judgement counts. */
export const agilePoints = 256
/** A novelty this far above what is usual, in the views that count, is the bound. */
export const agileBound = 1.22
/** What fills a block of a young history is a moment of a long one: the length that counts is this, times points to this power. */
const blockScale = 0.138
const blockPower = 0.6
/** Just below the last level: the one above it is always there. */
const levelMost = blockLevels - 1 - 1e-9

/**
 * The agile tier: how unlike everything remembered the last block of points is, seen in several ways at once, at the
 * length that suits the history. The robust tier looks on: what it finds in the order of blocks is heard where it is the
 * larger. Knows of no period, name or scale. Holds state for at most `seriesMax` series, 32 KB each, both tiers.
 */
export class Agile {
  readonly #seriesMax: number
  readonly #blocks = new Blocks()
  readonly #contexts = new Contexts(kinds, contextsOfView)
  readonly #steps = new Contexts(1, stepsOfView)
  readonly #sequences = new Sequences()
  readonly #news = new News()
  readonly #places = new Map<number, number>()
  readonly #free: number[] = []
  #capacity = 0
  /** Of the last push: what of its answer had not been told before. */
  news = 0
  /** Of the last push: the robust tier had the say. */
  isRobust = false
  readonly #pattern = new Float64Array(kinds)
  readonly #step = new Float64Array(1)
  #seen = new Uint32Array(0)
  /** First value of each, from which the others are counted: single precision keeps what differs. */
  #first = new Float64Array(0)
  /** Roots of the novelty of each view, as it fades: what all see says much in their mean, what one sees alone little. */
  #held = new Float64Array(0)
  #heldSteps = new Float64Array(0)

  constructor(seriesMax: number) {
    this.#seriesMax = seriesMax
  }

  get sizeBytes(): number {
    const held = this.#held.byteLength + this.#heldSteps.byteLength
    const own = this.#seen.byteLength + this.#first.byteLength + held
    const parts = [this.#blocks, this.#contexts, this.#steps, this.#sequences, this.#news]
    return parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, own)
  }

  has(index: number): boolean {
    return this.#places.size > 0 && this.#places.has(index)
  }
  /** Series looked at. */
  get count(): number {
    return this.#places.size
  }

  save() {
    return {
      ...{ blocks: this.#blocks.save(), contexts: this.#contexts.save(), news: this.#news.save() },
      ...{ sequences: this.#sequences.save(), seen: this.#seen, first: this.#first, held: this.#held },
      ...{ steps: this.#steps.save(), heldSteps: this.#heldSteps },
      ...{ places: this.#places, free: this.#free, capacity: this.#capacity },
    }
  }
  load({ places, free, capacity, seen, first, held, ...parts }: ReturnType<Agile['save']>): void {
    this.#blocks.load(parts.blocks)
    this.#contexts.load(parts.contexts)
    this.#steps.load(parts.steps)
    this.#sequences.load(parts.sequences)
    this.#news.load(parts.news)
    this.#heldSteps = parts.heldSteps
    this.#seen = seen
    this.#first = first
    this.#held = held
    for (const [index, place] of places) this.#places.set(index, place)
    this.#free.push(...free)
    this.#capacity = capacity
  }

  /** Takes a series in, while there is room. */
  admit(index: number): void {
    if (this.#places.has(index) || this.#places.size >= this.#seriesMax) return
    const place = this.#free.pop() ?? this.#places.size
    if (place >= this.#capacity) this.#grow()
    this.#places.set(index, place)
    this.#seen[place] = 0
    this.#news.clear(place)
    this.#blocks.clear(place)
    this.#sequences.clear(place)
    this.#held.fill(0, place * views, (place + 1) * views)
    this.#heldSteps.fill(0, place * stepViews, (place + 1) * stepViews)
    for (let view = 0; view < views; view += 1) this.#contexts.clear(place * views + view)
    for (let view = 0; view < stepViews; view += 1) this.#steps.clear(place * stepViews + view)
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
    this.#fade(place)
    if (this.#blocks.push(place, bounded(value - (this.#first[place] as number)))) this.#judge(place)
    const ripe = seen >= agilePoints
    const novelty = ripe ? this.#novelty(place, levelOf(seen)) : 0
    if (!ripe) this.isRobust = false
    this.news = this.#news.push(place, novelty)
    return ripe ? novelty : Number.NaN
  }

  #fade(place: number): void {
    const held = this.#held
    this.#sequences.fade(place)
    for (let level = 0, at = place * views; level < blockLevels; level += 1) {
      const fade = blockFades[level] as number
      for (const end = at + viewsOfLevel; at < end; at += 1) held[at] = (held[at] as number) * fade
      const step = place * stepViews + level * blockPhases
      for (let phase = step; phase < step + blockPhases; phase += 1)
        this.#heldSteps[phase] = (this.#heldSteps[phase] as number) * fade
    }
  }

  /** The blocks that end now, from the shortest on. */
  #judge(place: number): void {
    const blocks = this.#blocks
    for (let level = 0; level < blockLevels; level += 1) {
      if (!blocks.end(place, level)) return
      const view = place * views + level * viewsOfLevel + blocks.phase * kinds
      this.#look(view, blocks.mean, blocks.spread)
      this.#look(view + 1, blocks.high, blocks.low)
      this.#lookAtStep(place * stepViews + level * blockPhases + blocks.phase, blocks.step)
      if (blocks.phase !== 0) return
      this.#sequences.push(place, level, blocks.mean)
    }
  }

  #look(view: number, a: number, b: number): void {
    this.#pattern[0] = a
    this.#pattern[1] = b
    const novelty = this.#contexts.push(view, this.#pattern) ** noveltyRoot
    if (novelty > (this.#held[view] as number)) this.#held[view] = novelty
  }

  #lookAtStep(view: number, step: number): void {
    this.#step[0] = step
    const novelty = this.#steps.push(view, this.#step) ** noveltyRoot
    if (novelty > (this.#heldSteps[view] as number)) this.#heldSteps[view] = novelty
  }

  /** The two lengths nearest to the one that counts, by how near they are. */
  #novelty(place: number, level: number): number {
    const below = Math.floor(level)
    const share = level - below
    const held = this.#held
    let sum = 0
    for (let i = 0, at = place * views + below * viewsOfLevel; i < viewsOfLevel; i += 1, at += 1)
      sum += (1 - share) * (held[at] as number) + share * (held[at + viewsOfLevel] as number)
    let steps = 0
    for (let i = 0, at = place * stepViews + below * blockPhases; i < blockPhases; i += 1, at += 1)
      steps +=
        (1 - share) * (this.#heldSteps[at] as number) + share * (this.#heldSteps[at + blockPhases] as number)
    const seen = Math.max(sum / viewsOfLevel, (stepSay * steps) / blockPhases)
    const ordered = this.#sequences.novelty(place, level)
    this.isRobust = ordered > seen
    return Math.max(seen, ordered) ** (1 / noveltyRoot) / agileBound
  }

  #grow(): void {
    this.#capacity = Math.min(this.#seriesMax, Math.max(1, Math.ceil(this.#capacity * 1.5)))
    this.#seen = widened(this.#seen, this.#capacity)
    this.#first = widened(this.#first, this.#capacity)
    this.#held = widened(this.#held, this.#capacity * views)
    this.#blocks.reserve(this.#capacity)
    this.#sequences.reserve(this.#capacity)
    this.#news.reserve(this.#capacity)
    this.#heldSteps = widened(this.#heldSteps, this.#capacity * stepViews)
    this.#contexts.reserve(this.#capacity * views)
    this.#steps.reserve(this.#capacity * stepViews)
  }
}

/** The length of blocks that counts after so many points, as a level. */
const levelOf = (seen: number): number =>
  Math.max(0, Math.min(levelMost, Math.log2(blockScale * seen ** blockPower) - 3))
