import { RandomStream } from './random-stream.ts'
import { type Scales, scoreFactors, type WeightsByFactor } from './score.ts'

/** Columns of one option over the window by factor, oldest first, without gaps, all of one length; null where a factor is not compared. */
export type Sample = readonly (Float64Array | null)[]
export type Draws = {
  /** Share of draws in which each option has the highest score. */
  acceptability: Float64Array
  /** Mean rate of each option over the horizon, by draw, $/h; valid until the next call. */
  costs: Float64Array[]
}

/** Correlation beyond this is not carried by blocks, steps: two hours of 5-minute ones. */
const blockMax = 24
const optionsMax = 64
const fields = 4
/** Steps folded into one before their correlation is read: noise of single readings hides it. */
const folded = 4
const inflationMax = 4

/**
 * SMAA (Lahdelma and Salminen 1998): in how many draws of weights and samples is each option first. Weights are Dirichlet around the declared
 * ones. Samples are means over the horizon to come, from the window by a circular block bootstrap (Politis and Romano 1992): one resample of
 * the window's length for what is not known of the level, one of the horizon's for what is yet to happen. Options share the blocks, so that
 * what moves all of them together cancels. A window that is short against how long a rate remembers shows too little of its own spread: each
 * column is widened by what a first-order autoregression says is missing. The same seed gives the same draws bit for bit.
 */
export class Robustness {
  readonly #draws: number
  readonly #scales: Float64Array
  readonly #pools = new Map<string, Float64Array>()
  readonly #concentration: number
  readonly #costs: Float64Array[] = []
  #sums: Float64Array[] = []

  constructor(options: { draws: number; scales: Scales; concentration: number }) {
    const { cost_hourly_usd, latency_ms, credits, gpus } = options.scales
    this.#draws = options.draws
    this.#scales = Float64Array.of(cost_hourly_usd, latency_ms, credits, gpus)
    this.#concentration = options.concentration
  }

  draw(samples: readonly Sample[], weights: WeightsByFactor, horizonSteps: number, seed: number): Draws {
    const count = Math.min(samples.length, optionsMax)
    const length = samples[0]?.[0]?.length ?? 0
    const pool = this.#pool(weights)
    const random = new RandomStream(seed)
    const wins = new Float64Array(count)
    const block = Math.max(1, Math.min(blockMax, Math.floor(length / 3)))
    const blocks = Math.ceil(length / block)
    const ahead = Math.max(1, Math.ceil(horizonSteps / block))
    const aheadDrawn = Math.min(ahead, blocks)
    // The horizon's mean varies less the longer it is; few blocks are drawn and their deviation is scaled.
    const aheadScale = Math.sqrt(aheadDrawn / ahead)
    // A mean of k blocks about their own mean varies by (k − 1) / k of what it should.
    const small = blocks > 1 ? Math.sqrt(blocks / (blocks - 1)) : 1
    const used = this.#prefix(samples, count, length)
    const costs = this.#costsFor(count)
    const shift = new Float64Array(count * fields)
    const size = pool.length / fields
    const offset = Math.floor(random.next() * size)
    const widths = used.map((at) => inflationOf(this.#sums[at]!, length, block))
    const level = { sums: this.#sums, used, widths, length, block, random, blocks, scale: small / blocks }
    const future = { ...level, blocks: aheadDrawn, scale: (small * aheadScale) / aheadDrawn }
    for (let draw = 0; draw < this.#draws; draw += 1) {
      shift.fill(0)
      addBlocks(shift, level)
      addBlocks(shift, future)
      wins[this.#winner(shift, count, length, costs, draw, pool, ((offset + draw) % size) * fields)]! += 1
    }
    for (let k = 0; k < count; k += 1) wins[k]! /= this.#draws
    return { acceptability: wins, costs: costs.slice(0, count) }
  }

  #winner(
    shift: Float64Array,
    count: number,
    length: number,
    costs: readonly Float64Array[],
    draw: number,
    pool: Float64Array,
    w: number,
  ): number {
    let best = 0
    let bestScore = Number.NEGATIVE_INFINITY
    for (let k = 0; k < count; k += 1) {
      let score = 0
      for (let field = 0; field < fields; field += 1) {
        const at = k * fields + field
        const value = Math.max(0, this.#sums[at]![length]! / length + shift[at]!)
        if (field === 0) costs[k]![draw] = value
        const share = Math.min(value / this.#scales[field]!, 1)
        score += pool[w + field]! * (field < 2 ? 1 - share : share)
      }
      if (score > bestScore) {
        bestScore = score
        best = k
      }
    }
    return best
  }

  /** Running sums, so that a block is two look-ups; one element longer than the column. Answers which of them vary. */
  #prefix(samples: readonly Sample[], count: number, length: number): number[] {
    while (this.#sums.length < count * fields) this.#sums.push(new Float64Array(0))
    const used: number[] = []
    for (let k = 0; k < count; k += 1)
      for (let field = 0; field < fields; field += 1) {
        const column = samples[k]![field] ?? null
        const at = k * fields + field
        if (this.#sums[at]!.length !== length + 1) this.#sums[at] = new Float64Array(length + 1)
        const sums = this.#sums[at]!
        if (column === null) sums.fill(0)
        else {
          for (let i = 0; i < length; i += 1) sums[i + 1] = sums[i]! + column[i]!
          used.push(at)
        }
      }
    return used
  }
  #costsFor(count: number): Float64Array[] {
    while (this.#costs.length < count) this.#costs.push(new Float64Array(this.#draws))
    return this.#costs
  }

  /** Draws of weights are made once for each set of declared ones; at most 64 sets are kept. */
  #pool(weights: WeightsByFactor): Float64Array {
    const key = scoreFactors.map((name) => weights[name]).join(' ')
    const known = this.#pools.get(key)
    if (known) return known
    const made = weightPool(weights, this.#concentration)
    if (this.#pools.size >= 64) this.#pools.clear()
    this.#pools.set(key, made)
    return made
  }
}

const poolSize = 4_096

/** Dirichlet draws around the weights, four numbers each. A factor without weight stays without. */
export function weightPool(
  weights: WeightsByFactor,
  concentration: number,
  seed = 7,
  size = poolSize,
): Float64Array {
  const random = new RandomStream(seed)
  const pool = new Float64Array(size * fields)
  for (let draw = 0; draw < size; draw += 1) {
    let sum = 0
    for (const [place, name] of scoreFactors.entries()) {
      const part = weights[name] > 0 ? random.gamma(weights[name] * concentration) : 0
      pool[draw * fields + place] = part
      sum += part
    }
    for (let place = 0; place < fields; place += 1) pool[draw * fields + place]! /= sum > 0 ? sum : 1
  }
  return pool
}

/** Adds `scale` × (block mean − window mean), over so many blocks that begin anywhere and go round the end. */
function addBlocks(
  shift: Float64Array,
  of: {
    sums: readonly Float64Array[]
    used: readonly number[]
    widths: readonly number[]
    length: number
    block: number
    blocks: number
    random: RandomStream
    scale: number
  },
): void {
  const { sums: columns, used, widths, length, block, blocks, random, scale } = of
  if (length === 0) return
  for (let drawn = 0; drawn < blocks; drawn += 1) {
    const start = Math.floor(random.next() * length)
    const end = start + block
    for (let i = 0; i < used.length; i += 1) {
      const at = used[i]!
      const sums = columns[at]!
      const total = sums[length]!
      const sum = end <= length ? sums[end]! - sums[start]! : total - sums[start]! + sums[end - length]!
      shift[at]! += scale * widths[i]! * (sum / block - total / length)
    }
  }
}

/** By how much the spread of resampled means falls short of that of means of an autoregression as it is seen here. At least 1. */
function inflationOf(sums: Float64Array, length: number, block: number): number {
  const count = Math.floor(length / folded)
  const blocks = Math.ceil(length / block)
  if (count < 6 || blocks < 2) return 1
  const mean = sums[count * folded]! / (count * folded)
  const at = (k: number): number => (sums[(k + 1) * folded]! - sums[k * folded]!) / folded - mean
  let variance = 0
  let product = 0
  for (let k = 0; k < count; k += 1) {
    variance += at(k) ** 2
    if (k > 0) product += at(k) * at(k - 1)
  }
  if (!(variance > 1e-18)) return 1
  const raw = product / variance
  // Kendall (1954): short histories show too little of it.
  const carry = Math.min(0.98, Math.max(0, raw + (1 + 3 * raw) / count))
  const looks = Math.max(1.6, (count * (1 - carry)) / (1 + carry))
  const expected = variance / (count - 1) / (1 - 1 / looks) / looks
  let between = 0
  for (let start = 0; start < length; start += 1) {
    const end = start + block
    const sum = end <= length ? sums[end]! - sums[start]! : sums[length]! - sums[start]! + sums[end - length]!
    between += (sum / block - sums[length]! / length) ** 2
  }
  const shown = between / length / (blocks - 1)
  return shown > 0 ? Math.min(inflationMax, Math.max(1, Math.sqrt(expected / shown))) : 1
}
