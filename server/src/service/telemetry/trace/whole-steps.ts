/** Whole steps around a range: their start is a multiple of the step, so that the same query later has the same steps. */
export function wholeSteps(
  startMs: number,
  endMs: number,
  stepMs: number,
): { startMs: number; stepMs: number; steps: number } {
  if (stepMs <= 0) return { startMs, stepMs: Math.max(1, endMs - startMs), steps: 1 }
  const firstMs = Math.floor(startMs / stepMs) * stepMs
  return { startMs: firstMs, stepMs, steps: Math.max(1, Math.ceil((endMs - firstMs) / stepMs)) }
}
