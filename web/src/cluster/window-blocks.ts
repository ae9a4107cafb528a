/** Where each block of a long page begins, and at the end its height: `offsets[i]` to `offsets[i + 1]` is block i. */
export function offsetsOf(heights: readonly number[]): number[] {
  const offsets = [0]
  for (const height of heights) offsets.push((offsets.at(-1) ?? 0) + height)
  return offsets
}

/** Blocks in sight between `top` and `top + height`, and `beyond` pixels further at either end: first, and the one after the last. */
export function blocksInSight(
  offsets: readonly number[],
  top: number,
  height: number,
  beyond: number,
): { first: number; end: number } {
  const count = offsets.length - 1
  const first = Math.min(count, Math.max(0, lastAtOrBefore(offsets, top - beyond)))
  const end = Math.min(count, lastAtOrBefore(offsets, top + height + beyond) + 1)
  return { first, end: Math.max(first, end) }
}

function lastAtOrBefore(offsets: readonly number[], y: number): number {
  let [low, high] = [0, offsets.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((offsets[middle] ?? 0) <= y) low = middle
    else high = middle - 1
  }
  return low
}
