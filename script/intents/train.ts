import type { Intent } from '../../contract/src/model/answer.ts'
import { hashOf } from '../../server/src/service/intelligence/question/intent/intent-model.ts'

export type Sample = { intent: Intent; features: ReadonlySet<string> }
/** `features` by hash; `weights[n]` is how much one speaks for `intents[n]`. */
export type Learned = { intents: Intent[]; features: Map<number, { idf: number; weights: Float32Array }> }

const epochs = 20
const rate = 0.6

/**
 * Softmax regression by stochastic gradient descent with AdaGrad's steps (Duchi, Hazan, Singer: Adaptive Subgradient Methods, 2011). The same
 * samples give the same weights, bit for bit. Features that share a hash are one (Weinberger et al.: Feature Hashing, 2009).
 */
export function train(samples: readonly Sample[]): Learned {
  const intents = [...new Set(samples.map(({ intent }) => intent))].sort()
  const index = new Map<number, number>()
  const counts: number[] = []
  const hashed = samples.map(({ intent, features }) => ({
    intent: intents.indexOf(intent),
    hashes: [...new Set([...features].map(hashOf))],
  }))
  for (const hash of hashed.flatMap(({ hashes }) => hashes)) {
    const at = index.get(hash) ?? index.size
    index.set(hash, at)
    counts[at] = (counts[at] ?? 0) + 1
  }
  const idf = counts.map((count) => Math.log(1 + samples.length / count) / Math.log(1 + samples.length))
  const rows = hashed.map(({ intent, hashes }) => {
    const columns = Uint32Array.from(hashes, (hash) => index.get(hash)!)
    const squares = columns.reduce((sum, at) => sum + idf[at]! ** 2, 0)
    return { intent, columns, scale: 1 / Math.sqrt(squares) }
  })
  const count = intents.length
  const weights = descend(rows, idf, count)
  const features = [...index].map(
    ([hash, at]) =>
      [hash, { idf: idf[at]!, weights: weights.subarray(at * count, (at + 1) * count) }] as const,
  )
  return { intents, features: new Map(features) }
}

type Row = { intent: number; columns: Uint32Array; scale: number }

function descend(rows: readonly Row[], idf: readonly number[], count: number): Float32Array {
  const weights = new Float32Array(idf.length * count)
  const squares = new Float32Array(idf.length * count).fill(1e-3)
  const errors = new Float64Array(count)
  const order = rows.map((_, at) => at)
  const chance = chances(42)
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    for (let at = order.length - 1; at > 0; at -= 1) {
      const other = Math.floor(chance() * (at + 1))
      ;[order[at], order[other]] = [order[other]!, order[at]!]
    }
    for (const at of order) step(rows[at]!, idf, { weights, squares, errors })
  }
  return weights
}

type Learning = { weights: Float32Array; squares: Float32Array; errors: Float64Array }

function step({ intent, columns, scale }: Row, idf: readonly number[], learning: Learning): void {
  const { weights, squares, errors } = learning
  const count = errors.length
  errors.fill(0)
  for (const column of columns)
    for (let k = 0; k < count; k += 1) errors[k]! += weights[column * count + k]! * idf[column]! * scale
  let largest = Number.NEGATIVE_INFINITY
  for (const sum of errors) largest = Math.max(largest, sum)
  let total = 0
  for (let k = 0; k < count; k += 1) {
    errors[k] = Math.exp(errors[k]! - largest)
    total += errors[k]!
  }
  for (let k = 0; k < count; k += 1) errors[k] = errors[k]! / total - (k === intent ? 1 : 0)
  for (const column of columns)
    for (let k = 0; k < count; k += 1) {
      const at = column * count + k
      const slope = errors[k]! * idf[column]! * scale
      squares[at]! += slope * slope
      weights[at]! -= (rate * slope) / Math.sqrt(squares[at]!)
    }
}

/** Numerical Recipes' linear congruential generator: chance that is the same everywhere. */
function chances(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
