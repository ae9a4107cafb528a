const nice = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
]

/** A step, in seconds, that gives a range about `points` of them, never more than twice as many, and reads well. */
export function stepOf(rangeMs: number, points = 300): number {
  const wanted = rangeMs / 1_000 / points
  return nice.find((one) => one >= wanted) ?? Math.ceil(wanted / 86_400) * 86_400
}
