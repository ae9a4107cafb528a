/** Work in small steps: at each `yield` others may run. The same code serves who waits for it at once and who gives way. */
export type Stepwise<T> = Generator<void, T, void>

/** All steps at once. */
export function atOnce<T>(work: Stepwise<T>): T {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}

/** `breathe` is awaited after each step. */
export async function givingWay<T>(work: Stepwise<T>, breathe: () => Promise<void>): Promise<T> {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
    await breathe()
  }
}

/** Items sorted as `toSorted` does, stable, in runs that are merged. A step compares about so many times. */
export function* sortedStepwise<T>(items: readonly T[], compare: (a: T, b: T) => number): Stepwise<T[]> {
  if (items.length <= runLength) return items.toSorted(compare)
  let runs: T[][] = []
  for (let at = 0; at < items.length; at += runLength) {
    runs.push(items.slice(at, at + runLength).sort(compare))
    yield
  }
  while (runs.length > 1) {
    const merged: T[][] = []
    for (let i = 0; i < runs.length; i += 2) {
      const [left, right] = [runs[i]!, runs[i + 1]]
      merged.push(right ? yield* mergedStepwise(left, right, compare) : left)
    }
    runs = merged
  }
  return runs[0]!
}

/** A run of so many sorts within about a millisecond. */
const runLength = 1_024

function* mergedStepwise<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (a: T, b: T) => number,
): Stepwise<T[]> {
  const merged: T[] = []
  let [l, r] = [0, 0]
  while (l < left.length && r < right.length) {
    if (compare(left[l]!, right[r]!) <= 0) merged.push(left[l++]!)
    else merged.push(right[r++]!)
    if (merged.length % runLength === 0) yield
  }
  while (l < left.length) merged.push(left[l++]!)
  while (r < right.length) merged.push(right[r++]!)
  return merged
}
