import type { Random } from '../../../kernel/random.ts'

/** Liu, Ting and Zhou, "Isolation Forest", ICDM 2008: their sizes of forest and sample. */
const treesMax = 100
const sampleMax = 256

type Tree = { feature: number; split: number; left: Tree; right: Tree } | { size: number }

/**
 * Scores in 0..1 of rows of features: how few random cuts set a row apart from the others. Above 0.6 a row stands out, near 0.5 it does
 * not. The same seed gives the same scores.
 */
export function isolationScores(rows: readonly (readonly number[])[], random: Random): number[] {
  const size = Math.min(sampleMax, rows.length)
  if (size < 2) return rows.map(() => 0.5)
  const depthMax = Math.ceil(Math.log2(size))
  const trees = Array.from({ length: treesMax }, () => grow(sample(rows, size, random), depthMax, random))
  const usual = pathOf(size)
  return rows.map((row) => {
    const depth = trees.reduce((sum, tree) => sum + depthIn(tree, row), 0) / trees.length
    return 2 ** (-depth / usual)
  })
}

/** Without putting back: Floyd's, as a shuffle of the first places. */
function sample<T>(items: readonly T[], size: number, random: Random): T[] {
  const left = [...items]
  for (let i = 0; i < size; i += 1) {
    const j = i + Math.floor(random.next() * (left.length - i))
    ;[left[i], left[j]] = [left[j]!, left[i]!]
  }
  return left.slice(0, size)
}

function grow(rows: readonly (readonly number[])[], depthLeft: number, random: Random): Tree {
  if (depthLeft === 0 || rows.length < 2) return { size: rows.length }
  const features = rows[0]!.length
  const first = Math.floor(random.next() * features)
  for (let i = 0; i < features; i += 1) {
    const feature = (first + i) % features
    const values = rows.map((row) => row[feature]!)
    const [low, high] = [Math.min(...values), Math.max(...values)]
    if (low === high) continue
    const split = low + random.next() * (high - low)
    return {
      ...{ feature, split },
      left: grow(
        rows.filter((row) => row[feature]! < split),
        depthLeft - 1,
        random,
      ),
      right: grow(
        rows.filter((row) => row[feature]! >= split),
        depthLeft - 1,
        random,
      ),
    }
  }
  return { size: rows.length }
}

function depthIn(tree: Tree, row: readonly number[]): number {
  let at = tree
  let depth = 0
  while ('feature' in at) {
    at = row[at.feature]! < at.split ? at.left : at.right
    depth += 1
  }
  return depth + pathOf(at.size)
}

/** Mean length of an unsuccessful search in a binary search tree of `size` (their equation 1). */
function pathOf(size: number): number {
  if (size < 2) return 0
  if (size === 2) return 1
  return 2 * (Math.log(size - 1) + 0.5772156649) - (2 * (size - 1)) / size
}
