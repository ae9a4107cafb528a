import { widened } from '../../../../kernel/column.ts'
import { blockFades, blockLevels } from '../block.ts'
import { Contexts, noveltyRoot } from '../context.ts'

/** Blocks in a row, one after the other, each as its mean. */
const blocks = 8
const sequencesOfLevel = 64
/** The shortest blocks are left out: a sequence is to be about a season, not a moment. */
const leastLevel = 1
const levels = blockLevels - leastLevel
/** It is one view and stands alone, so that only what is far from all it knows is heard: this share of the root. */
const say = 0.6

/**
 * The robust tier: known sequences of blocks. What is strange only by its order (a peak that does not come, a night where
 * a day should be) is found here, at eight times the length of the blocks that count, so late. Of any number of series,
 * by place.
 */
export class Sequences {
  readonly #contexts = new Contexts(blocks, sequencesOfLevel)
  /** The last means, oldest first, and how many there were. */
  #means = new Float64Array(0)
  #counts = new Uint8Array(0)
  /** Root of the novelty, as it fades. */
  #held = new Float64Array(0)

  get sizeBytes(): number {
    return this.#contexts.sizeBytes + this.#means.byteLength + this.#counts.byteLength + this.#held.byteLength
  }

  save() {
    return { contexts: this.#contexts.save(), means: this.#means, counts: this.#counts, held: this.#held }
  }
  load({ contexts, means, counts, held }: ReturnType<Sequences['save']>): void {
    this.#contexts.load(contexts)
    this.#means = means
    this.#counts = counts
    this.#held = held
  }

  reserve(places: number): void {
    this.#contexts.reserve(places * levels)
    this.#means = widened(this.#means, places * levels * blocks)
    this.#counts = widened(this.#counts, places * levels)
    this.#held = widened(this.#held, places * levels)
  }

  clear(place: number): void {
    this.#counts.fill(0, place * levels, (place + 1) * levels)
    this.#held.fill(0, place * levels, (place + 1) * levels)
    for (let view = place * levels; view < (place + 1) * levels; view += 1) this.#contexts.clear(view)
  }

  /** A point has come. */
  fade(place: number): void {
    for (let level = 0, at = place * levels; level < levels; level += 1, at += 1)
      this.#held[at] = (this.#held[at] as number) * (blockFades[level + leastLevel] as number)
  }

  /** A block has ended that follows the one before. */
  push(place: number, blockLevel: number, mean: number): void {
    if (blockLevel < leastLevel) return
    const view = place * levels + blockLevel - leastLevel
    const start = view * blocks
    this.#means.copyWithin(start, start + 1, start + blocks)
    this.#means[start + blocks - 1] = mean
    const count = Math.min(blocks, (this.#counts[view] as number) + 1)
    this.#counts[view] = count
    if (count < blocks) return
    const novelty = this.#contexts.push(view, this.#means.subarray(start, start + blocks)) ** noveltyRoot
    if (novelty > (this.#held[view] as number)) this.#held[view] = novelty
  }

  /** Root of the novelty by now, at blocks one level longer than those that count. */
  novelty(place: number, blockLevel: number): number {
    const level = Math.min(levels - 1, blockLevel + 1 - leastLevel)
    const below = Math.min(levels - 2, Math.floor(level))
    const share = level - below
    const at = place * levels + below
    return say * ((1 - share) * (this.#held[at] as number) + share * (this.#held[at + 1] as number))
  }
}
